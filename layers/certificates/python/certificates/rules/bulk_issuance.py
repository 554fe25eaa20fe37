"""When a schedule issues the certificates of a run in bulk."""

from __future__ import annotations

from datetime import datetime, timedelta

from certificates.rules.model import CourseRun

TIME_TO_THINK = timedelta(minutes=5)
"""A date in the past issues only after this time, so that staff can correct a mistake."""


def issuance_due(run: CourseRun) -> datetime | None:
    """The time of the schedule; None: staff issue by hand, or the run has no end."""
    return None if run.bulk_issue_by_hand else run.bulk_issue_at or run.end


def issuance_from(run: CourseRun, saved_at: datetime) -> datetime | None:
    """`issue_from` of a run that is saved at this time. None: the bulk issue is not due yet."""
    due = issuance_due(run)
    return saved_at + TIME_TO_THINK if due is not None and due <= saved_at else None


def scheduled_job_id(due: datetime) -> str:
    """One id for one date, so that one date starts one job."""
    return f"{due:%Y%m%dT%H%M%S}Z-scheduled"
