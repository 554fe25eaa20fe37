"""Writes that meet another transaction on the same item, and reads whose keys DynamoDB returns unprocessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from certificates.aws import reads, writes
from certificates.aws.learner_store import PointerItem
from certificates.errors import Raced, Throttled
from certificates.request import request_certificate
from certificates.rules.jobs import JobState
from certificates.rules.model import Status
from tests import cheap_backend, faults, moto_cloud
from tests.jobs import NOW, few_shards, start, work
from tests.people import COURSE, enroll, make_run


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Pauses are noted instead of waited for."""
    noted: list[float] = []
    monkeypatch.setattr("time.sleep", noted.append)
    with few_shards(1):
        yield noted


@pytest.fixture
def cheap(backend: Any) -> Any:
    return cheap_backend.cheap(backend)


def certificate(backend: Any, user_id: str = "7") -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate


def entries(*keys: str) -> list[writes.TransactItem]:
    return [writes.put(PointerItem(pk=key, sk="POINTER", user_id="7")) for key in keys]


@pytest.mark.parametrize("reason", ["TransactionConflict", "ConditionalCheckFailed"])
def test_a_transaction_that_meets_another_is_a_race_and_is_decided_again(
    cheap: Any, reason: str, pauses: list[float]
) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    with faults.transactions_cancelled(reason, reason) as left:
        request_certificate(COURSE, "zoe", backend=cheap, now=NOW)
    assert left == []
    held = certificate(cheap)
    assert (held.status, held.revision) == (Status.DOWNLOADABLE, 1)
    assert moto_cloud.objects("certificates/") == [held.document]


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"])
def test_a_throttled_transaction_is_sent_again_unchanged(aws: None, reason: str, pauses: list[float]) -> None:
    with faults.transactions_cancelled(reason, reason) as left:
        writes.transact(entries("a", "b"))
    assert (left, len(pauses)) == ([], 2)
    assert len(moto_cloud.items()) == 2


def test_a_transaction_that_is_cancelled_for_any_other_reason_is_loud(aws: None, pauses: list[float]) -> None:
    for reason in ("ValidationError", "ItemCollectionSizeLimitExceeded", "None"):
        with faults.transactions_cancelled(reason), pytest.raises(ClientError, match="TransactionCanceled"):
            writes.transact(entries("a"))
    assert (moto_cloud.items(), pauses) == ({}, [])


def test_the_log_of_a_lost_race_has_no_keys_because_keys_may_have_names(aws: None) -> None:
    with faults.transactions_cancelled("TransactionConflict"), pytest.raises(Raced) as lost:
        writes.transact(entries("EMAIL#ana@example.org", "EMAIL#zoe@example.org"))
    assert str(lost.value) == "POINTER TransactionConflict"


def test_a_write_that_meets_a_transaction_is_tried_again(aws: None, pauses: list[float]) -> None:
    [entry] = entries("a")
    with faults.in_conflict("PutItem", times=3):
        writes.write_one(entry)
    assert len(pauses) == 3
    assert list(moto_cloud.items()) == [("a", "POINTER")]


def test_a_write_that_meets_transactions_without_end_is_throttled(aws: None) -> None:
    [entry] = entries("a")
    with faults.in_conflict("PutItem", times=1000), pytest.raises(Throttled):
        writes.write_one(entry)
    assert moto_cloud.items() == {}


def test_a_job_in_which_every_transaction_conflicts_at_first_issues_everybody_once(cheap: Any) -> None:
    make_run(cheap)
    for number in range(5):
        enroll(cheap, str(number), f"learner{number}", grade="0.9")
    job = start(cheap)
    with faults.transactions_cancelled(*["TransactionConflict"] * 4) as left:
        work(cheap)
    assert left == []
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": 5})
    assert {certificate(cheap, str(number)).revision for number in range(5)} == {1}
    assert len(moto_cloud.objects("certificates/")) == 5


def test_unprocessed_keys_are_asked_for_again_and_nothing_counts_as_missing(cheap: Any, pauses: list[float]) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    request_certificate(COURSE, "zoe", backend=cheap, now=NOW)
    whole = cheap.certificates.facts(COURSE, "7", site=cheap.site, now=NOW)
    with faults.keys_unprocessed(taken=2) as asked:
        assert cheap.certificates.facts(COURSE, "7", site=cheap.site, now=NOW) == whole
    assert asked == [6, 4, 2]
    assert len(pauses) == 2


def test_keys_that_always_come_back_unprocessed_are_throttled_and_not_missing(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", grade="0.9")
    with faults.keys_unprocessed(taken=0), pytest.raises(Throttled):
        cheap.certificates.facts(COURSE, "7", site=cheap.site, now=NOW)


def test_of_a_few_hundred_keys_those_that_come_back_unprocessed_are_found_too(aws: None) -> None:
    keys = [f"key{number}" for number in range(250)]
    for start_at in range(0, len(keys), writes.MAX_ENTRIES):
        writes.transact(entries(*keys[start_at : start_at + writes.MAX_ENTRIES]))
    with faults.keys_unprocessed(taken=60) as asked:
        found = reads.get_items((key, "POINTER") for key in keys)
    assert sorted(found) == sorted((key, "POINTER") for key in keys)
    assert sorted(asked) == [40, 40, 50, 100, 100]
