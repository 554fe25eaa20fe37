"""Starts jobs: one at a time in a run.

A job is one item, and one message for each shard of its run. A crash after the item and before the messages leaves a
job without progress: the next request for a job of the run, or the daily repair, sends the messages. A message that is
sent twice changes nothing, see `jobs.worker`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from certificates.aws.table import SHARDS
from certificates.backend import Backend
from certificates.errors import Busy, Conflict, Raced
from certificates.lookup import read_run
from certificates.rules.bulk_issuance import issuance_due, scheduled_job_id
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.model import CourseRun
from certificates.rules.moments import id_of_moment
from certificates.telemetry import logger

BY_SCHEDULE = "schedule"

_THREADS = 8

_HISTORY = 50
"""The run's latest jobs that are compared with a due schedule."""


def start_job(
    course_id: str,
    selection: Selection,
    *,
    dry_run: bool,
    by: str,
    backend: Backend,
    now: datetime,
    in_step: bool = False,
) -> Job:
    """Start a job. `in_step`: the run's learners have just been read from the LMS.

    Raises NotFound `unknown-course-run`, Conflict `job-running` with the id of the running job.
    """
    run = read_run(course_id, backend=backend)
    job = _new(course_id, id_of_moment(now), selection, dry_run=dry_run, by=by, now=now)
    if backend.jobs.running(course_id) is not None:
        # Most second calls end here: counting the learners of a large run takes seconds.
        raise _running(course_id, backend, now)
    job = _counted(job, run, backend, now)
    try:
        backend.jobs.begin(job)
    except Raced:
        raise _running(course_id, backend, now) from None
    return send(job, backend, now) if in_step else dispatch(job, backend, now)


def _counted(job: Job, run: CourseRun, backend: Backend, now: datetime) -> Job:
    """The job with the number of its learners: its total is known from the start."""

    def count(shard: int) -> int:
        listed = backend.listing.facts_of_shard(run, shard, site=backend.site, now=now)
        return sum(1 for facts in listed if job.selection.selects(facts))

    with ThreadPoolExecutor(_THREADS) as pool:
        totals = list(pool.map(count, range(len(job.parts))))
    return replace(job, parts=tuple(replace(part, total=total) for part, total in zip(job.parts, totals, strict=True)))


def start_due(run: CourseRun, *, backend: Backend, now: datetime, has_fired: bool = False) -> Job | None:
    """Start the bulk job that is due by schedule, if it was not started before. None: nothing is due.

    Before the run's `issue_from`, only the schedule itself starts the job (`has_fired`). The end of a dry run does not.

    The job's id is made from the due date: one date starts one job, however often this is called. While another job
    runs, nothing happens: the end of that job calls this again.
    """
    due = issuance_due(run)
    if due is None or due > now:
        return None
    job_id = scheduled_job_id(due)
    known = backend.jobs.job(run.course_id, job_id)
    if known is not None:
        return known if known.sent_at else dispatch(known, backend, now)
    if run.issue_from is not None and now < run.issue_from and not has_fired:
        return None
    if _was_issued_by_hand(run.course_id, due, backend):
        return None
    job = _new(run.course_id, job_id, Selection(kind=JobKind.BULK), dry_run=False, by=BY_SCHEDULE, now=now)
    job = _counted(replace(job, scheduled_for=due), run, backend, now)
    try:
        backend.jobs.begin(job)
    except Raced:
        logger.info("scheduled issuance waits", extra={"course_id": run.course_id, "job_id": job_id})
        return None
    return dispatch(job, backend, now)


def dispatch(job: Job, backend: Backend, now: datetime) -> Job:
    """Start the work on a new job. With an LMS, the learners of a bulk issue are read from it first. The end of the
    reading sends the job. If the reading breaks, the job waits for the next reading.
    """
    if backend.reconciling is None or job.dry_run or job.selection.kind is not JobKind.BULK:
        return send(job, backend, now)
    backend.reconciling.queue.read_for_job(job.course_id, job.job_id, job.started_by)
    return job


def send(job: Job, backend: Backend, now: datetime) -> Job:
    """Send a message for every shard that has not ended."""
    shards = [shard for shard, part in enumerate(job.parts) if not part.ended]
    backend.job_queue.send(job.course_id, job.job_id, shards)
    backend.jobs.sent(job, now)
    logger.info("job sent", extra={"course_id": job.course_id, "job_id": job.job_id, "shards": len(shards)})
    return replace(job, sent_at=now)


def _new(course_id: str, job_id: str, selection: Selection, *, dry_run: bool, by: str, now: datetime) -> Job:
    return Job(
        course_id=course_id,
        job_id=job_id,
        selection=selection,
        dry_run=dry_run,
        state=JobState.RUNNING,
        started_by=by,
        started_at=now,
        parts=(Part(),) * SHARDS,
    )


def _running(course_id: str, backend: Backend, now: datetime) -> Conflict:
    """Why no job could be started. If the running job has lost its messages in a crash, they are sent."""
    job_id = backend.jobs.running(course_id)
    first = backend.jobs.job(course_id, job_id) if job_id else None
    if first is None:
        return Busy("Another job has ended this moment. Try again.")
    if first.sent_at is None:
        dispatch(first, backend, now)
    return Conflict(
        "job-running",
        f"A job is running in this run: {first.job_id}, started by {first.started_by}. Wait for it, or cancel it.",
        job_id=first.job_id,
    )


def _was_issued_by_hand(course_id: str, due: datetime, backend: Backend) -> bool:
    """Whether a bulk job has run since the due date."""
    return any(
        job.selection.kind is JobKind.BULK
        and not job.dry_run
        and job.state is not JobState.CANCELLED
        and job.started_at >= due
        for job in backend.jobs.jobs(course_id, limit=_HISTORY).items
    )
