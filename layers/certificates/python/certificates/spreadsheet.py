"""CSV for spreadsheets: read as UTF-8, and no cell runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from certificates.rules.formula_guard import with_guard
from certificates.rules.moments import utc_text

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""The first bytes of a file: a spreadsheet recognizes UTF-8 by them."""


def line(cells: Iterable[object]) -> bytes:
    """One row. None is an empty cell; times are ISO 8601 in UTC."""
    return many_lines([cells])


def many_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as `line` writes them. Many together cost less than one by one."""
    text = io.StringIO()
    csv.writer(text).writerows([with_guard(_text(cell)) for cell in cells] for cells in rows)
    return text.getvalue().encode()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if type(cell) is str:
        return cell
    if isinstance(cell, datetime):
        return utc_text(cell)
    return str(cell)
