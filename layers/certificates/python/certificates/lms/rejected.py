"""The report of refused rows, and of applied rows that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterable

from certificates.lms.records_file import RowError, RowWarning
from certificates.spreadsheet import BYTE_ORDER_MARK, line
from certificates.uploads.file_sentences import file_sentence


def heading() -> bytes:
    return BYTE_ORDER_MARK + line(["row", "identifier", "reason", "message"])


def lines(rows: Iterable[RowError | RowWarning]) -> bytes:
    return b"".join(line([found.row, found.identifier, found.reason, file_sentence(found.flaw)]) for found in rows)
