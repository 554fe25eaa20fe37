"""The report of a run: a small run, read at once, and a large run, written in parts, have the same report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock
from urllib.parse import unquote

import pytest

from certificates.aws.report_writer import PartFailed, ReportWriter
from certificates.errors import NotFound
from certificates.exception_list.entries import add_exception
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.lists import csv_of_run as reports
from certificates.messages.work import ReportPart
from certificates.planning import Cause
from certificates.rules.history import Trigger
from certificates.rules.model import Attempt, Outcome
from tests.jobs import few_shards
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEARNERS = 40
"""Several learners in every shard."""

SHARDS = 4


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards(SHARDS):
        yield


@pytest.fixture
def run(cheap: Any) -> Any:
    """A run with learners of every kind."""
    make_run(cheap)
    for number in range(LEARNERS):
        enroll(cheap, str(number), f"learner{number}", grade="0.2" if number % 10 else "0.9")
    for number in range(0, LEARNERS, 10):
        cause = Cause(trigger=Trigger.BULK, actor="ines")
        issue(COURSE, str(number), cause=cause, backend=cheap, now=NOW)
    for day in (1, 3):
        invalidate(COURSE, "learner20", f"note {day}", by="ines", backend=cheap, now=NOW + timedelta(days=day))
        revalidate(COURSE, "20", by="omar", backend=cheap, now=NOW + timedelta(days=day + 1))
    invalidate(COURSE, "learner30", "copied", by="ines", backend=cheap, now=NOW)
    add_exception(COURSE, "learner1", "was ill", by="ines", backend=cheap, now=NOW)
    attempt = Attempt(outcome=Outcome.FAILED, reason="not-renderable", at=NOW, job="some")
    cheap.jobs.attempted(COURSE, "2", attempt)
    return cheap


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run with two learners in its first shard counts as large."""
    monkeypatch.setattr(reports, "MOST_INLINE", 1)


def report(backend: Any, now: datetime = NOW) -> bytes:
    link = reports.certificates_report(COURSE, backend=backend, now=now)
    key = unquote(link.partition("?")[0].partition(".com/")[2])
    return b"".join(backend.documents.chunks(key))


def rows_of(content: bytes) -> dict[str, dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    found = {row["user_id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_learner_is_in_it_once_with_all_that_is_known(run: Any, objects: Any) -> None:
    rows = rows_of(report(run))
    assert sorted(rows, key=int) == [str(number) for number in range(LEARNERS)]
    assert (rows["0"]["status"], rows["0"]["grade"], rows["0"]["revision"]) == ("downloadable", "0.9", "1")
    assert (rows["1"]["exception_note"], rows["1"]["status"]) == ("was ill", "downloadable")
    assert (rows["2"]["last_outcome"], rows["2"]["last_reason"]) == ("failed", "not-renderable")
    assert (rows["3"]["username"], rows["3"]["status"], rows["3"]["enrolled"]) == ("learner3", "", "True")
    assert (rows["20"]["invalidation_note"], rows["20"]["revalidated_by"]) == ("note 3", "omar")
    assert (rows["30"]["status"], rows["30"]["invalidated_by"]) == ("unavailable", "ines")
    assert len(objects("reports/")) == 1


def test_of_a_large_run_it_is_joined_from_parts_and_the_same_byte_for_byte(
    run: Any, objects: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = report(run)
    monkeypatch.setattr(reports, "MOST_INLINE", 1)
    joined = report(run, NOW + timedelta(hours=1))
    assert joined == whole
    name = f"reports/{COURSE}/certificates-20261120T130000000000Z"
    written = [key for key in objects("reports/") if key.startswith(name)]
    assert written == [f"{name}.csv", *(f"{name}/{shard:02d}.csv" for shard in range(SHARDS))]


@pytest.fixture
def deployed(run: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`deployed(3)`: the backend, with a deployed function that fails for shard 3. `deployed()`: it never fails."""

    def over(broken: int | None = None) -> Any:
        def invoke(FunctionName: str, Payload: bytes) -> dict[str, Any]:
            request = json.loads(Payload)
            assert FunctionName == "report-writing"
            if request["shard"] == broken:
                told = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 20.00 seconds"}
                return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(told).encode())}
            reports.write_part(*ReportPart.from_json(request), documents=run.documents)
            return {"Payload": io.BytesIO(b"null")}

        monkeypatch.setattr("certificates.aws.report_writer.lambda_", lambda *_: Mock(invoke=invoke))
        return replace(run, report_writer=ReportWriter("report-writing"))

    return over


def test_the_parts_are_asked_of_the_function(deployed: Any, large: None) -> None:
    assert len(rows_of(report(deployed()))) == LEARNERS


@pytest.mark.parametrize("shard", [0, 2, SHARDS - 1])
def test_if_a_part_fails_the_report_fails_and_there_is_no_link(
    deployed: Any, large: None, objects: Any, shard: int
) -> None:
    with pytest.raises(PartFailed, match=f"/{shard:02d}.csv: Sandbox.Timedout"):
        report(deployed(broken=shard))
    assert [key for key in objects("reports/") if "/certificates-" not in key.rpartition("/")[0]] == []


def test_an_unknown_run_has_none(cheap: Any) -> None:
    with pytest.raises(NotFound, match="no course run"):
        report(cheap)
