"""The table's stream: documents that certificates no longer name are removed, with retries until they are gone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from certificates.aws.documents import Documents
from certificates.errors import NotRemoved
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.messages.work import DocumentsToSweep
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.groups import Group
from certificates.rules.history import Trigger
from certificates.rules.jobs import JobKind, JobState, Selection
from certificates.rules.model import Status
from tests import cheap_backend, faults, jobs
from tests.handlers.conftest import load
from tests.handlers.http_events import Context, encoded
from tests.moto_cloud import changes, client_of, objects
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def backend(backend: Any) -> Any:
    return cheap_backend.cheap(backend)


@pytest.fixture
def issued(backend: Any) -> Any:
    """A run in which Zoe has her certificate."""
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.9")
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    return backend


def deliver() -> list[str]:
    """Send all changes so far to the function; it answers with the sequence numbers of failed changes."""
    records = changes()
    for number, change in enumerate(records):
        change["dynamodb"]["SequenceNumber"] = str(number)
    answer = load("document_removal")({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def certificate(backend: Any) -> Any:
    return backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate


def document(backend: Any) -> str:
    return str(certificate(backend).document)


def test_a_document_that_is_named_stays(issued: Any) -> None:
    assert deliver() == []
    assert objects("certificates/") == [document(issued)]


def test_a_document_that_a_crash_left_behind_goes(issued: Any) -> None:
    left = document(issued)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Documents, "delete", lambda *_: None)
        invalidate(COURSE, "zoe", "", by="ines", backend=issued, now=NOW + timedelta(hours=1))
        revalidate(COURSE, "7", by="ines", backend=issued, now=NOW + timedelta(hours=2))
    assert left in objects("certificates/")

    assert deliver() == []
    assert objects("certificates/") == [document(issued)]


def test_an_invalidation_succeeds_even_if_its_document_cannot_be_removed_yet(
    issued: Any, administrator: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    left, staff = document(issued), administrator("certificate_invalidation")
    with faults.out_of_order("s3.DeleteObjects"):
        done = staff("POST", f"/course-runs/{encoded(COURSE)}/invalidations", {"learner": "zoe", "note": "copied"})
        assert (done.status, done.json()["active"]) == (201, True)
        assert len(deliver()) == 1
    assert certificate(issued).status is Status.UNAVAILABLE
    assert objects("certificates/") == [left]
    assert "documents left behind" in caplog.messages
    assert '"DocumentsLeftBehind":[1.0]' in capsys.readouterr().out

    assert deliver() == []
    assert objects("certificates/") == []


def alone(backend: Any) -> None:
    cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
    assert issue(COURSE, "7", cause=cause, backend=backend, now=NOW, decide=decide_regeneration).changed


def in_a_job(backend: Any) -> None:
    received = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))
    job = jobs.run(backend, received)
    assert (job.state, job.outcomes) == (JobState.FINISHED, {"issued": 1})


@pytest.mark.parametrize("regenerate", [alone, in_a_job])
def test_a_regeneration_succeeds_even_if_the_older_document_cannot_be_removed_yet(issued: Any, regenerate: Any) -> None:
    left = document(issued)
    with faults.out_of_order("s3.DeleteObjects", "s3.DeleteObjects"):
        regenerate(issued)
    assert certificate(issued).revision == 2
    assert objects("certificates/") == [left, document(issued)]

    assert deliver() == []
    assert objects("certificates/") == [document(issued)]


def invalidate_zoe(backend: Any) -> None:
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("unreachable", [ConnectTimeoutError, ReadTimeoutError, ConnectionClosedError])
def test_an_unreachable_store_counts_as_one_that_does_not_remove(
    issued: Any, unreachable: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Mock(delete_object=Mock(side_effect=unreachable(endpoint_url="https://s3")))
    monkeypatch.setattr("certificates.aws.documents.s3", lambda: broken)
    invalidate_zoe(issued)
    assert certificate(issued).status is Status.UNAVAILABLE


def test_a_removal_that_fails_for_any_other_reason_is_loud(issued: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Documents, "delete", Mock(side_effect=TypeError))
    with pytest.raises(TypeError):
        invalidate_zoe(issued)


def test_a_removal_of_many_documents_names_those_that_stay(issued: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"Errors": [{"Key": "certificates/b", "Code": "SlowDown"}]}
    monkeypatch.setattr("certificates.aws.documents.s3", lambda: Mock(delete_objects=Mock(return_value=answer)))
    with pytest.raises(NotRemoved) as failure:
        issued.documents.delete_all(["certificates/a", "certificates/b"])
    assert (failure.value.documents, failure.value.why) == (("certificates/b",), "SlowDown")


def stored(key: str, age: timedelta) -> None:
    """An object that no certificate names and that was stored `age` ago."""
    client_of("s3").put_object(Bucket=os.environ["BUCKET_NAME"], Key=key, Body=b"%PDF-")
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[os.environ["BUCKET_NAME"]].keys[key].last_modified = (
        datetime.now(UTC) - age
    ).replace(tzinfo=None)


def test_the_sweep_removes_only_documents_that_no_certificate_names(issued: Any) -> None:
    named = document(issued)
    folder = named.rsplit("/", 1)[0]
    stored(f"{folder}/1-0123456789abcdef.pdf", timedelta(days=2))
    stored(f"{folder}/2-0123456789abcdef.pdf", timedelta(hours=2))
    stored("certificates/00000000000000000000000000000000/1-0123456789abcdef.pdf", timedelta(days=2))

    load("document_removal")({"sweep": ""}, Context())

    assert set(objects("certificates/")) == {named, f"{folder}/2-0123456789abcdef.pdf"}


def test_a_sweep_that_runs_out_of_time_continues_at_the_same_place(
    issued: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr("certificates.aws.continuation.go_on", lambda function, event: handed_on.append(event))
    orphan = "certificates/00000000000000000000000000000000/1-0123456789abcdef.pdf"
    stored(orphan, timedelta(days=2))

    class Hurried(Context):
        @staticmethod
        def get_remaining_time_in_millis() -> int:
            return 1000

    load("document_removal")({"sweep": ""}, Hurried())
    assert handed_on == [DocumentsToSweep(orphan).to_json()]
    load("document_removal")(handed_on.pop(), Hurried())
    assert handed_on == [DocumentsToSweep(document(issued)).to_json()]
    load("document_removal")(handed_on.pop(), Context())
    assert handed_on == []
