"""Reads a grade report or learner profile file to its end before any change: an incomplete file is refused whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from certificates.errors import BadRequest
from certificates.lms import cells
from certificates.lms.cells import BadCell
from certificates.lms.header import Header, is_heading, read_header
from certificates.rules.files import MAX_RECORDS_FILE_BYTES, FileReason, check_size
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.grades import may_be_percentage
from certificates.rules.identifiers import may_be_rewritten
from certificates.rules.text_table import Cells, Table


@dataclass(frozen=True, slots=True)
class Inspection:
    """`shared_usernames` have several learners in this file, by id with the row of each: a spreadsheet writes `0042` as
    `42`.
    """

    header: Header
    rows: int
    shared_usernames: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def inspect(stream: BinaryIO, size: int, out_of_time: Callable[[], bool] = lambda: False) -> Inspection:
    """Read a file of `size` bytes to its end, with one row in memory, and change nothing.

    Raises BadRequest with one of the reasons: `empty-file`, `not-text`, `wrong-encoding`, `not-csv`, `wrong-kind`,
    `missing-columns`, `duplicate-column`, `truncated`, `grades-in-percent`, `not-finished` when there is no time to
    read the file to its end; TooLarge `file-too-large` or `too-many-rows`.
    """
    check_size(size, MAX_RECORDS_FILE_BYTES)
    table = Table(stream, is_heading)
    header, following = read_header(table)
    rows = 0
    last: Cells | None = None
    usernames, grades = _Usernames.of(header), _Grades(header.positions.get("grade"))
    for row in following:
        rows, last = rows + 1, row
        usernames.see(row)
        grades.see(row)
        if rows % _ROWS_BETWEEN_LOOKS == 0 and out_of_time():
            raise BadRequest(FileReason.NOT_FINISHED.value, flaw(FlawId.FILE_TOO_SLOW, rows=rows))
    if last is not None and not table.ended_with_newline and len(last.values) < header.width:
        cut_off = flaw(FlawId.FILE_CUT_OFF, row=last.row, found=len(last.values), columns=header.width)
        raise BadRequest(FileReason.TRUNCATED.value, cut_off, row=last.row)
    grades.check()
    return Inspection(header, rows, usernames.shared)


_ROWS_BETWEEN_LOOKS = 10_000


@dataclass(slots=True)
class _Usernames:
    """Usernames like numbers and days, with the ids of their learners and the row of each. Other usernames cannot
    become one in a spreadsheet.
    """

    places: tuple[int, int] | None
    seen: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, header: Header) -> _Usernames:
        places = header.positions
        return cls((places["username"], places["user_id"]) if {"username", "user_id"} <= places.keys() else None)

    def see(self, row: Cells) -> None:
        if self.places is None or max(self.places) >= len(row.values):
            return
        username, user_id = (row.values[place].strip() for place in self.places)
        if may_be_rewritten(username):
            self.seen.setdefault(username, {}).setdefault(user_id, row.row)

    @property
    def shared(self) -> dict[str, dict[str, int]]:
        return {username: rows for username, rows in self.seen.items() if len(rows) > 1}


@dataclass(slots=True)
class _Grades:
    """Counts the grades of a file, to find a file whose grades are percentages without their sign.

    In such a file even a small number is no grade: 1 would be all points. If only a few numbers are too high, the
    grades are right and these rows are refused, each by itself.
    """

    place: int | None
    right: int = 0
    too_high: int = 0
    first: tuple[int, str] = (0, "")

    def see(self, row: Cells) -> None:
        if self.place is None or self.place >= len(row.values):
            return
        written = row.values[self.place]
        try:
            grade = cells.grade_as_written(written)
        except BadCell:
            return
        if grade is not None and may_be_percentage(grade):
            self.first = self.first if self.too_high else (row.row, written.strip()[:20])
            self.too_high += 1
        elif grade is not None and 0 < grade < 1:
            self.right += 1

    def check(self) -> None:
        """Raises BadRequest `grades-in-percent`."""
        if self.too_high and self.too_high >= self.right:
            row, written = self.first
            percentages = flaw(FlawId.GRADES_WITHOUT_PERCENT_SIGN, row=row, grade=written)
            raise BadRequest(FileReason.GRADES_IN_PERCENT.value, percentages, row=row)
