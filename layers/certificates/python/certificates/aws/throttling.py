"""Pauses between tries while AWS throttles."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
"""Seconds at most."""


def tries(number: int) -> Iterator[int]:
    """0, 1, 2, ...: before each one but the first, a pause of a random length (AWS's "full jitter").

    The pauses grow from 50 ms to two seconds: 14 tries take seven seconds on average, and fourteen at most.
    """
    for attempt in range(number):
        if attempt:
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
            time.sleep(random.uniform(0, longest))  # noqa: S311 - jitter, not a secret
        yield attempt
