"""Uploaded files: the largest size, and every reason to refuse a whole file."""

from __future__ import annotations

from enum import StrEnum

from certificates.errors import TooLarge
from certificates.rules.flaws import FlawId, flaw

MAX_RECORDS_FILE_BYTES = 200 * 1024 * 1024
"""Well over a million learners: a grade report of 100,000 learners with forty assignments has some 40 MB."""

MAX_EXCEPTION_FILE_BYTES = 10 * 1024 * 1024
"""An exception file of 50,000 rows has 5 MB."""


class FileReason(StrEnum):
    """Why a whole file is refused. These words never change: uploads and their results use them."""

    FILE_TOO_LARGE = "file-too-large"
    TOO_MANY_ROWS = "too-many-rows"
    EMPTY_FILE = "empty-file"
    NOT_TEXT = "not-text"
    WRONG_ENCODING = "wrong-encoding"
    NOT_CSV = "not-csv"
    # Exception files only.
    NO_USABLE_COLUMN = "no-usable-column"
    # Files of the LMS only.
    WRONG_KIND = "wrong-kind"
    MISSING_COLUMNS = "missing-columns"
    DUPLICATE_COLUMN = "duplicate-column"
    TRUNCATED = "truncated"
    USERNAMES_CHANGED = "usernames-changed"
    GRADES_IN_PERCENT = "grades-in-percent"
    # The file changed or disappeared during reading, or reading lasts too long.
    FILE_REPLACED = "file-replaced"
    FILE_GONE = "file-gone"
    NOT_FINISHED = "not-finished"


def check_size(size: int, most: int) -> None:
    """Raises TooLarge `file-too-large` for a file of more than `most` bytes. Check the size before fetching the
    file."""
    if size > most:
        raise TooLarge(FileReason.FILE_TOO_LARGE.value, flaw(FlawId.FILE_TOO_LARGE, most=most), limit_bytes=most)
