"""The table's stream of changes: documents that a certificate names no more are removed, until it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
