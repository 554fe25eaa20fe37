"""The report of refused rows."""

from __future__ import annotations

from collections.abc import Iterable

from certificates.lms.records_file import RowError
from certificates.spreadsheet import BYTE_ORDER_MARK, line


def heading() -> bytes:
    return BYTE_ORDER_MARK + line(["row", "identifier", "reason", "message"])


def lines(errors: Iterable[RowError]) -> bytes:
    return b"".join(line([error.row, error.identifier, error.reason, error.message]) for error in errors)
