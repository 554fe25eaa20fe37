"""The rows of a grade report or learner profile file, and the update of each. `inspection` has read the file before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO

from certificates.lms import cells
from certificates.lms.cells import BadCell
from certificates.lms.header import Header, Kind
from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.lms_update import Account, Enrolled, LmsUpdate
from certificates.rules.model import MAX_EMAIL_LENGTH
from certificates.rules.text_lines import bad_bytes, with_western_letters
from certificates.rules.text_table import Cells, read_rows


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not applied. `identifier` is the learner's identifier in the row, if it can be read."""

    row: int
    identifier: str
    reason: str
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class RowWarning:
    """A row that was applied, or applied in part, and that somebody should look at."""

    row: int
    identifier: str
    reason: str
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class ByName:
    """The update of a row that has only a username or e-mail: `update` has no user id yet.

    `identifiers` are username and e-mail, the more certain first.
    """

    update: LmsUpdate
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """The update of one row, or why there is none. `end` is the byte where the next row begins."""

    number: int
    end: int
    outcome: LmsUpdate | ByName | RowError
    warnings: tuple[RowWarning, ...] = ()


def read_updates(
    stream: BinaryIO,
    header: Header,
    *,
    course_id: str,
    at: datetime,
    offset: int,
    number: int,
    field_columns: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[ReadRow]:
    """The rows and their updates. The first is row `number`, at byte `offset`, which is the position of `stream`.

    `field_columns` are the headings of further columns to read, by the names of their fields.
    """
    read_update, columns, needed = _READERS[header.kind], header.columns(field_columns), header.needed
    for read in read_rows(stream, header.dialect, offset=offset, number=number):
        row = read if len(read.values) >= header.width else _padded(read, header.width, needed)
        outcome = _with_fields(_update(row, header, read_update, course_id, at), row, columns, course_id)
        yield ReadRow(row.row, row.end, outcome, tuple(_warnings(outcome, row, header)))


def _padded(row: Cells, width: int, needed: int) -> Cells:
    """The row with its empty last cells. Excel leaves out their separators where they are empty in sixteen rows. A row
    without one of the `needed` first cells stays as it is.
    """
    if len(row.values) < needed:
        return row
    return replace(row, values=(*row.values, *[""] * (width - len(row.values))))


def _with_fields(
    outcome: LmsUpdate | ByName | RowError, row: Cells, columns: Mapping[str, int], course_id: str
) -> LmsUpdate | ByName | RowError:
    if isinstance(outcome, RowError) or not columns:
        return outcome
    values = {name: row.values[place].strip() for name, place in columns.items()}
    if any(map(bad_bytes, values.values())):
        return outcome
    update = outcome.update if isinstance(outcome, ByName) else outcome
    try:
        fields = {name: cells.field(value) for name, value in values.items()}
    except BadCell as bad:
        return RowError(row.row, "", bad.reason, bad.flaw)
    filled = replace(update, course_id=course_id, fields=fields)
    return replace(outcome, update=filled) if isinstance(outcome, ByName) else filled


def _warnings(outcome: LmsUpdate | ByName | RowError, row: Cells, header: Header) -> Iterator[RowWarning]:
    if isinstance(outcome, RowError):
        return
    update = outcome.update if isinstance(outcome, ByName) else outcome
    address = row.values[header.positions["email"]] if "email" in header.positions else ""
    for doubt in (cells.doubt_about_email(address), cells.doubt_about_name(update.name)):
        if doubt is not None:
            yield RowWarning(row.row, _identifier(row, header), *doubt)


def _update(
    row: Cells, header: Header, read_update: _ReadUpdate, course_id: str, at: datetime
) -> LmsUpdate | ByName | RowError:
    # A spreadsheet may write more separators than there are columns, with nothing after them.
    if len(row.values) < header.width or any(row.values[header.width :]):
        other = flaw(FlawId.ROW_OF_OTHER_WIDTH, found=len(row.values), columns=header.width)
        return RowError(row.row, _identifier(row, header), "wrong-number-of-columns", other)
    values = {key: row.values[position] for key, position in header.positions.items()}
    if any(map(bad_bytes, values.values())):
        return RowError(row.row, _identifier(row, header), "wrong-encoding", flaw(FlawId.ROW_NOT_UTF_8))
    try:
        return read_update(values, course_id, at)
    except BadCell as bad:
        return RowError(row.row, _identifier(row, header), bad.reason, bad.flaw)


def _identifier(row: Cells, header: Header) -> str:
    """The first of username, e-mail and id in the row, so that a person can find the row."""
    for key in ("username", "email", "user_id"):
        position = header.positions.get(key, len(row.values))
        if position < len(row.values) and row.values[position]:
            return with_western_letters(row.values[position])[:MAX_EMAIL_LENGTH]
    return ""


_ReadUpdate = Callable[[Mapping[str, str], str, datetime], LmsUpdate | ByName]


def _grade_report(values: Mapping[str, str], course_id: str, at: datetime) -> LmsUpdate:
    return LmsUpdate(
        user_id=cells.user_id(values["user_id"]),
        at=at,
        account=Account(cells.username(values["username"]), _email(values)),
        identity=cells.identity(values.get("identity", "")),
        course_id=course_id,
        enrolled=Enrolled(cells.mode(values["mode"]), cells.active(values.get("active", "enrolled"))),
        grade=cells.grade(values["grade"]),
    )


def _learner_profile(values: Mapping[str, str], course_id: str, at: datetime) -> LmsUpdate | ByName:
    username = cells.username(values["username"]) if "username" in values else None
    email = _email(values)
    update = LmsUpdate(
        user_id=cells.user_id(values["user_id"]) if "user_id" in values else "",
        at=at,
        # Without the id, username and e-mail only identify the learner: the row cannot change them.
        account=Account(username, email) if username is not None and "user_id" in values else None,
        name=cells.name(values["name"]),
        language=cells.language(values["language"]) if "language" in values else None,
    )
    if update.user_id:
        return update
    identifiers = tuple(identifier for identifier in (username, email) if identifier)
    if not identifiers and (odd := cells.doubt_about_email(values.get("email", ""))):
        raise BadCell(*odd)
    if not identifiers:
        raise BadCell("unknown-learner", flaw(FlawId.ROW_NAMES_NOBODY))
    return ByName(update, identifiers)


def _email(values: Mapping[str, str]) -> str | None:
    """The address. None for an odd one, as without a column: a warning names it, and the stored address stays."""
    written = values.get("email")
    return None if written is None or cells.doubt_about_email(written) else cells.email(written)


_READERS: Mapping[Kind, _ReadUpdate] = {Kind.GRADE_REPORT: _grade_report, Kind.LEARNER_PROFILE: _learner_profile}
