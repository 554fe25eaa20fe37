"""The exception file: whom staff list by file, row by row, and why a row or the whole file cannot be taken.

`examine` reads the file through and refuses it whole or says what it holds; `read_entries` then gives its rows. So a
file whose last line is broken has not been half taken.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from os import SEEK_END
from typing import BinaryIO

from certificates.errors import BadRequest, TooLarge
from certificates.rules.text_table import Cells, Dialect, TableReason, detect, read_rows

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
MAX_IDENTIFIER_LENGTH = 254
"""The longest e-mail address there can be (RFC 5321)."""
MAX_NOTE_LENGTH = 1000

_IDENTIFIER_HEADINGS = frozenset(
    {"username", "user name", "email", "e mail", "email address", "e mail address"}
    | {"username or email", "username or e mail", "email or username", "e mail or username", "username email"}
)
_AMBIGUOUS_HEADINGS = frozenset({"learner", "student", "user", "login", "identifier"})
"""Headings that are good usernames too: believed where a heading of notes stands beside them."""
_NOTE_HEADINGS = frozenset({"note", "notes", "reason", "comment", "comments", "remark", "remarks"})
_FOREIGN_HEADINGS = frozenset({"id", "student id", "user id", "name", "full name", "student name", "course id"})


class FileReason(StrEnum):
    """Why an exception file is refused whole; beside these, the reasons of `text_table`."""

    FILE_TOO_LARGE = "file-too-large"
    TOO_MANY_ROWS = "too-many-rows"
    NO_USABLE_COLUMN = "no-usable-column"


class RowReason(StrEnum):
    """Why the file alone tells that a row cannot be taken."""

    BAD_FORMAT = "bad-format"
    DUPLICATE_IN_FILE = "duplicate-in-file"


@dataclass(frozen=True, slots=True)
class Layout:
    """What an examined file is: how it was saved, whether it has a header, and how many rows it holds beside it."""

    dialect: Dialect
    has_header: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One learner to list. `row` is the number a spreadsheet shows; `identifier` is a username or an e-mail."""

    row: int
    identifier: str
    note: str


@dataclass(frozen=True, slots=True)
class BadRow:
    row: int
    identifier: str
    reason: RowReason
    message: str


def check_size(size: int) -> None:
    """Raises TooLarge `file-too-large` for a file of so many bytes; worth asking before it is fetched."""
    if size > MAX_BYTES:
        raise TooLarge(
            FileReason.FILE_TOO_LARGE.value, f"The file may have {MAX_BYTES} bytes at most.", limit_bytes=MAX_BYTES
        )


def examine(file: BinaryIO) -> Layout:
    """Reads the whole file, which has to be seekable, without keeping it.

    Raises TooLarge `file-too-large` or `too-many-rows`; BadRequest `empty-file`, `not-text`, `wrong-encoding`,
    `not-csv` or `no-usable-column`.
    """
    check_size(file.seek(0, SEEK_END))
    dialect = detect(file)
    has_header, rows, usable = False, 0, False
    for index, cells in enumerate(read_rows(file, dialect)):
        if index == 0:
            _refuse_foreign(cells)
            has_header = _is_header(cells)
            if has_header:
                continue
        rows += 1
        usable = usable or bool(cells.values[0])
        if rows > MAX_ROWS:
            raise TooLarge(
                FileReason.TOO_MANY_ROWS.value, f"The file may list {MAX_ROWS} learners at most.", limit_rows=MAX_ROWS
            )
    if not rows:
        raise BadRequest(TableReason.EMPTY_FILE.value, "The file lists nobody.")
    if not usable:
        raise BadRequest(FileReason.NO_USABLE_COLUMN.value, _FIRST_COLUMN)
    return Layout(dialect, has_header, rows)


def read_entries(file: BinaryIO, layout: Layout) -> Generator[Entry | BadRow]:
    """Every row of an examined file in its order, the header and blank lines left out.

    Duplicates are told by identifier; that a username and an e-mail name one learner only a look-up can tell.
    """
    seen: set[str] = set()
    rows = read_rows(file, layout.dialect)
    if layout.has_header:
        next(rows, None)
    for cells in rows:
        entry = Entry(cells.row, cells.values[0], cells.values[1] if len(cells.values) > 1 else "")
        key = identifier_key(entry.identifier)
        message = _malformed(entry)
        if message is not None:
            yield BadRow(entry.row, entry.identifier[:MAX_IDENTIFIER_LENGTH], RowReason.BAD_FORMAT, message)
        elif key in seen:
            yield duplicate(entry)
        else:
            seen.add(key)
            yield entry


def duplicate(entry: Entry) -> BadRow:
    """For the caller too, who finds out that a username and an e-mail name one learner."""
    return BadRow(entry.row, entry.identifier, RowReason.DUPLICATE_IN_FILE, "An earlier row lists this learner.")


def identifier_key(identifier: str) -> str:
    """Equal for identifiers that name the same learner: e-mails whatever their case, usernames exactly."""
    return identifier.casefold() if "@" in identifier else identifier


_FIRST_COLUMN = "The first column has to hold usernames or e-mail addresses."


def _malformed(entry: Entry) -> str | None:
    if not entry.identifier:
        return "The first column is empty: it has to hold a username or an e-mail."
    if len(entry.identifier) > MAX_IDENTIFIER_LENGTH or not entry.identifier.isprintable():
        return "The first column holds neither a username nor an e-mail."
    if len(entry.note) > MAX_NOTE_LENGTH:
        return f"The note may have {MAX_NOTE_LENGTH} characters at most."
    return None


def _headings(cells: Cells) -> list[str]:
    return [" ".join(re.sub(r"[_\-/]", " ", value).casefold().split()) for value in cells.values]


def _is_header(cells: Cells) -> bool:
    first, *others = _headings(cells)
    has_notes = bool(others) and others[0] in _NOTE_HEADINGS
    return first in _IDENTIFIER_HEADINGS or (first in _AMBIGUOUS_HEADINGS and has_notes)


def _refuse_foreign(cells: Cells) -> None:
    """Another file of the LMS, such as a grade report: its first column would be taken for usernames."""
    first, *others = _headings(cells)
    if first in _FOREIGN_HEADINGS and not _IDENTIFIER_HEADINGS.isdisjoint(others):
        raise BadRequest(FileReason.NO_USABLE_COLUMN.value, f"{_FIRST_COLUMN} It is headed {cells.values[0]}.")
