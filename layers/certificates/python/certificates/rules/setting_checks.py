"""Why a setting is refused, and the check of every printed text."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.model import MAX_EMAIL_LENGTH
from certificates.shown_text import shows_nothing

MAX_TEXT_LENGTH = 255
"""Most characters of a title or an organization: Open edX's limit for a course's display name."""


class SettingReason(StrEnum):
    """Why settings are refused. These words never change: problem types use them."""

    TEXT_MISSING = "text-missing"
    TEXT_TOO_LONG = "text-too-long"
    TEXT_MALFORMED = "text-malformed"
    TIME_WITHOUT_OFFSET = "time-without-offset"
    TIME_OUT_OF_RANGE = "time-out-of-range"
    END_NOT_AFTER_START = "end-not-after-start"
    PASSING_GRADE_OUT_OF_RANGE = "passing-grade-out-of-range"
    NO_ELIGIBLE_MODES = "no-eligible-modes"
    AUDIT_NEVER_ELIGIBLE = "audit-never-eligible"
    MALFORMED_MODE = "malformed-mode"
    NEVER_SHOWN = "never-shown"
    MALFORMED_FIELD = "malformed-field"
    VALIDITY_OUT_OF_RANGE = "validity-out-of-range"
    UNKNOWN_TIME_ZONE = "unknown-time-zone"
    MALFORMED_ADDRESS = "malformed-address"


def refused_setting(reason: SettingReason, field: str, id: FlawId | None = None, **values: object) -> BadRequest:
    """Most reasons have one flaw of the same name. `id` is needed for a reason with several flaws."""
    return BadRequest(reason.value, flaw(id or FlawId(reason.value), field=field, **values), field=field)


_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~-]+(\.[!#-'*+/-9=?A-Z^-~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
"""One address without a name. SES takes ASCII alone before the @; a domain of other letters is written in Punycode."""


def is_address(text: str) -> bool:
    """Whether mail can be sent to this text."""
    return len(text) <= MAX_EMAIL_LENGTH and _ADDRESS.fullmatch(text) is not None


def checked_email(field: str, value: str) -> str:
    """An e-mail address, or "" for none."""
    text = value.strip()
    if text and not is_address(text):
        raise refused_setting(SettingReason.MALFORMED_ADDRESS, field)
    return text


_NOT_ON_ONE_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, half characters, and separators of lines and paragraphs."""


def checked_text(field: str, value: str) -> str:
    """The text, composed (NFC). It will be printed on certificates, so line breaks and control characters are refused,
    and a text of which nothing is printed."""
    text = unicodedata.normalize("NFC", value.strip())
    if not text:
        raise refused_setting(SettingReason.TEXT_MISSING, field)
    if len(text) > MAX_TEXT_LENGTH:
        raise refused_setting(SettingReason.TEXT_TOO_LONG, field, most=MAX_TEXT_LENGTH)
    if any(unicodedata.category(character) in _NOT_ON_ONE_LINE for character in text):
        raise refused_setting(SettingReason.TEXT_MALFORMED, field)
    if shows_nothing(text):
        raise refused_setting(SettingReason.TEXT_MISSING, field, FlawId.TEXT_SHOWS_NOTHING)
    return text
