"""Limits the mails in a second. The operator sets the limit that SES gives to the account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

SENDERS = 2
"""Functions that send at the same time. A queue cannot be limited to fewer. Each function has its share of the rate."""


@dataclass(slots=True)
class Pace:
    """`per_second` is the limit for all senders together. `clock` is in seconds."""

    per_second: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = field(default=0.0, init=False)

    def wait(self) -> None:
        """Wait until the next mail may be sent."""
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
            now = self._next
        self._next = now + SENDERS / self.per_second
