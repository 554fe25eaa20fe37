"""The settings of a course run as staff ask for them, checked and normalised before they are written.

A run whose certificates could never be shown is refused here, so that nobody waits for a date that cannot come.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.model import AUDIT, CourseRun, Display, Pacing, Settings

MAX_TEXT_LENGTH = 255
"""Characters of a title or an organization; what Open edX gives a course's display name."""

FIRST_YEAR, LAST_YEAR = 1990, 2999
"""Years in which a course run can be. A time outside is a slip: 1970 is what a zero becomes."""

_MODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_GRADE_DECIMALS = 37
"""Places after the point of a grade that a number of the table can hold."""

Never = Literal["never"]
NEVER: Final[Never] = "never"
"""The bulk issue is started by hand alone."""


class SettingReason(StrEnum):
    """Why settings are refused. Stable: problem types are made of these words."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings(Settings):
    """A whole replacement of a run's settings; the defaults are those of a new run.

    `display` None: the date decides. `self_generation` None: a new pacing decides, else nothing changes.
    `bulk_issue_at` None: the end of the run. Times carry an offset.
    """

    self_generation: bool | None = None
    display: Display | None = None
    bulk_issue_at: datetime | Never | None = None


def settings_of(run: CourseRun) -> RunSettings:
    """What a request that changes nothing asks for."""
    own = {field.name: getattr(run, field.name) for field in fields(Settings)}
    bulk: datetime | Never | None = NEVER if run.bulk_issue_by_hand else run.bulk_issue_at
    return RunSettings(**own, self_generation=run.self_generation, display=run.display, bulk_issue_at=bulk)


def apply_settings(previous: CourseRun | None, requested: RunSettings, course_id: str) -> CourseRun:
    """The run as it is to be written. What settings do not name (design, version) stays as it was.

    Raises BadRequest with a SettingReason and the `field` to mend.
    """
    start, end = _utc("start", requested.start), _utc("end", requested.end)
    if start is not None and end is not None and start >= end:
        raise _refused(SettingReason.END_NOT_AFTER_START, "end")
    display, available_on = _display(requested, end)
    by_hand = requested.bulk_issue_at == NEVER
    base = previous or CourseRun(course_id=course_id, title="", organization="")
    return replace(
        base,
        title=_text("title", requested.title),
        organization=_text("organization", requested.organization),
        pacing=requested.pacing,
        start=start,
        end=end,
        passing_grade=_passing_grade(requested.passing_grade),
        self_generation=_self_generation(previous, requested),
        automatic_generation=requested.automatic_generation,
        display=display,
        available_on=available_on,
        eligible_modes=_eligible_modes(requested.eligible_modes),
        identity_required=requested.identity_required,
        bulk_issue_at=None if requested.bulk_issue_at == NEVER else _utc("bulk_issue_at", requested.bulk_issue_at),
        bulk_issue_by_hand=by_hand,
    )


def _refused(reason: SettingReason, field: str, id: FlawId | None = None, **values: object) -> BadRequest:
    """Most reasons are flaws of the same name; `id` is given where there are several for one reason."""
    return BadRequest(reason.value, flaw(id or FlawId(reason.value), field=field, **values), field=field)


def _text(field: str, value: str) -> str:
    """Printed on certificates, so without line breaks or other control characters, and composed (NFC)."""
    text = unicodedata.normalize("NFC", value.strip())
    if not text:
        raise _refused(SettingReason.TEXT_MISSING, field)
    if len(text) > MAX_TEXT_LENGTH:
        raise _refused(SettingReason.TEXT_TOO_LONG, field, most=MAX_TEXT_LENGTH)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise _refused(SettingReason.TEXT_MALFORMED, field)
    return text


def _utc(field: str, moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise _refused(SettingReason.TIME_WITHOUT_OFFSET, field)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _refused(SettingReason.TIME_OUT_OF_RANGE, field, first=FIRST_YEAR, last=LAST_YEAR)
    return moment.astimezone(UTC)


def _passing_grade(grade: Decimal) -> Decimal:
    if not grade.is_finite() or not 0 < grade <= 1 or -int(grade.as_tuple().exponent) > _GRADE_DECIMALS:
        raise _refused(SettingReason.PASSING_GRADE_OUT_OF_RANGE, "passing_grade")
    return grade


def _self_generation(previous: CourseRun | None, requested: RunSettings) -> bool:
    if requested.self_generation is not None:
        return requested.self_generation
    if previous is None or previous.pacing is not requested.pacing:
        return requested.pacing is Pacing.SELF
    return previous.self_generation


def _display(requested: RunSettings, end: datetime | None) -> tuple[Display, datetime | None]:
    """A self-paced run shows its certificates whatever is set here, so nothing can keep them from being shown."""
    available_on = _utc("available_on", requested.available_on)
    if requested.display is Display.EARLY_NO_INFO:
        return Display.EARLY_NO_INFO, None
    if available_on is not None:
        return Display.END_WITH_DATE, available_on
    if requested.pacing is Pacing.INSTRUCTOR:
        if requested.display is Display.END_WITH_DATE:
            raise _refused(SettingReason.NEVER_SHOWN, "available_on", FlawId.NEVER_SHOWN_WITHOUT_DATE)
        if end is None:
            raise _refused(SettingReason.NEVER_SHOWN, "end", FlawId.NEVER_SHOWN_WITHOUT_END)
    return Display.END, None


def _eligible_modes(modes: frozenset[str]) -> frozenset[str]:
    if not modes:
        raise _refused(SettingReason.NO_ELIGIBLE_MODES, "eligible_modes")
    if AUDIT in modes:
        raise _refused(SettingReason.AUDIT_NEVER_ELIGIBLE, "eligible_modes")
    if not all(_MODE.fullmatch(mode) for mode in modes):
        raise _refused(SettingReason.MALFORMED_MODE, "eligible_modes")
    return modes
