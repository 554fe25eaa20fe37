"""CSV that people open in a spreadsheet: it knows the text for UTF-8 and takes no cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Begins a file: by it a spreadsheet knows UTF-8."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would take for a formula, to be run for whoever opens the file (OWASP)."""


def line(cells: Iterable[object]) -> bytes:
    """One row; None is an empty cell, times are ISO 8601 in UTC."""
    text = io.StringIO()
    csv.writer(text).writerow([_safe(_text(cell)) for cell in cells])
    return text.getvalue().encode()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat().replace("+00:00", "Z")
    return str(cell)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
