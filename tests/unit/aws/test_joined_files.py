"""Objects that belong together: parts of a job's result, and pages of the LMS."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from certificates.aws import objects
from certificates.aws.job_results import JobResults
from certificates.aws.names import of_print, with_learner
from certificates.aws.stage import Stage
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.model import CourseRun, Enrollment, Facts, Learner, Site
from certificates.rules.reconciliation import Phase, Reconciliation, ReconciliationState

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
JOB = Job(
    course_id="course",
    job_id="j1",
    selection=Selection(kind=JobKind.BULK),
    dry_run=False,
    state=JobState.RUNNING,
    started_by="omar",
    started_at=AT,
    parts=(Part(files=1), Part(), Part(files=2)),
)
READING = Reconciliation(
    course_id="course",
    reconciliation_id="r1",
    state=ReconciliationState.RUNNING,
    phase=Phase.ENROLLMENTS,
    started_by="omar",
    started_at=AT,
    moved_at=AT,
)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[bytes, str]]:
    """The objects of the bucket: content and type by key."""
    kept: dict[str, tuple[bytes, str]] = {}

    def put(name: str, key: str, content: bytes, kind: str) -> None:
        assert name == "bucket"
        kept[key] = (content, kind)

    def put_file(name: str, key: str, file: Any, kind: str) -> None:
        file.seek(0)
        put(name, key, file.read(), kind)

    def get(name: str, key: str) -> bytes | None:
        assert name == "bucket"
        return kept[key][0] if key in kept else None

    monkeypatch.setattr(objects, "put_object", put)
    monkeypatch.setattr(objects, "put_object_file", put_file)
    monkeypatch.setattr(objects, "get_object", get)
    return kept


def test_the_result_of_a_job_has_the_parts_of_all_counted_batches(bucket: dict[str, tuple[bytes, str]]) -> None:
    results = JobResults("bucket")
    for shard, number in ((0, 0), (2, 0), (2, 1)):
        parts = tuple(Part(files=number) if place == shard else part for place, part in enumerate(JOB.parts))
        results.put_part(replace(JOB, parts=parts), shard, b"%d%d\n" % (shard, number))
    csv = "text/csv; charset=utf-8"
    assert bucket == {
        "results/jobs/course/j1/00-00000.csv": (b"00\n", csv),
        "results/jobs/course/j1/02-00000.csv": (b"20\n", csv),
        "results/jobs/course/j1/02-00001.csv": (b"21\n", csv),
    }
    assert results.put_together(JOB, b"row\n") == results.key(JOB) == "results/jobs/course/j1.csv"
    assert bucket["results/jobs/course/j1.csv"] == (b"row\n00\n20\n21\n", csv)
    del bucket["results/jobs/course/j1/02-00001.csv"]
    missing = r"^results/jobs/course/j1/02-00001\.csv is not there: a batch counts when its rows are stored\.$"
    with pytest.raises(LookupError, match=missing):
        results.put_together(JOB, b"row\n")


def test_pages_of_the_lms_come_back_in_order(bucket: dict[str, tuple[bytes, str]]) -> None:
    stage = Stage("bucket")
    stage.put(READING, "grades/00000", ["Zoë"])
    stage.put(READING, "grades/00001", ["Ada", 1])
    key = "reconciliations/course/r1/grades/00000.json"
    text = gzip.compress(json.dumps(["Zoë"], ensure_ascii=False).encode(), compresslevel=6, mtime=0)
    assert bucket[key] == (text, "application/json")
    assert stage.get(READING, "grades/00001") == ["Ada", 1]
    assert stage.pages(READING, "grades", 2) == ["Zoë", "Ada", 1]
    assert stage.pages(READING, "grades", 0) == []
    with pytest.raises(LookupError, match=r"^no page grades/00002 of reconciliation r1$"):
        stage.get(READING, "grades/00002")


def test_the_facts_say_what_cannot_be_printed_of_the_name_and_of_other_texts() -> None:
    learner = Learner(user_id="7", username="zoe", email="", name="Zoe \U00013000")
    enrollment = Enrollment(user_id="7", course_id="course", fields={"title": "Dr \U00013001"})
    run = CourseRun(course_id="course", title="Biology", organization="Fjord")
    assert of_print(run, learner, None) == {"unprintable": "\U00013000", "misspelt": False, "too_long": False}
    assert of_print(run, learner, enrollment)["unprintable"] == "\U00013000\U00013001"
    alone = Learner(user_id="7", username="zoe", email="", name="\u102d")
    assert of_print(run, alone, None)["misspelt"] is True
    unseen = Learner(user_id="7", username="\u200b\u2060\u200b", email="", name="")
    assert of_print(run, unseen, None)["unprintable"] == "\u200b\u2060"
    nobody = Learner(user_id="7", username="", email="", name="")
    facts = Facts(run=run, learner=nobody, now=AT, site=Site(), enrollment=enrollment)
    named = with_learner(facts, learner)
    assert (named.learner, named.unprintable, named.run) == (learner, "\U00013000\U00013001", run)


@pytest.mark.parametrize(
    ("name", "active", "measured"),
    [
        ("W" * 40, True, False),
        ("W" * 41, True, True),
        ("W" * 41, False, False),
        ("W" * 40 + "🌸" * 9, True, False),
        ("﷽" * 4, True, True),
        ("W" * 41 + "\U00013000", True, False),
    ],
)
def test_only_a_long_name_with_fonts_is_measured_and_only_for_an_active_design(
    name: str, active: bool, measured: bool
) -> None:
    run = CourseRun(course_id="course", title="Biology", organization="Fjord", design_active=active)
    learner = Learner(user_id="7", username="zoe", email="", name=name)
    asked: list[str] = []

    def too_long(run: CourseRun, learner: Learner) -> bool:
        asked.append(learner.printed_name)
        return False

    assert of_print(run, learner, None, too_long)["too_long"] is measured
    assert asked == [name] * measured
    assert of_print(run, learner, None)["too_long"] is False
    assert with_learner(Facts(run=run, learner=learner, now=AT, site=Site()), learner, too_long).too_long is measured
