"""DynamoDB throttles transactions, as on the first night of a new table."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from certificates.errors import Throttled
from certificates.exception_list.deciding import decide_listed
from certificates.rules.jobs import JobState
from tests import cheap_backend, faults, killing, moto_cloud
from tests.jobs import NOW, delete, deliver, few_shards, messages, start, work
from tests.people import COURSE, enroll, make_run

LEARNERS = 90
"""In two shards: each batch takes two transactions."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Fewer shards; pauses are noted instead of waited for."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    with few_shards():
        yield pauses


@pytest.fixture
def cheap(backend: Any) -> Any:
    return cheap_backend.cheap(backend)


def learners_who_pass(backend: Any, number: int) -> None:
    make_run(backend, self_generation=True, automatic_generation=True)
    for each in range(number):
        enroll(backend, str(each), f"learner{each}", grade="0.9")


def work_until_done(backend: Any) -> int:
    """Deliver every message until none fails, as SQS does; how many deliveries failed."""
    failed = 0
    for message in messages():
        try:
            deliver(message.body, backend)
        except Throttled:
            failed += 1
        else:
            delete(message)
    return failed


def certificate(backend: Any, user_id: str) -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate


def last_attempt(backend: Any, user_id: str) -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).last_attempt


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_throttled_transactions_fail_nobody_and_everybody_is_issued(cheap: Any, share: float) -> None:
    learners_who_pass(cheap, LEARNERS)
    job = start(cheap)
    with faults.transactions_throttled(share) as transactions, killing.calls() as made:
        work_until_done(cheap)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": LEARNERS})
    assert {certificate(cheap, str(number)).revision for number in range(LEARNERS)} == {1}
    # DynamoDB accepts as many writes as in an undisturbed job: three for each learner, and two at the end.
    assert transactions.entries_claimed == 3 * LEARNERS + 2
    # A throttled transaction is sent again as it is, not in smaller and smaller groups.
    assert transactions.sent > transactions.taken == 5
    assert len(moto_cloud.objects("certificates/")) == LEARNERS
    assert made.count("s3.PutObject") <= 1.5 * LEARNERS


def test_a_throttled_transaction_is_tried_again_unchanged_after_growing_pauses(
    cheap: Any, quick: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda least, most: most)
    with few_shards(1):
        learners_who_pass(cheap, 1)
        start(cheap)
        with faults.transactions_throttled(1) as transactions, pytest.raises(Throttled):
            deliver(next(messages()).body, cheap)
    assert transactions.entries_sent == 3 * transactions.sent == 3 * 14
    assert quick == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2, 2, 2, 2, 2]


def test_the_last_delivery_of_a_message_that_is_throttled_leaves_another_message(cheap: Any) -> None:
    learners_who_pass(cheap, 5)
    job = start(cheap)
    for message in messages():
        with faults.transactions_throttled(1):
            deliver(message.body, cheap, last_delivery=True)
        delete(message)
        break
    work(cheap)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": 5})
    assert not any(part.stalled for part in ended.parts)


def test_a_learner_of_the_exception_list_whose_decision_is_throttled_is_not_marked_as_failed(cheap: Any) -> None:
    from certificates.exception_list.entries import add_exception

    make_run(cheap, automatic_generation=False)
    for number in range(3):
        enroll(cheap, str(number), f"learner{number}", grade="0.2")
        add_exception(COURSE, f"learner{number}", "", by="ines", backend=cheap, now=NOW)
    make_run(cheap, automatic_generation=True)
    with faults.transactions_throttled(1), pytest.raises(Throttled):
        decide_listed(COURSE, ["0", "1", "2"], "ines", backend=cheap, now=NOW)
    assert {last_attempt(cheap, str(number)) for number in range(3)} == {None}
    decide_listed(COURSE, ["0", "1", "2"], "ines", backend=cheap, now=NOW)
    assert {certificate(cheap, str(number)).revision for number in range(3)} == {1}


def test_throttling_by_s3_fails_nobody(cheap: Any) -> None:
    learners_who_pass(cheap, 5)
    job = start(cheap)
    with faults.turned_away("s3.PutObject", "SlowDown"), pytest.raises(Throttled):
        deliver(next(messages()).body, cheap)
    work(cheap)
    assert cheap.jobs.job(COURSE, job.job_id).outcomes == {"issued": 5}
