"""The settings of a course run in a request of staff: checked and normalised before they are written.

Settings under which certificates could never be shown are refused: nobody must wait for a date that never comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal

from certificates.rules import further_fields
from certificates.rules.days import is_zone
from certificates.rules.flaws import FlawId
from certificates.rules.model import AUDIT, CourseRun, Display, Pacing, Settings
from certificates.rules.setting_checks import SettingReason, checked_email, checked_text, refused_setting

FIRST_YEAR, LAST_YEAR = 1990, 2999
"""The years of a course run. Other years are mistakes: a zero, for instance, becomes 1970."""

_MODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_GRADE_DECIMALS = 37
"""Most decimals of a grade that a number of the table can have."""

Never = Literal["never"]
NEVER: Final[Never] = "never"
"""Only staff start the bulk issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings(Settings):
    """The whole new settings of a run. The defaults are those of a new run.

    `display` None: the date decides. `self_generation` None: a new pacing decides, else nothing changes.
    `bulk_issue_at` None: the end of the run. Times carry an offset.
    """

    self_generation: bool | None = None
    display: Display | None = None
    bulk_issue_at: datetime | Never | None = None


def settings_of(run: CourseRun) -> RunSettings:
    """The request that changes nothing."""
    own = {field.name: getattr(run, field.name) for field in fields(Settings)}
    bulk: datetime | Never | None = NEVER if run.bulk_issue_by_hand else run.bulk_issue_at
    return RunSettings(**own, self_generation=run.self_generation, display=run.display, bulk_issue_at=bulk)


def apply_settings(previous: CourseRun | None, requested: RunSettings, course_id: str) -> CourseRun:
    """The run to write. Values outside the settings (design, version) stay the same.

    Raises BadRequest with a SettingReason and the `field` to correct.
    """
    start, end = _utc("start", requested.start), _utc("end", requested.end)
    if start is not None and end is not None and start >= end:
        raise refused_setting(SettingReason.END_NOT_AFTER_START, "end")
    display, available_on = _display(requested, end)
    by_hand = requested.bulk_issue_at == NEVER
    base = previous or CourseRun(course_id=course_id, title="", organization="")
    return replace(
        base,
        title=checked_text("title", requested.title),
        organization=checked_text("organization", requested.organization),
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
        credential=requested.credential,
        bulk_issue_at=None if requested.bulk_issue_at == NEVER else _utc("bulk_issue_at", requested.bulk_issue_at),
        bulk_issue_by_hand=by_hand,
        fields=further_fields.checked("fields", requested.fields),
        field_columns=further_fields.checked("field_columns", requested.field_columns),
        valid_months=_valid_months(requested.valid_months),
        time_zone=_time_zone(requested.time_zone),
        notices=requested.notices,
        contact=checked_email("contact", requested.contact),
    )


def _utc(field: str, moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise refused_setting(SettingReason.TIME_WITHOUT_OFFSET, field)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise refused_setting(SettingReason.TIME_OUT_OF_RANGE, field, first=FIRST_YEAR, last=LAST_YEAR)
    return moment.astimezone(UTC)


def _passing_grade(grade: Decimal) -> Decimal:
    if not grade.is_finite() or not 0 < grade <= 1 or -int(grade.as_tuple().exponent) > _GRADE_DECIMALS:
        raise refused_setting(SettingReason.PASSING_GRADE_OUT_OF_RANGE, "passing_grade")
    return grade


MAX_VALID_MONTHS = 1200


def _valid_months(months: int | None) -> int | None:
    if months is not None and not 1 <= months <= MAX_VALID_MONTHS:
        raise refused_setting(SettingReason.VALIDITY_OUT_OF_RANGE, "valid_months", most=MAX_VALID_MONTHS)
    return months


def _time_zone(name: str | None) -> str | None:
    if name is not None and not is_zone(name):
        raise refused_setting(SettingReason.UNKNOWN_TIME_ZONE, "time_zone", name=name[:60])
    return name


def _self_generation(previous: CourseRun | None, requested: RunSettings) -> bool:
    if requested.self_generation is not None:
        return requested.self_generation
    if previous is None or previous.pacing is not requested.pacing:
        return requested.pacing is Pacing.SELF
    return previous.self_generation


def _display(requested: RunSettings, end: datetime | None) -> tuple[Display, datetime | None]:
    """A self-paced run always shows its certificates, so no display setting is refused for it."""
    available_on = _utc("available_on", requested.available_on)
    if requested.display is Display.EARLY_NO_INFO:
        return Display.EARLY_NO_INFO, None
    if available_on is not None:
        return Display.END_WITH_DATE, available_on
    if requested.pacing is Pacing.INSTRUCTOR:
        if requested.display is Display.END_WITH_DATE:
            raise refused_setting(SettingReason.NEVER_SHOWN, "available_on", FlawId.NEVER_SHOWN_WITHOUT_DATE)
        if end is None:
            raise refused_setting(SettingReason.NEVER_SHOWN, "end", FlawId.NEVER_SHOWN_WITHOUT_END)
    return Display.END, None


def _eligible_modes(modes: frozenset[str]) -> frozenset[str]:
    if not modes:
        raise refused_setting(SettingReason.NO_ELIGIBLE_MODES, "eligible_modes")
    if AUDIT in modes:
        raise refused_setting(SettingReason.AUDIT_NEVER_ELIGIBLE, "eligible_modes")
    if not all(_MODE.fullmatch(mode) for mode in modes):
        raise refused_setting(SettingReason.MALFORMED_MODE, "eligible_modes")
    return modes
