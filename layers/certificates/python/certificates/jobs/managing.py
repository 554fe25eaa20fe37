"""Reads, cancels and finishes jobs, and gives out their results."""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.errors import Conflict, NotFound, Raced
from certificates.jobs.starting import start_due
from certificates.lookup import read_run
from certificates.paging import Slice
from certificates.rules.jobs import Job, JobState
from certificates.spreadsheet import BYTE_ORDER_MARK, line
from certificates.telemetry import logger

RESULTS_HEADING = BYTE_ORDER_MARK + line(
    (
        *("user_id", "username", "outcome", "reason", "verify_uuid", "revision"),
        *("name", "name_before", "warnings", "detail"),
    )
)


def read_job(course_id: str, job_id: str, *, backend: Backend) -> Job:
    """Raises NotFound `unknown-job`."""
    job = backend.jobs.job(course_id, job_id)
    if job is None:
        raise NotFound("unknown-job", "There is no such job of this run.")
    return job


def list_jobs(course_id: str, *, limit: int, after: str | None, backend: Backend) -> Slice[Job]:
    """All jobs of the run, newest first. Raises NotFound `unknown-course-run`."""
    read_run(course_id, backend=backend)
    return backend.jobs.jobs(course_id, limit=limit, after=after)


def results_link(course_id: str, job_id: str, *, backend: Backend) -> str:
    """A presigned address of the job's results so far, as CSV. Raises NotFound `unknown-job`."""
    job = read_job(course_id, job_id, backend=backend)
    if job.state is JobState.FINISHED:
        key = backend.job_results.key(job)
    else:
        # A batch in work at the time of the cancellation is still counted.
        key = backend.job_results.put_together(job, RESULTS_HEADING)
    return backend.documents.link(key, f"job-{job_id}.csv", attachment=True)


def cancel_job(course_id: str, job_id: str, *, backend: Backend, now: datetime) -> Job:
    """Cancel a job: issued certificates stay, batches in work are completed and counted, no other batch begins.

    Raises NotFound `unknown-job`, Conflict `job-ended`. Cancelling a cancelled job is no error.
    """
    job = read_job(course_id, job_id, backend=backend)
    try:
        if job.state is JobState.RUNNING:
            backend.jobs.end(job, JobState.CANCELLED, now)
    except Raced:
        logger.info("job ended meanwhile", extra={"course_id": course_id, "job_id": job_id})
    start_due(read_run(course_id, backend=backend), backend=backend, now=now)
    job = read_job(course_id, job_id, backend=backend)
    if job.state is JobState.FINISHED:
        raise Conflict("job-ended", "This job is finished: there is nothing left to cancel.")
    return job


def finish_job(job: Job, *, backend: Backend, now: datetime) -> None:
    """After the last shard: join the results, unlock the run, and start a scheduled job that waited."""
    if job.state is JobState.RUNNING:
        backend.job_results.put_together(job, RESULTS_HEADING)
        try:
            backend.jobs.end(job, JobState.FINISHED, now)
        except Raced:
            logger.info("job ended meanwhile", extra={"course_id": job.course_id, "job_id": job.job_id})
    run = backend.runs.run(job.course_id)
    if run is not None:
        start_due(run, backend=backend, now=now)
