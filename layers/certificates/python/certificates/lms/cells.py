"""From the cells of an LMS file to values. A wrong cell raises BadCell with the reason."""

from __future__ import annotations

import re
from decimal import Decimal

from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.rules.grades import may_be_percentage, rounded
from certificates.rules.identifiers import address_in, is_spreadsheet_error, without_invisible_edges
from certificates.rules.lms_update import Identity
from certificates.rules.model import MAX_EMAIL_LENGTH

_USER_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_USERNAME = re.compile(r"[^\x00-\x1f\x7f]{1,150}")
"""Letters of every script, blanks inside, any sign: every LMS has its own rule, and this product knows none of them."""
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")
_MODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_NUMBER = r"(?:[0-9]{1,40}(?:[.,][0-9]{0,40})?|[.,][0-9]{1,40})(?:e[+-]?[0-9]{1,3})?"
_GRADE = re.compile(rf"({_NUMBER})([ \u00a0\u202f]?%)?", re.ASCII | re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
"""Blanks, line breaks and control characters, which nobody has in a name on purpose."""

MAX_NAME = 255
"""The width of Open edX's own column."""

UNKNOWN_GRADES = frozenset({"", "n/a", "not available"})
"""Cells of the grade report for a grade that the LMS could not compute. The update has no grade then."""

NOT_ATTEMPTED = "not attempted"


Doubt = tuple[str, Flaw]
"""A reason that never changes, and the flaw for the person who sent the file."""


class BadCell(Exception):
    """A wrong value. `reason` never changes (kebab-case); the flaw is for the person who sent the file."""

    def __init__(self, reason: str, flaw: Flaw) -> None:
        super().__init__(reason)
        self.reason = reason
        self.flaw = flaw


def user_id(text: str) -> str:
    """The learner's number in the LMS, without leading zeros."""
    if not _USER_ID.fullmatch(text.strip()):
        raise _bad_cell("bad-user-id", FlawId.NOT_A_USER_ID, text)
    return str(int(text))


def username(text: str) -> str:
    found = without_invisible_edges(text)
    _refuse_spreadsheet_error(found)
    if not _USERNAME.fullmatch(found):
        raise _bad_cell("bad-username", FlawId.NOT_A_USERNAME, text)
    return found


def email(text: str) -> str:
    """The e-mail address, empty where the learner has none. Spreadsheets and mail programs add to addresses."""
    found = address_in(text)
    if found and (len(found) > MAX_EMAIL_LENGTH or not _EMAIL.fullmatch(found)):
        raise _bad_cell("bad-email", FlawId.NOT_AN_EMAIL, text)
    return found


def doubt_about_email(text: str) -> Doubt | None:
    """The address is odd. It is only a way to find the learner, so the rest of the row is read without it."""
    try:
        email(text)
    except BadCell as bad:
        return bad.reason, bad.flaw
    return None


def name(text: str) -> str | None:
    """The full name with tidy blanks, None for an empty cell.

    Blanks of other scripts (the ideographic space) are part of the name and stay.
    """
    tidy = _BLANKS.sub(" ", text).strip()
    _refuse_spreadsheet_error(tidy)
    if len(tidy) > MAX_NAME:
        raise BadCell("bad-name", flaw(FlawId.NAME_TOO_LONG, most=MAX_NAME))
    return tidy or None


def field(text: str) -> str:
    """A value to print, with tidy blanks."""
    tidy = _BLANKS.sub(" ", text).strip()
    _refuse_spreadsheet_error(tidy)
    if len(tidy) > MAX_NAME:
        raise BadCell("bad-field", flaw(FlawId.VALUE_TOO_LONG, most=MAX_NAME))
    return tidy


def language(text: str) -> str | None:
    """The learner's language as a BCP 47 tag, or None. In Open edX's profile this is free text."""
    tag = text.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def mode(text: str) -> str:
    found = text.strip().lower()
    if not _MODE.fullmatch(found) or found == "n/a":
        raise _bad_cell("bad-enrollment-track", FlawId.NOT_AN_ENROLLMENT_TRACK, text)
    return found


def grade(text: str) -> Decimal | None:
    """The grade: 1 means all points, and extra credit makes more. None if the LMS could not compute it. Without an
    attempt, 0.

    A number that may be a percentage without its sign is refused: every learner with 2% or more would pass.
    """
    found = grade_as_written(text)
    if found is not None and may_be_percentage(found):
        raise _bad_cell("bad-grade", FlawId.GRADE_TOO_HIGH, text)
    return found


def grade_as_written(text: str) -> Decimal | None:
    """As `grade`, with numbers that may be percentages.

    A spreadsheet may write 0.59 as 0,59 or as 59%, and 0.00005 as 5E-05. All these forms are read.
    """
    found = text.strip()
    if found.lower() in UNKNOWN_GRADES:
        return None
    if found.lower() == NOT_ATTEMPTED:
        return Decimal(0)
    match = _GRADE.fullmatch(found)
    if match is None:
        raise _bad_cell("bad-grade", FlawId.NOT_A_GRADE, text)
    value = Decimal(match[1].replace(",", "."))
    return rounded(value.scaleb(-2) if match[2] else value)


def identity(text: str) -> Identity | None:
    """The grade report's verification status. `N/A` (a track without identity check) gives None."""
    match text.strip().lower():
        case "id verified":
            return Identity(verified=True)
        case "not id verified":
            return Identity(verified=False)
        case "n/a" | "":
            return None
    raise _bad_cell("bad-verification-status", FlawId.NOT_A_VERIFICATION_STATUS, text)


_CHARACTER_REFERENCE = re.compile(r"&(#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)


def doubt_about_name(name: str | None) -> Doubt | None:
    """The name has a letter as web pages write it, such as `Conor O&#39;Brien`: certificates print the name so."""
    found = _CHARACTER_REFERENCE.search(name or "")
    if found is None:
        return None
    from html import unescape

    meant = unescape(found[0])
    if meant == found[0]:
        return None
    return "name-escaped", flaw(FlawId.NAME_ESCAPED, written=_shown(name or ""), escaped=found[0], meant=meant)


def active(text: str) -> bool:
    match text.strip().lower():
        case "enrolled":
            return True
        case "unenrolled":
            return False
    raise _bad_cell("bad-enrollment-status", FlawId.NOT_AN_ENROLLMENT_STATUS, text)


def _refuse_spreadsheet_error(text: str) -> None:
    """Such a text would be printed on a certificate, or would take the place of a username."""
    if is_spreadsheet_error(text):
        raise _bad_cell("spreadsheet-error", FlawId.CELL_OF_SPREADSHEET, text)


def _bad_cell(reason: str, id: FlawId, text: str) -> BadCell:
    return BadCell(reason, flaw(id, written=_shown(text)))


def _shown(text: str) -> str:
    """The beginning of a cell, "" for an empty one."""
    return text.strip()[:80]
