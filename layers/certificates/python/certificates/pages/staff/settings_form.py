"""The form of a run's settings: its fields, filled in with saved settings, and compared with other values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from certificates.pages.staff.filled import Filled
from certificates.rules.model import Display
from certificates.rules.settings import NEVER, RunSettings

SETTING_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "organization": ("organization",),
    "start": ("start",),
    "end": ("end",),
    "pacing": ("pacing",),
    "self_generation": ("self_generation",),
    "automatic_generation": ("automatic_generation",),
    "display": ("display",),
    "available_on": ("available_on",),
    "bulk_issue_at": ("bulk", "bulk_at"),
    "passing_grade": ("passing_grade",),
    "eligible_modes": ("mode",),
    "time_zone": ("time_zone",),
    "identity_required": ("identity_required",),
    "valid_months": ("valid_months",),
    "fields": ("field_name", "field_text"),
    "field_columns": ("column_name", "column_heading"),
    "credential": ("credential",),
    "notices": ("notices",),
    "contact": ("contact",),
}
"""The fields of the form that make up a setting."""


def filled_with_settings(settings: RunSettings) -> Filled:
    """The form with the values of these settings."""
    bulk = settings.bulk_issue_at
    texts: dict[str, list[str]] = {
        "title": [settings.title],
        "organization": [settings.organization],
        "start": [shown_time(settings.start)],
        "end": [shown_time(settings.end)],
        "pacing": [settings.pacing.value],
        "self_generation": [_switch(bool(settings.self_generation))],
        "automatic_generation": [_switch(settings.automatic_generation)],
        "display": [(settings.display or Display.END).value],
        "available_on": [shown_time(settings.available_on)],
        "bulk": ["never" if bulk == NEVER else "at" if bulk else "end"],
        "bulk_at": [shown_time(bulk) if isinstance(bulk, datetime) else ""],
        "passing_grade": [format((settings.passing_grade * 100).normalize(), "f")],
        "mode": sorted(settings.eligible_modes),
        "time_zone": [settings.time_zone or ""],
        "identity_required": [{None: "site", True: "on", False: "off"}[settings.identity_required]],
        "credential": [_switch(settings.credential)],
        "notices": [settings.notices.value],
        "contact": [settings.contact],
        "valid_months": [str(settings.valid_months or "")],
        "field_name": list(settings.fields),
        "field_text": list(settings.fields.values()),
        "column_name": list(settings.field_columns),
        "column_heading": list(settings.field_columns.values()),
    }
    return Filled(texts)


def merged_settings(mine: Filled, opened: Filled, theirs: Filled) -> Filled:
    """The form after somebody else saved other settings meanwhile: `mine` where I changed a setting, else `theirs`."""
    changed = changed_settings(mine, opened)
    texts = {
        name: (mine if setting in changed else theirs).all(name)
        for setting, names in SETTING_FIELDS.items()
        for name in names
    }
    return Filled({**mine.texts, **texts})


def changed_settings(form: Filled, saved: Filled) -> set[str]:
    """The settings whose values in the form differ from the saved values."""
    shown = {
        setting: names
        for setting, names in SETTING_FIELDS.items()
        # A browser leaves out unchecked boxes. Any other missing field was not on the page.
        if setting == "eligible_modes" or any(name in form.texts for name in names)
    }
    return {setting for setting, names in shown.items() if form.differs(saved, names)}


def shown_time(moment: datetime | None) -> str:
    """The moment in the form of a date and time field, to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _switch(on: bool) -> str:
    return "on" if on else "off"
