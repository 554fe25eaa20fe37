"""Two people do the same thing at the same moment: one wins, and the loser removes nothing of the winner's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from certificates.aws import certificate_store
from certificates.errors import Busy, Conflict, NotFound, Raced
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.groups import Group
from certificates.rules.history import Trigger
from certificates.rules.jobs import JobKind, Selection
from certificates.rules.model import Status
from certificates.settling import ATTEMPTS
from tests import cheap_backend, moto_cloud
from tests.jobs import BULK, NOW, few_shards, start, work
from tests.people import COURSE, enroll, make_run

Act = Callable[[Any], object]


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards(1):
        yield


@pytest.fixture
def cheap(backend: Any) -> Any:
    return cheap_backend.cheap(backend)


def certificate(backend: Any) -> Any:
    return backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate


PASSES: dict[str, Any] = {"grade": "0.9"}
FAILS: dict[str, Any] = {"grade": "0.1"}


def request(backend: Any) -> object:
    return request_certificate(COURSE, "zoe", backend=backend, now=NOW)


def add(backend: Any) -> object:
    return add_exception(COURSE, "zoe", "", by="ines", backend=backend, now=NOW)


def remove(backend: Any) -> object:
    return remove_exception(COURSE, "7", by="ines", backend=backend, now=NOW + timedelta(hours=1))


def invalidated(backend: Any) -> object:
    return invalidate(COURSE, "zoe", "copied", by="ines", backend=backend, now=NOW)


def revalidated(backend: Any) -> object:
    return revalidate(COURSE, "7", by="ines", backend=backend, now=NOW + timedelta(hours=1))


def failed(backend: Any) -> None:
    enroll(backend, "7", "zoe", **FAILS)


SAME_ACT: dict[str, tuple[dict[str, Any], tuple[Act, ...], Act]] = {
    "request": (PASSES, (), request),
    "add an exception": (FAILS, (), add),
    "re-validate": (PASSES, (request, invalidated), revalidated),
}
"""The learner's facts, the acts before, and the act that two people do at once."""


@pytest.mark.parametrize("name", SAME_ACT)
def test_the_loser_of_a_race_leaves_the_winners_document(cheap: Any, name: str) -> None:
    """Both read the same facts, so both store the same document under one key. Only the winner's write succeeds."""
    facts, before, act = SAME_ACT[name]
    make_run(cheap)
    enroll(cheap, "7", "zoe", **facts)
    for step in before:
        step(cheap)
    won: list[int] = []

    def the_other_is_faster() -> None:
        act(cheap)
        won.append(certificate(cheap).revision)

    with suppress(Conflict, NotFound):  # the second one may find the work done
        act(cheap_backend.interrupted(cheap, the_other_is_faster))
    held = certificate(cheap)
    assert (held.status, [held.revision]) == (Status.DOWNLOADABLE, won)
    assert moto_cloud.objects("certificates/") == [held.document]


@pytest.mark.parametrize("second", ["a minute later", "under another name"])
def test_a_bulk_job_that_comes_second_keeps_the_document_of_the_learner_s_request(cheap: Any, second: str) -> None:
    make_run(cheap, self_generation=True)
    enroll(cheap, "7", "zoe", **PASSES)
    start(cheap, BULK)

    def zoe_asks() -> None:
        if second == "under another name":
            enroll(cheap, "7", "zoe", name="Zoë Moved", **PASSES)
        request_certificate(COURSE, "zoe", backend=cheap, now=NOW + timedelta(minutes=1))

    work(cheap_backend.interrupted(cheap, zoe_asks))
    held = certificate(cheap)
    assert held.revision == 1
    assert held.name == ("Zoë Moved" if second == "under another name" else "Zoë Ångström")
    assert moto_cloud.objects("certificates/") == [held.document]


def test_a_regeneration_that_comes_second_to_another_leaves_one_document(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", **PASSES)
    request(cheap)
    received = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))
    start(cheap, received)
    cause = Cause(trigger=Trigger.REGENERATE, actor="omar")

    def another_is_faster() -> None:
        enroll(cheap, "7", "zoe", name="Zoë Moved", **PASSES)
        issue(COURSE, "7", cause=cause, backend=cheap, now=NOW, decide=decide_regeneration)

    work(cheap_backend.interrupted(cheap, another_is_faster))
    held = certificate(cheap)
    assert (held.status, held.name) == (Status.DOWNLOADABLE, "Zoë Moved")
    assert moto_cloud.objects("certificates/") == [held.document]


def test_a_regeneration_that_loses_every_race_leaves_the_document_in_use_and_no_other(
    cheap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", **PASSES)
    request(cheap)
    before = certificate(cheap)
    enroll(cheap, "7", "zoe", name="Zoë Moved", **PASSES)
    job = start(cheap, Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED})))

    def lose(entries: Any) -> None:
        raise Raced("somebody else")

    with monkeypatch.context() as patched:
        patched.setattr(certificate_store, "transact", lose)
        work(cheap)
    assert cheap.jobs.job(COURSE, job.job_id).outcomes == {"failed": 1}
    assert certificate(cheap) == before
    assert moto_cloud.objects("certificates/") == [before.document]


@pytest.mark.parametrize(
    ("before", "act", "after"),
    [
        ((), request, Status.DOWNLOADABLE),
        ((), add, Status.DOWNLOADABLE),
        ((request,), invalidated, Status.UNAVAILABLE),
        ((request, invalidated), revalidated, Status.DOWNLOADABLE),
        ((add, failed), remove, Status.NOTPASSING),
    ],
    ids=["request", "add an exception", "invalidate", "re-validate", "remove an exception"],
)
def test_a_caller_who_loses_every_race_gets_busy_and_nothing_has_changed(
    cheap: Any, monkeypatch: pytest.MonkeyPatch, before: tuple[Act, ...], act: Act, after: Status
) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", **PASSES)
    for step in before:
        step(cheap)
    items, objects = moto_cloud.items(), moto_cloud.objects()
    tried = []

    def lose(entries: Any) -> None:
        tried.append(entries)
        raise Raced("somebody else")

    with monkeypatch.context() as patched:
        patched.setattr(certificate_store, "transact", lose)
        with pytest.raises(Busy) as refused:
            act(cheap)
    assert (refused.value.reason, len(tried)) == ("busy", ATTEMPTS)
    assert (moto_cloud.items(), moto_cloud.objects()) == (items, objects)
    act(cheap)
    held = certificate(cheap)
    assert (held and held.status) == after


def test_a_race_that_is_lost_every_time_but_the_last_is_won(cheap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(cheap)
    enroll(cheap, "7", "zoe", **PASSES)
    losses = iter(range(ATTEMPTS - 1))
    write = certificate_store.transact

    def lose_at_first(entries: Any) -> None:
        if next(losses, None) is not None:
            raise Raced("somebody else")
        write(entries)

    monkeypatch.setattr(certificate_store, "transact", lose_at_first)
    request(cheap)
    held = certificate(cheap)
    assert held.revision == 1
    assert moto_cloud.objects("certificates/") == [held.document]
