"""Uploaded files: how large one may be, and every reason to refuse one whole."""

from __future__ import annotations

from enum import StrEnum

from certificates.errors import TooLarge
from certificates.rules.flaws import FlawId, flaw

MAX_RECORDS_FILE_BYTES = 200 * 1024 * 1024
"""Well over a million learners: a grade report of 100,000 learners with forty assignments has some 40 MB."""

MAX_EXCEPTION_FILE_BYTES = 10 * 1024 * 1024
"""An exception file of 50,000 rows has 5 MB."""


class FileReason(StrEnum):
    """Why a file is refused whole. Stable: uploads and their results carry these words."""

    FILE_TOO_LARGE = "file-too-large"
    TOO_MANY_ROWS = "too-many-rows"
    EMPTY_FILE = "empty-file"
    NOT_TEXT = "not-text"
    WRONG_ENCODING = "wrong-encoding"
    NOT_CSV = "not-csv"
    # Of an exception file.
    NO_USABLE_COLUMN = "no-usable-column"
    # Of a file of the LMS.
    WRONG_KIND = "wrong-kind"
    MISSING_COLUMNS = "missing-columns"
    DUPLICATE_COLUMN = "duplicate-column"
    TRUNCATED = "truncated"
    # Of a file that changed, went, or takes too long, while it was read.
    FILE_REPLACED = "file-replaced"
    FILE_GONE = "file-gone"
    NOT_FINISHED = "not-finished"


def check_size(size: int, most: int) -> None:
    """Raises TooLarge `file-too-large` for a file of more than `most` bytes; worth asking before it is fetched."""
    if size > most:
        raise TooLarge(FileReason.FILE_TOO_LARGE.value, flaw(FlawId.FILE_TOO_LARGE, most=most), limit_bytes=most)
