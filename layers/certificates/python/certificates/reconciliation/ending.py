"""The end of a reconciliation: all learners of a run are in step with the LMS."""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.errors import Conflict
from certificates.jobs.starting import send, start_job
from certificates.reconciliation.importing import BY_LMS
from certificates.rules.jobs import JobKind, JobState, Selection
from certificates.rules.model import CourseRun
from certificates.rules.reconciliation import Reconciliation, ReconciliationState
from certificates.telemetry import logger


def finish_reconciliation(at: Reconciliation, run: CourseRun, *, backend: Backend) -> Reconciliation:
    """The ended reconciliation. A job that waited for it starts. Otherwise, with automatic issuing on, a job issues to
    learners who pass now. No certificate is withdrawn.
    """
    now = at.moved_at
    if at.job_id is not None:
        _send_waiting(at.job_id, run, backend, now)
    elif run.automatic_generation and at.to_issue:
        _issue(run, backend, now)
    return at.ended(ReconciliationState.FINISHED, now)


def _send_waiting(job_id: str, run: CourseRun, backend: Backend, now: datetime) -> None:
    job = backend.jobs.job(run.course_id, job_id)
    if job is not None and job.state is JobState.RUNNING and job.sent_at is None:
        send(job, backend, now)


def _issue(run: CourseRun, backend: Backend, now: datetime) -> None:
    selection = Selection(kind=JobKind.BULK)
    try:
        start_job(run.course_id, selection, dry_run=False, by=BY_LMS, backend=backend, now=now, in_step=True)
    except Conflict as running:
        # The running job decides on the other learners, or else the next night does.
        logger.info("no job started", extra={"course_id": run.course_id, "reason": running.reason})
