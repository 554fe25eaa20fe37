"""The process dies before and after every AWS call, and the event comes again: the result is the same.

Each time the table and the bucket end equal to those of an undisturbed run, item by item and byte by byte: every
certificate with one document, every history entry once, correct counts, and no object too many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import pytest

from certificates.errors import Conflict
from certificates.issue import issue
from certificates.jobs.managing import cancel_job
from certificates.jobs.scheduled import issue_scheduled, repair
from certificates.jobs.starting import start_job
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.groups import Group
from certificates.rules.history import Trigger
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.model import Attempt, Outcome
from tests import cheap_backend, killing, moto_cloud
from tests.jobs import BULK, NOW, few_shards, start, work
from tests.people import COURSE, enroll, make_run

REGENERATION = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED, Group.FAILED}))


def state() -> dict[Any, Any]:
    """Every item of the table and every object of the bucket."""
    return {**moto_cloud.items(), **moto_cloud.contents()}


def follow_changes(backend: Any, named_before: set[str]) -> None:
    """Do the work of `document_removal`: remove documents that a certificate named before and no longer names."""
    named = {item["document"]["S"] for item in moto_cloud.items().values() if "document" in item}
    for document in named_before - named:
        backend.documents.delete(document)


def try_everywhere(
    prepare: Callable[[Any], None],
    act: Callable[[Any], object],
    finish: Callable[[Any], object] = lambda _: None,
    end: datetime | None = NOW,
) -> None:
    """`finish` runs undisturbed after the act, before the states are compared. `end` is the state of the run."""
    undisturbed: dict[Any, Any] = {}
    named_before: set[str] = set()

    def fill(built: Any) -> None:
        backend = cheap_backend.cheap(built)
        make_run(backend, end=end)
        prepare(backend)
        named_before.update(moto_cloud.objects("certificates/"))

    filled = moto_cloud.prepared(fill)

    @contextmanager
    def world() -> Iterator[Any]:
        with few_shards(1), filled() as (built, _):
            yield cheap_backend.cheap(built)

    def check(backend: Any) -> None:
        finish(backend)
        follow_changes(backend, named_before)
        if not undisturbed:
            undisturbed.update(state())
        now = state()
        assert {key for key in now | undisturbed if now.get(key) != undisturbed.get(key)} == set()
        assert now == undisturbed

    tried = killing.at_every_call(world, act, check)
    print(f"\n{tried} points tried")
    assert tried > 0


def four_learners(backend: Any) -> None:
    """New, issued already under another name, not passing, and not passing with a certificate that says otherwise."""
    enroll(backend, "1", "ada", grade="0.9", name="Ada")
    enroll(backend, "2", "bo", grade="0.9", name="Bo")
    enroll(backend, "3", "cy", grade="0.1")
    enroll(backend, "4", "di", grade="0.9", identity_verified=False)
    issue(COURSE, "2", cause=Cause(trigger=Trigger.LEARNER, actor="bo"), backend=backend, now=NOW)


def a_job(selection: Selection) -> Callable[[Any], None]:
    def prepare(backend: Any) -> None:
        four_learners(backend)
        attempt = Attempt(outcome=Outcome.FAILED, reason="broken", at=NOW, job="earlier")
        for user_id in "13":
            backend.jobs.attempted(COURSE, user_id, attempt)
        enroll(backend, "2", "bo", grade="0.1", name="Bo Renamed")
        start(backend, selection)

    return prepare


@pytest.mark.parametrize("selection", [BULK, REGENERATION], ids=["bulk", "regenerate"])
def test_the_worker(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.jobs.worker.BATCH", 3)
    try_everywhere(a_job(selection), lambda backend: work(backend, out_of_time=lambda: True), end=None)


def test_the_job_starter() -> None:
    def act(backend: Any) -> None:
        with suppress(Conflict):
            start_job(COURSE, BULK, dry_run=False, by="ines", backend=backend, now=NOW)

    try_everywhere(four_learners, act, work)


def test_the_cancelling_of_a_job() -> None:
    def prepare(backend: Any) -> None:
        four_learners(backend)
        start(backend)

    job_id = f"{NOW:%Y%m%dT%H%M%S%f}Z"
    try_everywhere(prepare, lambda backend: cancel_job(COURSE, job_id, backend=backend, now=NOW), work)


def test_the_scheduled_issuance() -> None:
    try_everywhere(four_learners, lambda backend: issue_scheduled(COURSE, NOW, backend=backend, now=NOW), work)


def test_the_daily_repair() -> None:
    try_everywhere(four_learners, lambda backend: repair(backend=backend, now=NOW), work)


def test_the_learners_request() -> None:
    def prepare(backend: Any) -> None:
        enroll(backend, "1", "ada", grade="0.9", name="Ada")

    try_everywhere(prepare, lambda backend: request_certificate(COURSE, "ada", backend=backend, now=NOW))
