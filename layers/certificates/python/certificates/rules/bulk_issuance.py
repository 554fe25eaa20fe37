"""When a schedule issues the certificates of a run in bulk."""

from __future__ import annotations

from datetime import datetime

from certificates.rules.model import CourseRun


def issuance_due(run: CourseRun) -> datetime | None:
    """The time of the schedule; None: staff issue by hand, or the run has no end."""
    return None if run.bulk_issue_by_hand else run.bulk_issue_at or run.end


def scheduled_job_id(due: datetime) -> str:
    """One id for one date, so that one date starts one job."""
    return f"{due:%Y%m%dT%H%M%S}Z-scheduled"
