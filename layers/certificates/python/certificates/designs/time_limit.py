"""A time limit for work that may never end: a layout whose boxes push each other, or a store that hangs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN = 0.5
"""Seconds. Code that catches every exception gets the signal again."""


class TimeOver(BaseException):
    """The time is over. This is no Exception, so that `except Exception` in a library cannot hide it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeOver in the block after `seconds`. Works only in the main thread, where Lambda works."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise TimeOver

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
