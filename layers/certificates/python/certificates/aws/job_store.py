"""Jobs as they are recorded: started one at a time per run, moved on batch by batch, ended once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from certificates.aws.job_items import job_from, job_item, part_text
from certificates.aws.reads import get_items
from certificates.aws.run_items import run_from
from certificates.aws.table import EnrollmentItem, Item, JobItem, RunningJobItem, connection, run_key
from certificates.errors import Raced
from certificates.paging import Page
from certificates.rules.jobs import Job, JobState, Part
from certificates.rules.model import Attempt, CourseRun

LOCK = "JOB-RUNNING"


class JobStore:
    def begin(self, job: Job) -> None:
        """Record a new job as the one that runs. Raises Raced when another runs, or when this one was begun before."""
        key = run_key(job.course_id)
        _together(
            (job_item(job), JobItem.pk.does_not_exist()),
            (
                RunningJobItem(pk=key, sk=LOCK, kind="running-job", job_id=job.job_id),
                RunningJobItem.pk.does_not_exist(),
            ),
        )

    def job(self, course_id: str, job_id: str) -> Job | None:
        found = get_items([(run_key(course_id), f"JOB#{job_id}")])
        return next(map(job_from, found.values()), None)

    def job_and_run(self, course_id: str, job_id: str) -> tuple[Job | None, CourseRun | None]:
        """Both as they are at this moment, in one call."""
        job_key, settings = (run_key(course_id), f"JOB#{job_id}"), (run_key(course_id), "SETTINGS")
        found = get_items([job_key, settings])
        return (
            job_from(found[job_key]) if job_key in found else None,
            run_from(found[settings]) if settings in found else None,
        )

    def running(self, course_id: str) -> str | None:
        """The id of the job that runs in this run."""
        found = get_items([(run_key(course_id), LOCK)])
        return next((str(raw["job_id"]["S"]) for raw in found.values()), None)

    def all_running(self) -> Iterator[tuple[str, str]]:
        """Course and job id of every job that runs."""
        connection()
        keys = [(key.pk, key.sk) for key in Item.query("running-job", index_name="by_kind")]
        for (pk, _), raw in get_items(keys).items():
            yield pk.removeprefix(run_key("")), raw["job_id"]["S"]

    def begun(self, jobs: list[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these (course id, job id) there are."""
        found = get_items((run_key(course_id), f"JOB#{job_id}") for course_id, job_id in jobs)
        return {(pk.removeprefix(run_key("")), sk.removeprefix("JOB#")) for pk, sk in found}

    def jobs(self, course_id: str, *, limit: int, after: str | None = None) -> Page[Job]:
        """Every job there has been in a run, newest first, `after` one of them."""
        connection()
        beyond = JobItem.sk.between("JOB#", f"JOB#{after}") if after else JobItem.sk.startswith("JOB#")
        found = JobItem.query(
            run_key(course_id), beyond, scan_index_forward=False, limit=limit + 2, consistent_read=True
        )
        # The one after which the page starts is in the answer, as its first.
        jobs = [job for item in found if (job := job_from(item.serialize())).job_id != after]
        return Page(jobs[:limit], jobs[limit - 1].job_id if len(jobs) > limit else None)

    def sent(self, job: Job, now: datetime) -> None:
        """All messages of the job are on their way."""
        _update(job, [JobItem.sent_at.set(now)], JobItem.pk.exists())

    def move(self, job: Job, shard: int, part: Part, now: datetime) -> Job:
        """Record how far the job has come in a shard. Raises Raced when it is no longer where it was read.

        Counts and place are one value, compared and set in one write: a batch counts once, however often and by how
        many at a time it is worked on.
        """
        text = part_text(part)
        actions = [JobItem.parts[shard].set(text), JobItem.moved_at.set(now)]
        _update(job, actions, JobItem.parts[shard] == job.parts[shard].recorded)
        moved = replace(part, recorded=text)
        return replace(job, parts=(*job.parts[:shard], moved, *job.parts[shard + 1 :]), moved_at=now)

    def end(self, job: Job, state: JobState, now: datetime) -> None:
        """Finish or cancel a running job and let the next one start. Raises Raced when it has ended already."""
        connection()
        try:
            with TransactWrite(connection=connection().connection) as transaction:
                transaction.update(
                    JobItem(run_key(job.course_id), f"JOB#{job.job_id}"),
                    actions=[JobItem.state.set(state.value), JobItem.finished_at.set(now)],
                    condition=JobItem.state == JobState.RUNNING.value,
                )
                transaction.delete(
                    RunningJobItem(run_key(job.course_id), LOCK), condition=RunningJobItem.job_id == job.job_id
                )
        except TransactWriteError as error:
            _raise_raced(error)

    def attempted(self, course_id: str, user_id: str, attempt: Attempt) -> None:
        """Remember an attempt that left no trace on the certificate; of a learner never enrolled, nothing."""
        connection()
        item = EnrollmentItem.at(course_id, user_id, "ENROLLMENT")
        actions: list[Action] = [
            EnrollmentItem.outcome.set(attempt.outcome.value),
            EnrollmentItem.reason.set(attempt.reason),
            EnrollmentItem.attempted_at.set(attempt.at),
            EnrollmentItem.attempted_in.set(attempt.job or ""),
        ]
        try:
            item.update(actions=actions, condition=EnrollmentItem.pk.exists())
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise


def _update(job: Job, actions: Sequence[Action], condition: Condition) -> None:
    connection()
    try:
        JobItem(run_key(job.course_id), f"JOB#{job.job_id}").update(actions=list(actions), condition=condition)
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            raise Raced(f"{job.course_id} {job.job_id}") from error
        raise


def _together(*saved: tuple[Item, Any]) -> None:
    try:
        with TransactWrite(connection=connection().connection) as transaction:
            for item, condition in saved:
                transaction.save(item, condition=condition)
    except TransactWriteError as error:
        _raise_raced(error)


def _raise_raced(error: TransactWriteError) -> None:
    if error.cause_response_code == "TransactionCanceledException":
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        if codes <= {"ConditionalCheckFailed", "TransactionConflict"}:
            raise Raced("the job was changed by somebody else") from error
    raise error
