"""Job items: one job runs at a time in a run, its progress is written batch by batch, and it ends once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.item_model import ByKind, Item
from certificates.aws.job_items import JobItem, job_from, job_item, part_text
from certificates.aws.learner_items import EnrollmentItem
from certificates.aws.reads import get_items, key_of, newest_first, query
from certificates.aws.run_items import run_from
from certificates.aws.table import Key, learner_key, run_key, settings_key
from certificates.errors import Raced
from certificates.paging import Slice
from certificates.rules.jobs import Job, JobState, Part
from certificates.rules.model import Attempt, CourseRun

LOCK = "JOB-RUNNING"
RUNNING = "running-job"
"""The kind under which the index lists the locks of all runs."""


class RunningJobItem(Item):
    job_id = UnicodeAttribute()


class JobStore:
    def begin(self, job: Job) -> None:
        """Write a new job and the lock of its run. Raises Raced when another job runs, or this job exists already."""
        lock = RunningJobItem(pk=run_key(job.course_id), sk=LOCK, kind=RUNNING, job_id=job.job_id)
        writes.transact(
            [
                writes.put(job_item(job), JobItem.pk.does_not_exist()),
                writes.put(lock, RunningJobItem.pk.does_not_exist()),
            ]
        )

    def job(self, course_id: str, job_id: str) -> Job | None:
        found = get_items([(run_key(course_id), f"JOB#{job_id}")])
        return next(map(job_from, found.values()), None)

    def job_and_run(self, course_id: str, job_id: str) -> tuple[Job | None, CourseRun | None]:
        """The job and its run, read consistently in one call."""
        job_key, settings = (run_key(course_id), f"JOB#{job_id}"), settings_key(course_id)
        found = get_items([job_key, settings])
        return (
            job_from(found[job_key]) if job_key in found else None,
            run_from(found[settings]) if settings in found else None,
        )

    def running(self, course_id: str) -> str | None:
        """The id of the job that runs in this run."""
        found = get_items([(run_key(course_id), LOCK)])
        return next((RunningJobItem.read(raw).job_id for raw in found.values()), None)

    def running_in(self, course_ids: Iterable[str]) -> dict[str, Job]:
        """The job that runs in each of these runs; most have none."""
        locks = get_items((run_key(course_id), LOCK) for course_id in course_ids)
        jobs = get_items((pk, f"JOB#{RunningJobItem.read(raw).job_id}") for (pk, _), raw in locks.items())
        return {job.course_id: job for job in map(job_from, jobs.values())}

    def all_running(self) -> Iterator[tuple[str, str]]:
        """Course and job id of every job that runs."""
        listed = query(ByKind.kind == RUNNING, index=ByKind)
        for (pk, _), raw in get_items(map(key_of, listed)).items():
            yield pk.removeprefix(run_key("")), RunningJobItem.read(raw).job_id

    def begun(self, jobs: list[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these pairs (course id, job id) that exist."""
        found = get_items((run_key(course_id), f"JOB#{job_id}") for course_id, job_id in jobs)
        return {(pk.removeprefix(run_key("")), sk.removeprefix("JOB#")) for pk, sk in found}

    def jobs(self, course_id: str, *, limit: int, after: str | None = None) -> Slice[Job]:
        """All jobs of a run, newest first, beginning after the job `after`."""
        found = newest_first(JobItem, run_key(course_id), "JOB#", limit=limit, after=after)
        return Slice(list(map(job_from, found.items)), found.next_after)

    def sent(self, job: Job, now: datetime) -> None:
        """Note that all messages of the job were sent."""
        _update(job, [JobItem.sent_at.set(now)], JobItem.pk.exists())

    def move(self, job: Job, shard: int, part: Part, now: datetime) -> Job:
        """Write the progress of a job in one shard. Raises Raced when another delivery has moved it since it was read.

        Counts and cursor are one value, compared and set in one write: a batch counts once, however many deliveries
        work on it.
        """
        text = part_text(part)
        actions = [JobItem.parts[shard].set(text), JobItem.moved_at.set(now)]
        _update(job, actions, JobItem.parts[shard] == job.parts[shard].stored)
        moved = replace(part, stored=text)
        return replace(job, parts=(*job.parts[:shard], moved, *job.parts[shard + 1 :]), moved_at=now)

    def end(self, job: Job, state: JobState, now: datetime) -> None:
        """Finish or cancel a running job and unlock its run. Raises Raced when the job has ended already."""
        writes.transact(
            [
                writes.update(
                    _key(job),
                    [JobItem.state.set(state.value), JobItem.finished_at.set(now)],
                    JobItem.state == JobState.RUNNING.value,
                ),
                writes.delete((run_key(job.course_id), LOCK), RunningJobItem.job_id == job.job_id),
            ]
        )

    def attempted(self, course_id: str, user_id: str, attempt: Attempt) -> None:
        """Note an attempt that did not change the certificate. Without an enrollment, nothing is written."""
        actions: list[Action] = [
            EnrollmentItem.outcome.set(attempt.outcome.value),
            EnrollmentItem.reason.set(attempt.reason),
            EnrollmentItem.attempted_at.set(attempt.at),
            EnrollmentItem.attempted_in.set(attempt.job or ""),
            EnrollmentItem.attempted_print.set(attempt.printed),
        ]
        key = (learner_key(course_id, user_id), "ENROLLMENT")
        # The write fails only if the item does not exist: it waits for a transaction on the same item.
        with suppress(Raced):
            writes.write_one(writes.update(key, actions, EnrollmentItem.pk.exists()))


def _key(job: Job) -> Key:
    return run_key(job.course_id), f"JOB#{job.job_id}"


def _update(job: Job, actions: Sequence[Action], condition: Condition) -> None:
    writes.write_one(writes.update(_key(job), actions, condition))
