"""The exception file: the learners in its rows, and why a row or the whole file is refused.

`examine` reads the whole file. It refuses the file or returns its layout. `read_entries` then returns the rows. So a
file with a broken last line is refused before its first row is used.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from os import SEEK_END
from typing import BinaryIO

from certificates.errors import BadRequest, TooLarge
from certificates.rules.exception_checks import MAX_IDENTIFIER_LENGTH, MAX_NOTE_LENGTH
from certificates.rules.files import MAX_EXCEPTION_FILE_BYTES, FileReason, check_size
from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.identifiers import sole_address
from certificates.rules.list_headings import NOTES, headings, is_of_identifiers
from certificates.rules.text_lines import bad_bytes, with_western_letters
from certificates.rules.text_table import Cells, Dialect, Table

MAX_ROWS = 50_000

_AMBIGUOUS_HEADINGS = frozenset({"learner", "student", "user", "login"})
"""Headings that can be usernames too. Such a cell is a heading only if another column is headed as notes."""
_FOREIGN_HEADINGS = NOTES | {
    *("id", "student id", "user id", "name", "full name", "student name", "course id", "no", "no.", "nr", "nr.", "#"),
    *("number", "first name", "last name", "given name", "family name", "surname", "row"),
}
"""Headings of other columns. Such a column may stand before the column with the identifiers: `row` does so in the
results that this product writes."""


OWN_HEADING = ("user_id", "username", "email", "note")
"""The heading of the downloaded exception list: this file can be uploaded again."""


class RowReason(StrEnum):
    """Reasons to refuse a row that need only its text."""

    BAD_FORMAT = "bad-format"
    DUPLICATE_IN_FILE = "duplicate-in-file"


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of an examined file: how it was saved, whether it has a header, and how many rows follow.

    `column` has the identifiers. It is the first column, except in a file that this product wrote.
    """

    dialect: Dialect
    has_header: bool
    rows: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One learner for the list. `row` is the number in a spreadsheet; `identifier` is a username or an e-mail."""

    row: int
    identifier: str
    note: str


@dataclass(frozen=True, slots=True)
class BadRow:
    row: int
    identifier: str
    reason: RowReason
    flaw: Flaw


def examine(file: BinaryIO) -> Layout:
    """Read the whole file and keep none of it. The file must be seekable.

    Raises TooLarge `file-too-large` or `too-many-rows`; BadRequest `empty-file`, `not-text`, `wrong-encoding`,
    `not-csv` or `no-usable-column`.
    """
    check_size(file.seek(0, SEEK_END), MAX_EXCEPTION_FILE_BYTES)
    table = _table(file)
    column, has_header, rows, usable = 0, False, 0, False
    first: Cells | None = None
    for cells in table.rows():
        if first is None:
            first = cells
            has_header = _is_header(cells.values)
            column = _identifier_column(cells)
            if has_header:
                continue
        elif rows == 1 and not has_header and _is_heading_of_addresses(first, cells):
            _require_ambiguous_heading(first)
            has_header, rows, usable = True, 0, False
        rows += 1
        usable = usable or bool(_value(cells, column))
        if rows > MAX_ROWS:
            too_many = flaw(FlawId.FILE_LISTS_TOO_MANY, most=MAX_ROWS)
            raise TooLarge(FileReason.TOO_MANY_ROWS.value, too_many, limit_rows=MAX_ROWS)
    if not rows:
        raise BadRequest(FileReason.EMPTY_FILE.value, flaw(FlawId.FILE_LISTS_NOBODY))
    if not usable:
        raise BadRequest(FileReason.NO_USABLE_COLUMN.value, flaw(FlawId.NO_IDENTIFIERS))
    return Layout(table.dialect, has_header, rows, column)


def read_entries(file: BinaryIO, layout: Layout) -> Generator[Entry | BadRow]:
    """The rows of an examined file, in order, without header and blank lines.

    Finds duplicates by identifier. Only a look-up can find a username and an e-mail of the same learner.
    """
    seen: set[str] = set()
    rows = _table(file).rows()
    note_column = layout.column + 1
    if layout.has_header:
        heading = next(rows, None)
        note_column = _note_column(heading, layout.column) if heading else note_column
    for cells in rows:
        note = with_western_letters(_value(cells, note_column))
        entry = Entry(cells.row, _value(cells, layout.column), note)
        key = entry.identifier
        malformed = _malformed(entry)
        if malformed is not None:
            identifier = with_western_letters(entry.identifier[:MAX_IDENTIFIER_LENGTH])
            yield BadRow(entry.row, identifier, RowReason.BAD_FORMAT, malformed)
        elif key in seen:
            yield duplicate(entry)
        else:
            seen.add(key)
            yield entry


def duplicate(entry: Entry) -> BadRow:
    """Public for the caller, who finds a username and an e-mail of the same learner."""
    listed = flaw(FlawId.LISTED_IN_EARLIER_ROW)
    return BadRow(entry.row, entry.identifier, RowReason.DUPLICATE_IN_FILE, listed)


def _malformed(entry: Entry) -> Flaw | None:
    if not entry.identifier:
        return flaw(FlawId.IDENTIFIER_EMPTY)
    if bad_bytes(entry.identifier):
        return flaw(FlawId.IDENTIFIER_NOT_UTF_8)
    if len(entry.identifier) > MAX_IDENTIFIER_LENGTH or _LINE_BREAK.search(entry.identifier):
        return flaw(FlawId.IDENTIFIER_MALFORMED)
    if len(entry.note) > MAX_NOTE_LENGTH:
        return flaw(FlawId.NOTE_TOO_LONG, most=MAX_NOTE_LENGTH)
    return None


_LINE_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def _table(file: BinaryIO) -> Table:
    file.seek(0)
    return Table(file, _is_header)


def _value(cells: Cells, column: int) -> str:
    return cells.values[column] if column < len(cells.values) else ""


def _is_header(values: Sequence[str]) -> bool:
    first, *others = headings(values)
    has_notes = not NOTES.isdisjoint(others)
    own = tuple(value.strip().lower() for value in values[: len(OWN_HEADING)]) == OWN_HEADING
    return own or is_of_identifiers(first) or (first in _AMBIGUOUS_HEADINGS and others[:1] != [] and has_notes)


def _identifier_column(cells: Cells) -> int:
    """Raises BadRequest `no-usable-column` if the identifiers are in another column, as in other files of the LMS.
    Names or notes in the first column may be usernames of other learners.
    """
    if tuple(value.lower() for value in cells.values[: len(OWN_HEADING)]) == OWN_HEADING:
        return OWN_HEADING.index("username")
    first, *others = headings(cells.values)
    if first in _FOREIGN_HEADINGS and any(map(is_of_identifiers, others)):
        raise _other_heading(cells)
    return 0


def _is_heading_of_addresses(first: Cells, second: Cells) -> bool:
    """Whether the first row of a file heads another column as identifiers, and the next row has an address there. The
    heading of the first column may be in any language.
    """
    below = zip(headings(first.values)[1:], second.values[1:], strict=False)
    return any(is_of_identifiers(heading) and sole_address(value) for heading, value in below)


def _require_ambiguous_heading(first: Cells) -> None:
    """Raises BadRequest `no-usable-column` if the first column, beside a column of addresses, is not headed as
    usernames."""
    if headings(first.values)[0] not in _AMBIGUOUS_HEADINGS:
        raise _other_heading(first)


def _other_heading(first: Cells) -> BadRequest:
    heading = first.values[0]
    other = flaw(FlawId.COLUMN_OF_OTHER_HEADING, heading=heading) if heading else flaw(FlawId.NO_IDENTIFIERS)
    return BadRequest(FileReason.NO_USABLE_COLUMN.value, other)


def _note_column(heading: Cells, column: int) -> int:
    """The column with a heading for notes, or else the second column."""
    named = [place for place, name in enumerate(headings(heading.values)) if name in NOTES]
    return column + 1 if column + 1 in named or not named or column == 0 else named[0]
