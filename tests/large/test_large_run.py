"""A run is loaded, exceptions are added, certificates are issued in bulk, and every learner has the right outcome, also
the odd ones.

The suite has a hundred and sixty learners; `make large-run` has 20,000.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates import runtime
from certificates.aws.records_store import RecordsStore
from certificates.rules.lms_update import LmsUpdate
from certificates.runtime import uploads
from tests import cheap_backend, jobs
from tests.handlers.conftest import load
from tests.handlers.lms_events import Context, download, sqs_event, upload
from tests.jobs import NOW
from tests.large.crowd import ODDITIES, Member, crowd, exceptions, grade_report, profiles
from tests.moto_cloud import items
from tests.people import COURSE, make_run

LEARNERS = int(os.environ.get("LEARNERS", "160"))


@pytest.fixture
def made(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("RECORDS_QUEUE_URL", "FILES_QUEUE_URL", "DECISIONS_QUEUE_URL"):
        monkeypatch.setenv(name, os.environ["JOBS_QUEUE_URL"])
    cheap = cheap_backend.cheap(backend)
    uploads.records.cache_clear()
    uploads.exception_files.cache_clear()
    monkeypatch.setattr(runtime, "backend", lambda base_url="": cheap)
    monkeypatch.setattr(runtime, "now", lambda: NOW)
    make_run(cheap, automatic_generation=False, passing_grade=Decimal("0.6"))
    yield cheap
    uploads.records.cache_clear()
    uploads.exception_files.cache_clear()


def deliver(function: str, message: dict[str, Any]) -> None:
    assert load(function)(sqs_event(message), Context()) == {"batchItemFailures": []}


def rows(key: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(download(key).decode("utf-8-sig"))))


def outcome_of(row: dict[str, str] | None) -> str | None:
    if row is None:
        return None
    return row["reason"] if row["outcome"] == "refused" else row["outcome"]


def test_every_learner_of_a_large_run_with_oddities_is_right(made: Any) -> None:
    members = crowd(LEARNERS)
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    report, names = f"records/{COURSE}/grades.CSV", f"records/{COURSE}/profiles.txt"
    deliver("learner_records", upload(report, grade_report(members), at=at))
    deliver("learner_records", upload(names, profiles(m for m in members if not m.rejected), at=at))
    said = [
        LmsUpdate(user_id=m.user_id, at=at + timedelta(hours=1), course_id=COURSE, passing=m.verdict)
        for m in _judged(members)
    ]
    RecordsStore().apply(said)
    deliver("exception_processing", upload(f"exceptions/{COURSE}/list.csv", exceptions(members), at=at))

    refused = {row["identifier"]: row["reason"] for row in rows(f"{report}.result.csv")}
    assert refused == {m.username: m.rejected for m in members if m.rejected}
    job = jobs.start(made)
    taken = job.total
    jobs.work(made)
    results = {row["user_id"]: row for row in rows(_results(made, job))}
    assert taken == len(results)
    wrong = [
        (member.oddity, member.user_id, member.outcome, outcome_of(results.get(member.user_id)))
        for member in members
        if outcome_of(results.get(member.user_id)) != member.outcome
    ]
    assert not wrong, wrong[:20]
    held = {item["user_id"]["S"]: item for key, item in items().items() if key[1] == "CERTIFICATE"}
    for member in members:
        certificate = held.get(member.user_id)
        assert (certificate is not None) == (member.outcome == "issued"), member
        if certificate is not None:
            assert certificate["name"]["S"] == (member.printed or member.name), member
    assert Counter(m.oddity for m in members).keys() >= ODDITIES.keys()
    finished = made.jobs.job(COURSE, job.job_id)
    assert finished.outcomes["issued"] == sum(m.outcome == "issued" for m in members)


def _judged(members: list[Member]) -> list[Member]:
    return [member for member in members if member.verdict is not None]


def _results(made: Any, job: Any) -> str:
    return f"results/jobs/{job.course_id}/{job.job_id}.csv"
