"""An apostrophe before what a spreadsheet would run as a formula: put on where we write, taken off where we read.

A spreadsheet runs a cell that begins like a formula for whoever opens the file (OWASP, CSV injection). Where its
separator is a semicolon or a tab, a cell of ours that holds one is cut there: what follows begins a cell of its own.
"""

from __future__ import annotations

import re

_STARTS = "=+\\-@\t\r\n＝＋－＠"
_UNGUARDED = re.compile(rf"(^|[;\t\r\n] *)(?='*[{_STARTS}])")
_GUARDED = re.compile(rf"(^|[;\t\r\n] *)'(?='*[{_STARTS}])")


def with_guard(cell: str) -> str:
    return _UNGUARDED.sub(r"\1'", cell)


def without_guard(cell: str) -> str:
    """The cell before `with_guard`. Apostrophes that nobody put on stay, such as that of `'s-Gravenhage`."""
    return _GUARDED.sub(r"\1", cell)
