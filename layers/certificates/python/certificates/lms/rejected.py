"""The report of refused rows, and of applied rows that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterable

from certificates.lms.records_file import RowError, RowWarning
from certificates.spreadsheet import BYTE_ORDER_MARK, line


def heading() -> bytes:
    return BYTE_ORDER_MARK + line(["row", "identifier", "reason", "message"])


def lines(rows: Iterable[RowError | RowWarning]) -> bytes:
    return b"".join(line([found.row, found.identifier, found.reason, found.message]) for found in rows)
