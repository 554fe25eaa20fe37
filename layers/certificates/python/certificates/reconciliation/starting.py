"""Starts reconciliations: one at a time in a run, by staff, every night, or before a bulk issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from certificates.backend import Backend
from certificates.errors import Busy, Conflict, NotFound, Raced
from certificates.lookup import read_run
from certificates.messages.lms import ReconciliationStep
from certificates.paging import Slice
from certificates.reconciliation.means import Reconciling
from certificates.rules.jobs import Job, JobState
from certificates.rules.model import Learner
from certificates.rules.moments import id_of_moment
from certificates.rules.reconciliation import Difference, Phase, Reconciliation, ReconciliationState
from certificates.telemetry import logger

BY_NIGHT = "night"

READ_AFTER_END = timedelta(days=30)
"""A run is read every night until this time after its end: grades are corrected in these weeks."""

LOST_AFTER = timedelta(hours=2)
"""A reconciliation without progress for this time has lost its message."""

_RUNS = 100


def require_reconciling(backend: Backend) -> Reconciling:
    """Raises NotFound `no-lms`."""
    if backend.reconciling is None:
        raise NotFound("no-lms", "Nobody has named an LMS to read from.")
    return backend.reconciling


def begin_reconciliation(
    course_id: str,
    *,
    by: str,
    backend: Backend,
    now: datetime,
    until: datetime | None = None,
    job_id: str | None = None,
    accepts_shrinking: bool = False,
) -> Reconciliation:
    """Read all learners of a run from the LMS.

    Raises NotFound `no-lms`, `unknown-course-run`; Conflict `reconciliation-running`.
    """
    means = require_reconciling(backend)
    read_run(course_id, backend=backend)
    job_id = job_id or _waiting_job(course_id, backend)
    begun = Reconciliation(
        course_id=course_id,
        reconciliation_id=id_of_moment(now),
        state=ReconciliationState.RUNNING,
        phase=Phase.ENROLLMENTS,
        started_by=by,
        started_at=now,
        moved_at=now,
        until=until,
        job_id=job_id,
        accepts_shrinking=accepts_shrinking,
    )
    try:
        means.store.begin(begun)
    except Raced:
        raise _is_running(course_id, means, now) from None
    _send(begun, means)
    return begun


def _waiting_job(course_id: str, backend: Backend) -> str | None:
    """The job of this run that was not sent yet: it waits for a reading to end."""
    job_id = backend.jobs.running(course_id)
    job = backend.jobs.job(course_id, job_id) if job_id is not None else None
    return job.job_id if job is not None and job.waits else None


def reading_for(job: Job, *, backend: Backend) -> Reconciliation | None:
    """The reconciliation that a job waits for, or the one that ended without starting the job.

    None: the job does not wait (see `waits_for_lms`), or its reconciliation has not begun yet.
    """
    if not waits_for_lms(job, backend):
        return None
    for latest in require_reconciling(backend).store.reconciliations(job.course_id, limit=1).items:
        if latest.state is ReconciliationState.RUNNING or latest.started_at >= job.started_at:
            return latest
    return None


def waits_for_lms(job: Job, backend: Backend) -> bool:
    """Whether the job starts only when the learners of its run were read from the LMS."""
    return backend.reconciling is not None and job.waits


def begin_for_job(course_id: str, job_id: str, *, by: str, backend: Backend, now: datetime) -> None:
    """Read the learners of a run for a job. The job also uses a reading that is at work. Raises Raced."""
    job = backend.jobs.job(course_id, job_id)
    if job is None or job.sent_at is not None or job.state is not JobState.RUNNING:
        return
    try:
        begin_reconciliation(course_id, by=by, backend=backend, now=now, job_id=job_id)
    except Conflict:
        means = require_reconciling(backend)
        first = means.store.running(course_id)
        if first is not None and first.job_id != job_id:
            means.store.move(first, replace(first, job_id=job_id), first.moved_at)


def _send(reconciliation: Reconciliation, means: Reconciling) -> None:
    step = ReconciliationStep(reconciliation.course_id, reconciliation.reconciliation_id, reconciliation.version)
    means.queue.send(step)


def _is_running(course_id: str, means: Reconciling, now: datetime) -> Conflict:
    """Why no reconciliation could be begun. A reconciliation without progress gets its message again."""
    first = means.store.running(course_id)
    if first is None:
        return Busy("Another reading of the LMS has ended this moment. Try again.")
    if now - first.moved_at > LOST_AFTER:
        _send(first, means)
    return Conflict(
        "reconciliation-running",
        f"The learners of this run are being read: {first.reconciliation_id}, started by {first.started_by}.",
        reconciliation_id=first.reconciliation_id,
    )


def begin_night(*, backend: Backend, now: datetime, hours: float) -> int:
    """Read every run whose learners may still change. Runs that are not read after so many hours wait for a day."""
    begun, after = 0, None
    while True:
        page = backend.runs.all_runs(limit=_RUNS, after=after)
        for run in page.items:
            if run.end is not None and run.end + READ_AFTER_END < now:
                continue
            try:
                until = now + timedelta(hours=hours)
                begin_reconciliation(run.course_id, by=BY_NIGHT, backend=backend, now=now, until=until)
                begun += 1
            except Conflict as running:
                logger.info("not begun", extra={"course_id": run.course_id, "reason": running.reason})
        after = page.next_after
        if after is None:
            return begun


def list_differences(
    course_id: str, *, limit: int, after: str | None, backend: Backend
) -> Slice[tuple[Difference, Learner | None]]:
    """Learners who differ, with their profiles. Raises NotFound `no-lms`, `unknown-course-run`."""
    read_run(course_id, backend=backend)
    page = require_reconciling(backend).store.differences(course_id, limit=limit, after=after)
    learners = backend.learners.learners(difference.user_id for difference in page.items)
    return Slice([(difference, learners.get(difference.user_id)) for difference in page.items], page.next_after)


def list_reconciliations(course_id: str, *, limit: int, after: str | None, backend: Backend) -> Slice[Reconciliation]:
    """Newest first. Raises NotFound `no-lms`, `unknown-course-run`."""
    read_run(course_id, backend=backend)
    return require_reconciling(backend).store.reconciliations(course_id, limit=limit, after=after)
