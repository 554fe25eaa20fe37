"""Works on one shard of a job, batch after batch, until the shard or the time ends.

For each batch the worker decides, stores documents, writes changes, stores result rows, and then counts the batch, in
this order. The count is written only if the cursor is still at this batch: a message that is delivered twice, or in
parallel, counts a batch once. After a crash at any step the batch is done again, with the same result: the job
recognizes certificates that it issued, and documents with the same content have the same name.

After a cancellation, the batch in work is completed and counted, and no other batch begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from certificates import telemetry
from certificates.backend import Backend
from certificates.errors import Raced, Throttled
from certificates.jobs.batch import work_on
from certificates.jobs.learner import Result
from certificates.jobs.managing import finish_job
from certificates.rules.jobs import Job, JobState
from certificates.rules.model import CourseRun, Outcome
from certificates.spreadsheet import many_lines
from certificates.telemetry import logger

BATCH = 198
"""Learners in one batch: ten reads and one count. First certificates fill six transactions of 33, without a rest. A
batch takes a second or two.
"""


def work_on_shard(
    course_id: str,
    job_id: str,
    shard: int,
    *,
    backend: Backend,
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
    last_delivery: bool = False,
) -> None:
    """Work on a shard of a job, and send a message for the rest when the time ends.

    `last_delivery`: if this delivery fails too, the message goes to the dead letters, and the job says so. Throttling
    alone sends no message there. Raises the failure of a batch: SQS then delivers the message again.
    """
    stalled = False
    while True:
        job, run = backend.jobs.job_and_run(course_id, job_id)
        if job is None or run is None:
            logger.warning("no such job", extra={"course_id": course_id, "job_id": job_id})
            return
        if job.has_ended_everywhere:
            finish_job(job, backend=backend, now=clock())
            return
        if job.state is not JobState.RUNNING or job.parts[shard].ended:
            return
        try:
            if last_delivery and not stalled:
                job = backend.jobs.move(job, shard, replace(job.parts[shard], stalled=True), clock())
                stalled = True
            _work_on_batch(job, run, shard, backend=backend, now=clock(), patient=not last_delivery)
        except Raced:
            logger.info("another delivery is ahead", extra={"job_id": job_id, "shard": shard})
            return
        except Throttled:
            if not last_delivery:
                raise
            # The message is not the cause: a new message replaces it, and has all its deliveries again.
            logger.warning("throttled", extra={"job_id": job_id, "shard": shard})
            backend.job_queue.send(course_id, job_id, [shard])
            return
        if out_of_time():
            backend.job_queue.send(course_id, job_id, [shard])
            return


def _work_on_batch(job: Job, run: CourseRun, shard: int, *, backend: Backend, now: datetime, patient: bool) -> None:
    """Raises Raced when another delivery has counted this batch or the shard's learners."""
    part = job.parts[shard]
    user_ids, cursor = backend.listing.page(run.course_id, shard, "ENROLLMENT", after=part.cursor, limit=BATCH)
    if part.total is None and cursor is not None:
        # The first batch holds the whole shard, so its size is the number of learners.
        part = replace(part, total=_count(job, run, shard, backend, now))
        job = backend.jobs.move(job, shard, part, now)
    results = work_on(user_ids, job, run, backend=backend, now=now, patient=patient)
    outcomes = Counter(_outcome(result) for result in results)
    if results:
        backend.job_results.put_part(job, shard, many_lines(map(_row, results)))
    warnings = Counter(warning.value for result in results for warning in result.warnings)
    mails = sum(result.mailed for result in results)
    backend.jobs.move(job, shard, part.advanced(outcomes, cursor, warnings, mails), now)
    telemetry.worked(job, shard, outcomes)


def _count(job: Job, run: CourseRun, shard: int, backend: Backend, now: datetime) -> int:
    """The number of learners of the shard that the job selects, counted on the listing."""
    listed = backend.listing.facts_of_shard(run, shard, site=backend.site, now=now)
    return sum(1 for facts in listed if job.selects(facts))


def _outcome(result: Result) -> str:
    return result.reason if result.outcome is Outcome.REFUSED else result.outcome.value


def _row(result: Result) -> tuple[object, ...]:
    certificate = result.certificate
    return (
        result.user_id,
        result.username,
        result.outcome.value,
        result.reason,
        certificate.verify_uuid if certificate else None,
        certificate.revision if certificate else None,
        result.name,
        result.name_before,
        " ".join(sorted(result.warnings)),
        result.detail,
    )
