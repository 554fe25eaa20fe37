"""The schedule of a run: it follows the run's settings.

The settings are stored first, and the schedule is moved afterwards. A crash between the two leaves an old schedule and
a date without a schedule. The old schedule does nothing, because the settings no longer name its date. The daily repair
finds the date.
"""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.rules.bulk_issuance import issuance_due, scheduled_job_id
from certificates.rules.model import CourseRun


def schedule_issuance(run: CourseRun, before: CourseRun | None, *, backend: Backend, now: datetime) -> None:
    """Make, move or remove the schedule as the run's settings say. `before` are the earlier settings.

    A date in the past fires at the run's `issue_from`, unless it has started its job already.
    """
    due = issuance_due(run)
    if due is not None and (due > now or backend.jobs.job(run.course_id, scheduled_job_id(due)) is None):
        backend.schedules.put(run.course_id, due, run.issue_from or due)
    elif before is not None and issuance_due(before) is not None:
        backend.schedules.remove(run.course_id)
