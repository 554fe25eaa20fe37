"""A limit for work on a page that may never end: a layout in which boxes push each other on, a style that loops."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN = 0.5
"""Seconds. Whoever catches everything on the way gets the signal once more."""


class LayoutOutOfTime(BaseException):
    """The time is over. No `except Exception` of a library takes this for a fault that it can go on after."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises LayoutOutOfTime in the block once it has taken so long.

    Only the main thread has limits, in which Lambda works.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise LayoutOutOfTime

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
