"""Starts the bulk job of a run at its date, and repairs missed starts and lost messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from certificates.backend import Backend
from certificates.jobs.starting import dispatch, send, start_due
from certificates.rules.bulk_issuance import issuance_due, scheduled_job_id
from certificates.rules.jobs import Job, JobState
from certificates.rules.model import CourseRun
from certificates.telemetry import logger

LOOK_AHEAD = timedelta(days=2)
"""The daily repair makes sure of the schedules that fire before the repair after next."""

STILL = timedelta(hours=2)
"""A job without progress for this time has lost a message: a batch takes seconds, another delivery minutes."""

_RUNS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The number of repairs of each kind."""

    started: int = 0
    scheduled: int = 0
    sent_again: int = 0


def issue_scheduled(course_id: str, due: datetime, *, backend: Backend, now: datetime) -> Job | None:
    """Start the bulk job of a schedule, once. None when the settings no longer name this date."""
    run = backend.runs.run(course_id)
    if run is None or issuance_due(run) != due:
        logger.info("schedule is out of date", extra={"course_id": course_id, "due": due.isoformat()})
        return None
    # A scheduler's clock may be a little ahead of this one's.
    return start_due(run, backend=backend, now=max(now, due), has_fired=True)


def repair(*, backend: Backend, now: datetime) -> Repaired:
    """Repair jobs without progress, dates that started no job, and missing schedules of later dates."""
    sent_again = sum(_send_again(course_id, job_id, backend, now) for course_id, job_id in backend.jobs.all_running())
    started = scheduled = 0
    after: str | None = None
    while True:
        page = backend.runs.all_runs(limit=_RUNS, after=after)
        for run in _without_job(page.items, backend, now + LOOK_AHEAD):
            due = issuance_due(run)
            if due is not None and due > now:
                backend.schedules.put(run.course_id, due, due)
                scheduled += 1
            elif start_due(run, backend=backend, now=now) is not None:
                started += 1
        if (after := page.next_after) is None:
            break
    repaired = Repaired(started=started, scheduled=scheduled, sent_again=sent_again)
    logger.info("repaired", extra={"started": started, "scheduled": scheduled, "sent_again": sent_again})
    return repaired


def _without_job(runs: list[CourseRun], backend: Backend, until: datetime) -> list[CourseRun]:
    """The runs whose date is before `until` and has not started a job."""
    dated = [(run, due) for run in runs if (due := issuance_due(run)) is not None and due <= until]
    begun = backend.jobs.begun([(run.course_id, scheduled_job_id(due)) for run, due in dated])
    return [run for run, due in dated if (run.course_id, scheduled_job_id(due)) not in begun]


def _send_again(course_id: str, job_id: str, backend: Backend, now: datetime) -> bool:
    job = backend.jobs.job(course_id, job_id)
    if job is None or job.state is not JobState.RUNNING:
        return False
    if now - (job.moved_at or job.sent_at or job.started_at) < STILL and job.sent_at is not None:
        return False
    if job.sent_at is None:
        dispatch(job, backend, now)
    else:
        send(job, backend, now)
    return True
