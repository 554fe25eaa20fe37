"""The table's stream of changes: documents that a certificate names no more are removed, until it is done."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from certificates.aws.documents import Documents
from certificates.invalidate import invalidate, revalidate
from certificates.learner_status import request_certificate
from tests import faults
from tests.handlers.conftest import load
from tests.handlers.http_events import Context
from tests.moto_cloud import changes, objects
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def issued(backend: Any) -> Any:
    """A run in which Zoe has her certificate."""
    made = faults.cheap(backend)
    make_run(made)
    enroll(made, "7", "zoe", grade="0.9")
    request_certificate(COURSE, "zoe", backend=made, now=NOW)
    return made


def deliver() -> list[str]:
    """Every change so far, to the function; it answers with the sequence numbers of those to bring again."""
    records = changes()
    for number, change in enumerate(records):
        change["dynamodb"]["SequenceNumber"] = str(number)
    answer = load("document_removal")({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def document(backend: Any) -> str:
    return str(backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate.document)


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


def test_a_removal_that_fails_is_asked_for_again_and_done_then(issued: Any) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Documents, "delete", out_of_order)
        with pytest.raises(OSError, match="out of order"):
            invalidate(COURSE, "zoe", "", by="ines", backend=issued, now=NOW + timedelta(hours=1))
        assert len(deliver()) == 1
    assert objects("certificates/") != []
    assert deliver() == []
    assert objects("certificates/") == []


def out_of_order(*_: Any) -> None:
    raise OSError("out of order")


def stored(key: str, age: timedelta) -> None:
    """An object that no record names, `age` old by the clock of the cloud."""
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET_NAME"], Key=key, Body=b"%PDF-")
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[os.environ["BUCKET_NAME"]].keys[key].last_modified = (
        datetime.now(UTC) - age
    ).replace(tzinfo=None)


def test_the_sweep_removes_what_no_record_names_and_nothing_else(issued: Any) -> None:
    named = document(issued)
    folder = named.rsplit("/", 1)[0]
    stored(f"{folder}/1-0123456789abcdef.pdf", timedelta(days=2))
    stored(f"{folder}/2-0123456789abcdef.pdf", timedelta(hours=2))
    stored("certificates/00000000000000000000000000000000/1-0123456789abcdef.pdf", timedelta(days=2))

    load("document_removal")({"sweep": ""}, Context())

    assert set(objects("certificates/")) == {named, f"{folder}/2-0123456789abcdef.pdf"}


def test_a_sweep_that_runs_out_of_time_goes_on_where_it_stopped(issued: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr("certificates.aws.continuation.go_on", lambda function, event: handed_on.append(event))
    orphan = "certificates/00000000000000000000000000000000/1-0123456789abcdef.pdf"
    stored(orphan, timedelta(days=2))

    class Hurried(Context):
        @staticmethod
        def get_remaining_time_in_millis() -> int:
            return 1000

    load("document_removal")({"sweep": ""}, Hurried())
    assert handed_on == [{"sweep": orphan}]
    load("document_removal")(handed_on.pop(), Hurried())
    assert handed_on == [{"sweep": document(issued)}]
    load("document_removal")(handed_on.pop(), Context())
    assert handed_on == []
