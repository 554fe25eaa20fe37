"""Schedules of runs, the jobs that they start, and the daily repair."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from certificates.jobs.managing import cancel_job
from certificates.jobs.scheduled import STILL, Repaired, issue_scheduled, repair
from certificates.rules.bulk_issuance import TIME_TO_THINK
from certificates.rules.jobs import JobState
from certificates.rules.model import Pacing
from certificates.rules.settings import NEVER, RunSettings
from certificates.run_settings import replace_run
from tests.jobs import NOW, few_shards, run, start, work
from tests.moto_cloud import client_of
from tests.people import COURSE, enroll

END = NOW + timedelta(days=10)
OTHER = "course-v1:Fjord+BIO2+2026"


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


def save(backend: Any, course_id: str = COURSE, *, now: datetime = NOW, **settings: Any) -> Any:
    wanted = {"title": "Marine Biology", "organization": "Fjord", "pacing": Pacing.INSTRUCTOR, "end": END} | settings
    before = backend.runs.run(course_id)
    version = before.version if before else None
    return replace_run(course_id, RunSettings(**wanted), if_match=version, by="ines", backend=backend, now=now)[0]


def schedules() -> dict[str, dict[str, Any]]:
    """Every schedule by the course id in its input."""
    client, group = client_of("scheduler"), os.environ["SCHEDULE_GROUP"]
    names = [entry["Name"] for entry in client.list_schedules(GroupName=group)["Schedules"]]
    found = [client.get_schedule(Name=name, GroupName=group) for name in names]
    return {json.loads(entry["Target"]["Input"])["course_id"]: entry for entry in found}


def at(moment: datetime) -> str:
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def test_saving_settings_makes_moves_and_removes_the_schedule(cheap: Any) -> None:
    save(cheap)
    made = schedules()[COURSE]
    assert made["ScheduleExpression"] == at(END)
    assert made["ScheduleExpressionTimezone"] == "UTC"
    assert made["ActionAfterCompletion"] == "DELETE"
    assert made["Target"]["Arn"] == os.environ["SCHEDULE_TARGET"]
    assert made["Target"]["DeadLetterConfig"] == {"Arn": os.environ["SCHEDULE_DEAD_LETTERS"]}

    soon = NOW + timedelta(seconds=90)
    save(cheap, bulk_issue_at=soon)
    assert schedules()[COURSE]["ScheduleExpression"] == at(soon)
    save(cheap, bulk_issue_at=END + timedelta(days=3))
    assert schedules()[COURSE]["ScheduleExpression"] == at(END + timedelta(days=3))
    save(cheap, bulk_issue_at=NEVER)
    assert schedules() == {}


def test_two_runs_that_end_in_the_same_second_have_a_schedule_and_a_job_each(cheap: Any) -> None:
    for course_id in (COURSE, OTHER):
        save(cheap, course_id)
        enroll(cheap, "1", "ada", course_id=course_id, grade="0.9")
    assert set(schedules()) == {COURSE, OTHER}
    jobs = [issue_scheduled(course_id, END, backend=cheap, now=END) for course_id in (COURSE, OTHER)]
    work(cheap)
    for job in jobs:
        assert job is not None
        ended = cheap.jobs.job(job.course_id, job.job_id)
        assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": 1})


def test_a_schedule_delivered_twice_starts_one_job(cheap: Any) -> None:
    save(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    first = issue_scheduled(COURSE, END, backend=cheap, now=END)
    again = issue_scheduled(COURSE, END, backend=cheap, now=END + timedelta(seconds=9))
    assert first is not None and again is not None
    assert first.job_id == again.job_id
    assert (first.started_by, first.scheduled_for) == ("schedule", END)
    assert work(cheap) == 2
    assert issue_scheduled(COURSE, END, backend=cheap, now=END + timedelta(hours=1)) is not None
    assert work(cheap) == 0
    assert cheap.certificates.history(COURSE, "1")[0].actor == "schedule"


@pytest.mark.parametrize(
    "changed", [{"end": END + timedelta(days=1)}, {"bulk_issue_at": NEVER}, {"bulk_issue_at": NOW}]
)
def test_a_schedule_whose_date_the_settings_no_longer_name_does_nothing(cheap: Any, changed: dict[str, Any]) -> None:
    save(cheap)
    save(cheap, **changed)
    assert issue_scheduled(COURSE, END, backend=cheap, now=END) is None
    assert cheap.jobs.jobs(COURSE, limit=9).items == []


def test_a_scheduled_job_uses_the_latest_settings(cheap: Any) -> None:
    save(cheap)
    enroll(cheap, "1", "ada", mode="honor", grade="0.9")
    save(cheap, eligible_modes=frozenset({"verified"}))
    job = issue_scheduled(COURSE, END, backend=cheap, now=END)
    work(cheap)
    assert job is not None
    assert cheap.jobs.job(COURSE, job.job_id).outcomes == {"mode-not-eligible": 1}


def test_a_date_in_the_past_fires_after_a_grace_and_not_again_once_it_has_fired(cheap: Any) -> None:
    past = NOW - timedelta(days=30)
    save(cheap, end=past)
    assert schedules()[COURSE]["ScheduleExpression"] == at(NOW + TIME_TO_THINK)
    assert issue_scheduled(COURSE, past, backend=cheap, now=NOW + TIME_TO_THINK) is not None
    save(cheap, end=past, title="Marine Biology II")
    assert schedules() == {}


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_dry_run_within_the_grace_of_a_date_in_the_past_issues_nothing(cheap: Any, is_cancelled: bool) -> None:
    past = NOW - timedelta(days=30)
    save(cheap, end=past)
    enroll(cheap, "1", "ada", grade="0.9")
    rehearsal = start(cheap, dry_run=True)
    if is_cancelled:
        cancel_job(COURSE, rehearsal.job_id, backend=cheap, now=NOW)
    work(cheap)
    assert repair(backend=cheap, now=NOW + timedelta(minutes=4)) == Repaired()
    assert [job.dry_run for job in cheap.jobs.jobs(COURSE, limit=9).items] == [True]
    assert cheap.certificates.history(COURSE, "1") == []
    assert issue_scheduled(COURSE, past, backend=cheap, now=NOW + TIME_TO_THINK) is not None
    work(cheap)
    assert [entry.actor for entry in cheap.certificates.history(COURSE, "1")] == ["schedule"]


def test_a_date_in_the_past_that_waits_for_a_dry_run_issues_at_its_end(cheap: Any) -> None:
    past = NOW - timedelta(days=30)
    save(cheap, end=past)
    enroll(cheap, "1", "ada", grade="0.9")
    rehearsal = start(cheap, dry_run=True)
    assert issue_scheduled(COURSE, past, backend=cheap, now=NOW + TIME_TO_THINK) is None
    cancel_job(COURSE, rehearsal.job_id, backend=cheap, now=NOW + TIME_TO_THINK)
    work(cheap)
    assert [entry.actor for entry in cheap.certificates.history(COURSE, "1")] == ["schedule"]


def test_a_scheduled_job_waits_for_the_running_job_and_starts_at_its_end(cheap: Any) -> None:
    save(cheap, end=NOW + timedelta(minutes=1))
    enroll(cheap, "1", "ada", grade="0.9")
    first = start(cheap, dry_run=True)
    assert issue_scheduled(COURSE, NOW + timedelta(minutes=1), backend=cheap, now=END) is None
    cancel_job(COURSE, first.job_id, backend=cheap, now=END)
    work(cheap)
    jobs = cheap.jobs.jobs(COURSE, limit=9).items
    assert [(job.started_by, job.state) for job in jobs] == [
        ("schedule", JobState.FINISHED),
        ("ines", JobState.CANCELLED),
    ]


def test_the_repair_starts_jobs_that_no_schedule_started(cheap: Any) -> None:
    save(cheap)
    save(cheap, OTHER, end=END + timedelta(days=30))
    enroll(cheap, "1", "ada", grade="0.9")
    after = END + timedelta(hours=3)
    assert repair(backend=cheap, now=after) == Repaired(started=1)
    work(cheap)
    assert cheap.certificates.history(COURSE, "1")[0].actor == "schedule"
    assert repair(backend=cheap, now=after) == Repaired()


def test_the_repair_does_not_repeat_what_staff_issued_since(cheap: Any) -> None:
    save(cheap, end=NOW - timedelta(days=1))
    enroll(cheap, "1", "ada", grade="0.9")
    run(cheap)
    assert repair(backend=cheap, now=NOW + timedelta(hours=1)) == Repaired()
    run(cheap, dry_run=True)
    assert repair(backend=cheap, now=NOW + timedelta(hours=2)) == Repaired()


def test_a_rehearsal_by_staff_is_no_reason_not_to_issue(cheap: Any) -> None:
    save(cheap, end=NOW - timedelta(days=1), bulk_issue_at=NOW + timedelta(minutes=5))
    enroll(cheap, "1", "ada", grade="0.9")
    run(cheap, dry_run=True)
    assert repair(backend=cheap, now=NOW + timedelta(hours=1)) == Repaired(started=1)


def test_the_repair_makes_missing_schedules_of_the_next_days(cheap: Any) -> None:
    save(cheap)
    cheap.schedules.remove(COURSE)
    assert repair(backend=cheap, now=END - timedelta(days=5)) == Repaired()
    assert repair(backend=cheap, now=END - timedelta(days=1)) == Repaired(scheduled=1)
    assert schedules()[COURSE]["ScheduleExpression"] == at(END)


def test_the_repair_sends_the_messages_that_a_job_lost(cheap: Any) -> None:
    save(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    job = start(cheap)
    client_of("sqs").purge_queue(QueueUrl=os.environ["JOBS_QUEUE_URL"])
    assert repair(backend=cheap, now=NOW + STILL / 2) == Repaired()
    assert repair(backend=cheap, now=NOW + STILL) == Repaired(sent_again=1)
    work(cheap)
    assert cheap.jobs.job(COURSE, job.job_id).state is JobState.FINISHED
