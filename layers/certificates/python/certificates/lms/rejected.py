"""The report of refused rows: CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from certificates.lms.records_file import RowError

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a cell for that begins so: a formula, to be run for whoever opens the file."""


def heading() -> bytes:
    """With a byte order mark, by which a spreadsheet knows UTF-8."""
    return b"\xef\xbb\xbf" + _line(["row", "identifier", "reason", "message"])


def lines(errors: Iterable[RowError]) -> bytes:
    return b"".join(_line([str(error.row), error.identifier, error.reason, error.message]) for error in errors)


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in cells])
    return text.getvalue().encode()
