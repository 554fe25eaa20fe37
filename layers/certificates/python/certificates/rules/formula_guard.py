"""An apostrophe before a cell that a spreadsheet would run as a formula: added on writing, removed on reading.

A spreadsheet runs a cell that begins like a formula, on the computer of the reader (OWASP, CSV injection). If the
spreadsheet's separator is a semicolon or a tab, it cuts our cell there, and the rest begins a cell of its own.
"""

from __future__ import annotations

import re

_STARTS = "=+\\-@\t\r\n＝＋－＠"
_UNGUARDED = re.compile(rf"(^|[;\t\r\n] *)(?='*[{_STARTS}])")
_GUARDED = re.compile(rf"(^|[;\t\r\n] *)'(?='*[{_STARTS}])")


def with_guard(cell: str) -> str:
    return _UNGUARDED.sub(r"\1'", cell)


def without_guard(cell: str) -> str:
    """The cell as before `with_guard`. Other apostrophes stay, such as in `'s-Gravenhage`."""
    return _GUARDED.sub(r"\1", cell)
