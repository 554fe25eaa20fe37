"""The function that writes a part of a report, and the request for all parts of a large run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from certificates.aws.report_writer import PartFailed
from certificates.aws.table import shard_of
from certificates.lists import csv_of_run
from certificates.messages.function import FunctionFailed
from certificates.messages.work import ReportPart
from tests.cheap_backend import cheap
from tests.faults import out_of_order
from tests.handlers.conftest import load
from tests.handlers.http_events import Context, encoded
from tests.jobs import few_shards
from tests.moto_cloud import objects
from tests.people import COURSE, enroll, make_run

PART = f"reports/{COURSE}/certificates-20261120T120000000000Z/01.csv"
LEARNERS = [str(number) for number in range(12)]


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


@pytest.fixture
def backend(backend: Any) -> Any:
    """A run with a few learners in each shard."""
    made = cheap(backend)
    make_run(made)
    for user_id in LEARNERS:
        enroll(made, user_id, f"learner{user_id}", grade="0.9")
    return made


def rows(backend: Any, key: str) -> list[list[str]]:
    text = b"".join(backend.documents.chunks(key)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def write_part() -> Any:
    return load("report_writing")({"course_id": COURSE, "shard": 1, "part": PART}, Context())


def test_a_part_has_the_learners_of_its_shard_and_no_heading(backend: Any) -> None:
    assert write_part() is None
    assert [row[0] for row in rows(backend, PART)] == sorted(name for name in LEARNERS if shard_of(name) == 1)


def test_a_part_that_cannot_be_stored_is_an_error_of_the_function(backend: Any) -> None:
    with out_of_order("s3.PutObject"), pytest.raises(FunctionFailed, match="GenericError"):
        write_part()
    assert objects("reports/") == []


def test_the_report_of_a_large_run_is_complete_over_http(
    backend: Any, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_of_run, "MOST_INLINE", 1)
    answer = administrator("instructor_requests")("GET", f"/course-runs/{encoded(COURSE)}/certificates/report")
    assert answer.status == 302
    *parts, whole = sorted(objects("reports/"), key=lambda key: key.count("/"), reverse=True)
    assert len(parts) == 2
    assert whole in answer.headers["location"].replace("%3A", ":").replace("%2B", "+")
    assert sorted(row[0] for row in rows(backend, whole)[1:]) == sorted(LEARNERS)


def test_a_part_that_fails_is_an_error_of_the_request(
    backend: Any, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = type(backend.report_writer)._invoke

    def broken(writer: Any, request: ReportPart) -> None:
        if request.shard == 1:
            raise PartFailed(request.part)
        write(writer, request)

    monkeypatch.setattr(csv_of_run, "MOST_INLINE", 1)
    monkeypatch.setattr(type(backend.report_writer), "_invoke", broken)
    answer = administrator("instructor_requests")("GET", f"/course-runs/{encoded(COURSE)}/certificates/report")
    assert answer.refusal == (500, "internal-error")
    [part] = objects("reports/")
    assert part.endswith("Z/00.csv")
