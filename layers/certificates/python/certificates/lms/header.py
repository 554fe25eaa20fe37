"""The header of an LMS file: the kind of the file, and the column of each value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from certificates.errors import BadRequest
from certificates.rules.files import FileReason
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.text_table import Cells, Dialect, Table


class Kind(StrEnum):
    GRADE_REPORT = "grade-report"
    LEARNER_PROFILE = "learner-profile"


@dataclass(frozen=True, slots=True)
class Column:
    """`names` are Open edX's headings of this column over the years, the present one first.

    Course teams choose the headings of assignments, even headings of the LMS's own columns. The LMS's own columns are
    at both ends. A column with `behind` follows the assignments: of several such headings, the last one is meant.
    """

    key: str
    names: tuple[str, ...]
    required: bool = True
    behind: bool = False


COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.GRADE_REPORT: (
        Column("user_id", ("Student ID", "id")),
        Column("email", ("Email",)),
        Column("username", ("Username",)),
        Column("grade", ("Grade",)),
        Column("mode", ("Enrollment Track",), behind=True),
        Column("identity", ("Verification Status",), required=False, behind=True),
        # Releases without this column list only enrolled learners.
        Column("active", ("Enrollment Status",), required=False, behind=True),
    ),
    Kind.LEARNER_PROFILE: (
        # Sites choose the columns of this download. Beside the name, one column that identifies the learner is enough.
        Column("user_id", ("id", "Student ID", "user_id"), required=False),
        Column("username", ("username", "user name"), required=False),
        Column("name", ("name", "full_name", "full name")),
        Column("email", ("email", "e-mail", "email address"), required=False),
        Column("language", ("language",), required=False),
    ),
}

IDENTIFYING = ("user_id", "username", "email")

_LACKING = {
    Kind.GRADE_REPORT: FlawId.GRADES_LACK_COLUMNS,
    Kind.LEARNER_PROFILE: FlawId.PROFILES_LACK_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Header:
    """`positions` maps the key of each present column to its position.

    `number` is the row of the header, `end` the byte where the rows begin. `headings` are in small letters.
    """

    kind: Kind
    dialect: Dialect
    positions: Mapping[str, int]
    width: int
    number: int
    end: int
    headings: tuple[str, ...] = ()

    @property
    def needed(self) -> int:
        """The number of columns up to the last one without which a row cannot be read."""
        required = {column.key for column in COLUMNS[self.kind] if column.required}
        return max(place for key, place in self.positions.items() if key in required) + 1

    def columns(self, wanted: Mapping[str, str]) -> Mapping[str, int]:
        """The positions of columns, by the names that `wanted` gives their headings. Of two equal headings, the first
        counts."""
        found = {name: _plain(heading) for name, heading in wanted.items()}
        return {name: self.headings.index(heading) for name, heading in found.items() if heading in self.headings}


def read_header(table: Table) -> tuple[Header, Iterator[Cells]]:
    """The header at the beginning of a file, and the rows that follow it.

    Raises BadRequest: `empty-file`, `wrong-kind`, `missing-columns` (naming them), `duplicate-column`, or what
    `text_table` raises for a file that is no text.
    """
    rows = table.rows()
    row = next(rows, None)
    if row is None:
        raise BadRequest(FileReason.EMPTY_FILE.value, flaw(FlawId.FILE_WITHOUT_HEADING))
    headings = _headings(row.values)
    kind = _kind(headings)
    if kind is None:
        raise BadRequest(FileReason.WRONG_KIND.value, flaw(FlawId.FILE_OF_OTHER_KIND))
    positions = _positions(kind, headings)
    return Header(kind, table.dialect, positions, len(headings), row.row, row.end, tuple(headings)), rows


def is_heading(values: Sequence[str]) -> bool:
    """Whether a row is the heading of a known kind of file, with every required column."""
    headings = _headings(values)
    kind = _kind(headings)
    return kind is not None and not _missing(kind, set(_found(kind, headings)))


def _headings(values: Sequence[str]) -> list[str]:
    return [_plain(value) for value in values]


def _plain(heading: str) -> str:
    """Spreadsheets and web pages write blanks that do not break."""
    return " ".join(heading.split()).lower()


def _kind(headings: Sequence[str]) -> Kind | None:
    if {"grade", "enrollment track"} & set(headings):
        return Kind.GRADE_REPORT
    known = {name.lower() for column in COLUMNS[Kind.LEARNER_PROFILE] for name in column.names}
    known.discard("language")
    return Kind.LEARNER_PROFILE if known & set(headings) else None


def _found(kind: Kind, headings: list[str]) -> dict[str, int]:
    found = {}
    for column in COLUMNS[kind]:
        names = [name for name in map(str.lower, column.names) if name in headings]
        if names:
            first, last = headings.index(names[0]), len(headings) - 1 - headings[::-1].index(names[0])
            found[column.key] = last if column.behind else first
    if kind is Kind.GRADE_REPORT and "mode" in found:
        # An assignment may have the heading of a column that this release of the LMS does not print.
        optional = [column.key for column in COLUMNS[kind] if not column.required]
        found = {key: place for key, place in found.items() if key not in optional or place > found["mode"]}
    return found


def _missing(kind: Kind, found: set[str]) -> list[str]:
    missing = [column.names[0] for column in COLUMNS[kind] if column.required and column.key not in found]
    if kind is Kind.LEARNER_PROFILE and found.isdisjoint(IDENTIFYING):
        missing.append("id, username or email")
    return missing


def _positions(kind: Kind, headings: list[str]) -> dict[str, int]:
    found = _found(kind, headings)
    if missing := _missing(kind, set(found)):
        lacks = flaw(_LACKING[kind], columns=", ".join(missing))
        raise BadRequest(FileReason.MISSING_COLUMNS.value, lacks, kind=kind.value, columns=missing)
    if kind is Kind.LEARNER_PROFILE:
        for place in found.values():
            if headings.count(headings[place]) > 1:
                twice = flaw(FlawId.COLUMN_NAMED_TWICE, heading=headings[place])
                raise BadRequest(FileReason.DUPLICATE_COLUMN.value, twice, column=headings[place])
    return found
