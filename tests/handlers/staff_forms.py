"""The forms of the staff's pages, with the values that a browser shows."""

from __future__ import annotations

from typing import Any

from certificates.rules.model import CourseRun
from certificates.rules.settings import NEVER, settings_of


def settings_form(run: CourseRun) -> dict[str, Any]:
    """The form of the settings, unchanged."""
    shown = settings_of(run)
    bulk = shown.bulk_issue_at
    return {
        "version": run.version,
        "title": run.title,
        "organization": run.organization,
        "start": _local(run.start),
        "end": _local(run.end),
        "pacing": run.pacing.value,
        "pacing_before": run.pacing.value,
        "self_generation": "on" if run.self_generation else "off",
        "self_generation_before": "on" if run.self_generation else "off",
        "automatic_generation": "on" if run.automatic_generation else "off",
        "display": run.display.value,
        "available_on": _local(run.available_on),
        "bulk": "never" if bulk == NEVER else "at" if bulk else "end",
        "bulk_at": _local(run.bulk_issue_at),
        "passing_grade": format((run.passing_grade * 100).normalize(), "f"),
        "mode": sorted(run.eligible_modes),
        "time_zone": run.time_zone or "",
        "notices": run.notices.value,
        "contact": run.contact,
        "identity_required": {None: "site", True: "on", False: "off"}[run.identity_required],
        "credential": "on" if run.credential else "off",
        "valid_months": run.valid_months or "",
        "field_name": [*run.fields, "", ""],
        "field_text": [*run.fields.values(), "", ""],
        "column_name": [*run.field_columns, "", ""],
        "column_heading": [*run.field_columns.values(), "", ""],
    }


def _local(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else ""
