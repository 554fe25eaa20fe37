"""A grade report or learner profile file, row by row.

A file is read twice: `inspect` reads it to its end before anything is changed, so that a file that is not whole is
refused whole; `read_reports` then gives what each row says, from any row on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from certificates.errors import BadRequest
from certificates.lms import cells
from certificates.lms.cells import BadCell
from certificates.lms.csv_rows import Lines, Row, read_rows
from certificates.lms.header import Header, Kind, read_header
from certificates.rules.lms_report import Account, Enrolled, Report

MAX_BYTES = 200 * 1024 * 1024
"""Well over a million learners of one run; a larger file is no grade report."""


@dataclass(frozen=True, slots=True)
class Inspection:
    header: Header
    rows: int


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not applied; `identifier` is whom it names, as far as that can be read."""

    row: int
    identifier: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What one row says, or why it says nothing that can be used. `end` is the byte where the next row begins."""

    number: int
    end: int
    said: Report | RowError


def inspect(stream: BinaryIO, size: int) -> Inspection:
    """Read a file of `size` bytes to its end, holding one row at a time, and change nothing.

    Raises BadRequest with one of the reasons: `empty-file`, `file-too-large`, `binary-file`, `not-utf-8`, `not-csv`,
    `wrong-kind`, `missing-columns`, `duplicate-column`, `truncated`.
    """
    if size > MAX_BYTES:
        message = f"The file has {size} bytes; at most {MAX_BYTES} (200 MB) are accepted."
        raise BadRequest("file-too-large", message, size=size, limit=MAX_BYTES)
    header = read_header(stream)
    lines = Lines(stream, header.end)
    rows = 0
    last: Row | None = None
    for row in read_rows(lines, delimiter=header.delimiter, number=header.number + 1):
        rows, last = rows + 1, row
    if last is not None and not lines.ended_with_newline and len(last.cells) < header.width:
        raise BadRequest(
            "truncated",
            f"The file ends in the middle of row {last.number}: {len(last.cells)} of {header.width} columns.",
            row=last.number,
        )
    return Inspection(header, rows)


def read_reports(
    stream: BinaryIO, header: Header, *, course_id: str, at: datetime, offset: int, number: int
) -> Iterator[ReadRow]:
    """What the rows say, the first one being row `number`, at byte `offset`, where `stream` stands."""
    say = _SAY[header.kind]
    for row in read_rows(Lines(stream, offset), delimiter=header.delimiter, number=number):
        yield ReadRow(row.number, row.end, _said(row, header, say, course_id, at))


def _said(row: Row, header: Header, say: _Say, course_id: str, at: datetime) -> Report | RowError:
    if len(row.cells) != header.width:
        message = f"The row has {len(row.cells)} columns, the header {header.width}."
        return RowError(row.number, _identifier(row, header), "wrong-number-of-columns", message)
    values = {key: row.cells[position] for key, position in header.positions.items()}
    try:
        return say(values, course_id, at)
    except BadCell as bad:
        return RowError(row.number, _identifier(row, header), bad.reason, bad.message)


def _identifier(row: Row, header: Header) -> str:
    """The first of username, e-mail and id that the row has, for the person who looks for it."""
    for key in ("username", "email", "user_id"):
        position = header.positions[key]
        if position < len(row.cells) and (found := row.cells[position].strip()):
            return found[: cells.MAX_EMAIL]
    return ""


_Say = Callable[[Mapping[str, str], str, datetime], Report]


def _grade_report(values: Mapping[str, str], course_id: str, at: datetime) -> Report:
    return Report(
        user_id=cells.user_id(values["user_id"]),
        at=at,
        account=Account(cells.username(values["username"]), cells.email(values["email"])),
        identity=cells.identity(values.get("identity", "")),
        course_id=course_id,
        enrolled=Enrolled(cells.mode(values["mode"]), cells.active(values.get("active", "enrolled"))),
        grade=cells.grade(values["grade"]),
    )


def _learner_profile(values: Mapping[str, str], course_id: str, at: datetime) -> Report:
    return Report(
        user_id=cells.user_id(values["user_id"]),
        at=at,
        account=Account(cells.username(values["username"]), cells.email(values["email"])),
        name=cells.name(values["name"]),
    )


_SAY: Mapping[Kind, _Say] = {Kind.GRADE_REPORT: _grade_report, Kind.LEARNER_PROFILE: _learner_profile}
