"""Exceptions and invalidations: killed before and after every AWS call, and then repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from certificates.documents.removal import remove_obsolete
from certificates.errors import Refusal
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.invalidate import invalidate, revalidate
from certificates.request import request_certificate
from certificates.rules.model import Status
from tests.cheap_backend import cheap
from tests.killing import at_every_call
from tests.moto_cloud import changes, items, objects, prepared
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
THEN = NOW - timedelta(days=1)


def abe_has_his(built: Any) -> None:
    """Abe passes and has his certificate; Zoe does not pass."""
    backend = cheap(built)
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.2")
    enroll(backend, "8", "abe", grade="0.9")
    request_certificate(COURSE, "abe", backend=backend, now=THEN)


def add(backend: Any, *, now: datetime = NOW) -> None:
    add_exception(COURSE, "zoe", "note", by="ines", backend=backend, now=now)


def remove(backend: Any) -> None:
    remove_exception(COURSE, "7", by="ines", backend=backend, now=NOW)


def invalidate_abe(backend: Any, *, now: datetime = NOW) -> None:
    invalidate(COURSE, "abe", "note", by="ines", backend=backend, now=now)


def revalidate_abe(backend: Any) -> None:
    revalidate(COURSE, "8", by="ines", backend=backend, now=NOW)


def earlier(act: Any) -> Callable[[Any], None]:
    return lambda backend: act(backend, now=THEN + timedelta(hours=1))


CASES: list[Any] = [
    pytest.param((), add, "already-listed", id="add"),
    pytest.param((earlier(add),), remove, "not-listed", id="remove"),
    pytest.param((), invalidate_abe, "already-invalidated", id="invalidate"),
    pytest.param((earlier(invalidate_abe),), revalidate_abe, "not-invalidated", id="re-validate"),
]


@pytest.mark.parametrize(("before", "act", "done_already"), CASES)
def test_after_a_crash_at_any_call_the_repeated_request_of_staff_succeeds(
    before: Any, act: Any, done_already: str, capsys: pytest.CaptureFixture[str]
) -> None:
    @prepared
    def filled(built: Any) -> None:
        abe_has_his(built)
        for step in before:
            step(cheap(built))

    @contextmanager
    def world() -> Iterator[Any]:
        with filled() as (built, _):
            yield cheap(built)

    def ask(backend: Any) -> None:
        try:
            act(backend)
        except Refusal as refusal:
            # Staff repeat an act that was done before the crash: they get a refusal that says so.
            assert refusal.reason == done_already

    expected: list[Any] = []

    def check(backend: Any) -> None:
        for change in changes():
            images = DynamoDBRecord(change).dynamodb
            assert images is not None
            remove_obsolete(images.old_image, images.new_image, backend.documents)
        state = (items(), sorted(objects("certificates/")))
        expected.append(state)
        assert state == expected[0]
        assert state[1] == sorted(said_by_documents(backend))

    tried = at_every_call(world, ask, check)
    with capsys.disabled():
        print(f"\n{act.__name__}: killed at {tried} points")


def said_by_documents(backend: Any) -> list[str]:
    """The documents of certificates, after a check that each has the content of its certificate."""
    named = []
    for user_id in ("7", "8"):
        held = backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate
        assert (held is not None and held.status is Status.DOWNLOADABLE) == bool(held and held.document)
        if held is not None and held.document is not None:
            said = f"%PDF- {held.name} {held.verify_uuid} {held.revision}"
            assert backend.documents.get(held.document) == said.encode()
            named.append(held.document)
    return named
