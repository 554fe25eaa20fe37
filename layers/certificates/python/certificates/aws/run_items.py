"""Course run items to values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from certificates.aws.table import CourseRunItem, run_key
from certificates.rules.model import CourseRun, Display, Pacing


def run_from(raw: Mapping[str, Any]) -> CourseRun:
    item = CourseRunItem.from_raw_data(dict(raw))
    settings: Mapping[str, Any] = item.settings
    return CourseRun(
        course_id=item.course_id,
        title=settings["title"],
        organization=settings["organization"],
        pacing=Pacing(settings["pacing"]),
        start=_time(settings.get("start")),
        end=_time(settings.get("end")),
        passing_grade=Decimal(settings["passing_grade"]),
        self_generation=settings["self_generation"],
        automatic_generation=settings["automatic_generation"],
        display=Display(settings["display"]),
        available_on=_time(settings.get("available_on")),
        eligible_modes=frozenset(settings["eligible_modes"]),
        identity_required=settings.get("identity_required"),
        bulk_issue_at=_time(settings.get("bulk_issue_at")),
        bulk_issue_by_hand=settings.get("bulk_issue_by_hand", False),
        design_digest=item.design_digest,
        design_active=item.design_active,
        version=int(item.version),
    )


def run_item(run: CourseRun) -> CourseRunItem:
    return CourseRunItem(
        pk=run_key(run.course_id),
        sk="SETTINGS",
        kind="course-run",
        course_id=run.course_id,
        settings={
            "title": run.title,
            "organization": run.organization,
            "pacing": run.pacing.value,
            "start": _text(run.start),
            "end": _text(run.end),
            "passing_grade": str(run.passing_grade),
            "self_generation": run.self_generation,
            "automatic_generation": run.automatic_generation,
            "display": run.display.value,
            "available_on": _text(run.available_on),
            "eligible_modes": sorted(run.eligible_modes),
            "identity_required": run.identity_required,
            "bulk_issue_at": _text(run.bulk_issue_at),
            "bulk_issue_by_hand": run.bulk_issue_by_hand,
        },
        design_digest=run.design_digest,
        design_active=run.design_active,
        version=run.version,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
