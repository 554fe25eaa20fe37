"""The header of an LMS file: which kind of file it is, and in which column each value stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from certificates.errors import BadRequest
from certificates.lms.csv_rows import Lines, read_rows


class Kind(StrEnum):
    GRADE_REPORT = "grade-report"
    LEARNER_PROFILE = "learner-profile"


@dataclass(frozen=True, slots=True)
class Column:
    """`names` are the headings Open edX has given it over the years, the present one first."""

    key: str
    names: tuple[str, ...]
    required: bool = True


COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.GRADE_REPORT: (
        Column("user_id", ("Student ID", "id")),
        Column("email", ("Email",)),
        Column("username", ("Username",)),
        Column("grade", ("Grade",)),
        Column("mode", ("Enrollment Track",)),
        Column("identity", ("Verification Status",), required=False),
        # Releases that do not print it list nobody but the enrolled.
        Column("active", ("Enrollment Status",), required=False),
    ),
    Kind.LEARNER_PROFILE: (
        Column("user_id", ("id", "Student ID")),
        Column("username", ("username",)),
        Column("name", ("name",)),
        Column("email", ("email",)),
    ),
}

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Header:
    """`positions` maps the key of each column that is there to its place.

    `number` is the header's own row, `end` the byte where the rows begin.
    """

    kind: Kind
    delimiter: str
    positions: Mapping[str, int]
    width: int
    number: int
    end: int


def read_header(stream: BinaryIO) -> Header:
    """The header at the beginning of a file.

    Raises BadRequest: `empty-file`, `wrong-kind`, `missing-columns` (naming them), `duplicate-column`, or what
    `csv_rows` says of a file that is no text.
    """
    lines = Lines(stream)
    delimiter = max(_DELIMITERS, key=lines.peek().count)
    row = next(read_rows(lines, delimiter=delimiter, number=1), None)
    if row is None:
        raise BadRequest("empty-file", "The file is empty: its first row must name the columns.")
    headings = [cell.strip().lower() for cell in row.cells]
    kind = _kind(set(headings))
    return Header(kind, delimiter, _positions(kind, headings), len(headings), row.number, row.end)


def _kind(headings: set[str]) -> Kind:
    if headings & {"grade", "enrollment track"}:
        return Kind.GRADE_REPORT
    if "name" in headings and headings & {"id", "username", "email"}:
        return Kind.LEARNER_PROFILE
    raise BadRequest(
        "wrong-kind",
        "This is neither an Open edX grade report (Student ID, Email, Username, Grade, …, Enrollment Track, …) "
        "nor a learner profile download (id, username, name, email, …).",
    )


def _positions(kind: Kind, headings: list[str]) -> dict[str, int]:
    positions = {}
    for column in COLUMNS[kind]:
        found = [name for name in map(str.lower, column.names) if name in headings]
        if found and headings.count(found[0]) > 1:
            message = f"Two columns are called {column.names[0]}: which one is meant cannot be told."
            raise BadRequest("duplicate-column", message, column=column.names[0])
        if found:
            positions[column.key] = headings.index(found[0])
    missing = [column.names[0] for column in COLUMNS[kind] if column.required and column.key not in positions]
    if missing:
        message = f"The {kind.value.replace('-', ' ')} lacks: {', '.join(missing)}."
        raise BadRequest("missing-columns", message, kind=kind.value, columns=missing)
    return positions
