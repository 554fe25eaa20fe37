"""Further fields that certificates print: those that settings may give, and the values for one certificate.

Templates use the same names: `data-field` asks for a field. Settings cannot give fields that the product has itself,
such as the grade or the end of the run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from certificates.rules.course_id import number_of
from certificates.rules.days import day_of
from certificates.rules.flaws import FlawId
from certificates.rules.model import Certificate, CourseRun, Enrollment, Site
from certificates.rules.setting_checks import SettingReason, checked_text, refused_setting

EXPIRES = "expires"
KNOWN_ALREADY = frozenset({"grade", "start", "end", EXPIRES, "course_number", "name", "date", "id", "title"})
MAX_FIELDS = 20
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def checked(setting: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """The fields, with trimmed texts. Raises BadRequest `malformed-field`, `text-missing`, `text-too-long`, ..."""
    if len(values) > MAX_FIELDS:
        raise refused_setting(SettingReason.MALFORMED_FIELD, setting, FlawId.FIELDS_TOO_MANY, most=MAX_FIELDS)
    for name in values:
        if not _NAME.fullmatch(name):
            raise refused_setting(SettingReason.MALFORMED_FIELD, setting, FlawId.FIELD_NAME_MALFORMED, name=name[:60])
        if name in KNOWN_ALREADY:
            raise refused_setting(SettingReason.MALFORMED_FIELD, setting, FlawId.FIELD_KNOWN_ALREADY, name=name)
    return {name: checked_text(f"{setting}.{name}", value) for name, value in sorted(values.items())}


def of_run(run: CourseRun, site: Site) -> dict[str, str]:
    """The fields for every certificate of the run. `start` and `end` are days in ISO 8601."""
    known = {"course_number": number_of(run.course_id)}
    known |= {
        name: day_of(at, run, site).isoformat()
        for name, at in (("start", run.start), ("end", run.end))
        if at is not None
    }
    return {**known, **run.fields}


def of_learners(run: CourseRun) -> tuple[str, ...]:
    """The names of fields whose value differs between learners."""
    return tuple(sorted({*run.field_columns, *([EXPIRES] if run.valid_months else [])}))


def of_certificate(run: CourseRun, enrollment: Enrollment | None, issued_on: date) -> dict[str, str]:
    """The values for one certificate. The grade is always among them."""
    own = enrollment.fields if enrollment is not None else {}
    values = {name: own[name] for name in run.field_columns if own.get(name)}
    if run.valid_months:
        values[EXPIRES] = months_after(issued_on, run.valid_months).isoformat()
    return values


def expiry_of(certificate: Certificate) -> date | None:
    """The last day of a certificate that expires."""
    day = certificate.fields.get(EXPIRES)
    return date.fromisoformat(day) if day else None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a shorter month."""
    first, following = (_first_of_month(day, months + further) for further in (0, 1))
    return first.replace(day=min(day.day, (following - first).days))


def _first_of_month(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
