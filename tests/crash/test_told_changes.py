"""The process that sends changes dies before and after every AWS call, and the stream comes again.

Every receiver gets every change, each time under the same id. A certificate that was issued early is shown once.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.errors import Conflict, NotFound
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.notices.change import CertificateChange
from certificates.planning import Cause
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.history import Trigger
from certificates.rules.model import Pacing
from certificates.runtime import changes
from tests import cheap_backend, faults, killing, moto_cloud
from tests.handlers.conftest import load
from tests.handlers.http_events import Context
from tests.handlers.test_change_events import Listening, follow, is_let_through
from tests.jobs import BULK, NOW, few_shards, run
from tests.people import COURSE, enroll, make_run

DUE = NOW + timedelta(days=1)
LEARNERS = ("1", "2", "3")


@moto_cloud.prepared
def issued_early(built: Any) -> None:
    """A run whose certificates were issued a day before they are shown. One of them was invalidated in between."""
    backend = cheap_backend.cheap(built)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=DUE)
    for user_id in LEARNERS:
        enroll(backend, user_id, f"user{user_id}", grade="0.9")
    run(backend, BULK)
    invalidate(COURSE, "user3", "", by="ines", backend=backend, now=NOW)


@contextmanager
def world() -> Iterator[Listening]:
    with few_shards(1), issued_early(), pytest.MonkeyPatch.context() as patched:
        yield Listening(patched)


def tell(listening: Listening) -> None:
    """The function is called by the stream and by the schedule: the day before, then at the moment."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runtime, "now", lambda: NOW)
        follow()
        for moment in (DUE, DUE + timedelta(minutes=2)):
            patched.setattr(runtime, "now", lambda moment=moment: moment)
            load("change_events")({"show": "due"}, Context())
            follow()


def require_all_told(listening: Listening) -> None:
    expected = [("issued", "1"), ("issued", "2"), ("issued", "3"), ("invalidated", "3"), ("shown", "1"), ("shown", "2")]
    for queue in ("mail", "webhooks"):
        told = {(change.type.value, change.user_id): change.id for change in listening.changes(queue)}
        assert sorted(told) == sorted(expected), queue
        assert len(set(told.values())) == len(expected)
    on_bus = [event["detail"] for event in listening.heard("bus")]
    assert {(event["type"].removeprefix("certificate."), event["user_id"]) for event in on_bus} == set(expected)
    lasting = {json.dumps({**event, "shown": None}, sort_keys=True) for event in on_bus}
    assert len(lasting) == len(expected), "the same change was told in two ways"
    shown = [record for record in moto_cloud.changes() if record["dynamodb"]["Keys"]["sk"]["S"] == "TO-BE-SHOWN"]
    assert sum(map(is_let_through, shown)) == 2
    assert changes.showing().waiting.learners(COURSE) == []
    assert changes.showing().waiting.runs() == []


def test_after_a_crash_at_any_call_every_change_is_sent_and_shown_once() -> None:
    assert killing.at_every_call(world, tell, require_all_told) > 30


def test_every_change_is_sent_even_if_every_call_is_throttled() -> None:
    with world() as listening:
        for _ in range(20):
            try:
                with faults.throttled(0.3, seed=7):
                    tell(listening)
            except Exception as error:  # after any end of the function, the stream comes again
                assert "hrottl" in f"{type(error).__name__} {error}", error
            else:
                break
        require_all_told(listening)


def test_a_receiver_that_orders_by_sequence_ends_with_the_stored_state() -> None:
    dice = random.Random(11)
    with world() as listening:
        backend = cheap_backend.cheap(runtime.backend())
        for step in range(40):
            user_id, now = dice.choice(LEARNERS), NOW + timedelta(minutes=step)
            cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
            with suppress(Conflict, NotFound):
                match dice.randrange(4):
                    case 0:
                        issue(COURSE, user_id, cause=cause, backend=backend, now=now, decide=decide_regeneration)
                    case 1:
                        invalidate(COURSE, f"user{user_id}", "", by="ines", backend=backend, now=now)
                    case 2:
                        revalidate(COURSE, user_id, by="ines", backend=backend, now=now)
                    case 3:
                        tell(listening)
        tell(listening)
        heard = listening.changes("webhooks") * 2
        dice.shuffle(heard)
        known: dict[str, CertificateChange] = {}
        for change in heard:
            if change.verify_uuid not in known or known[change.verify_uuid].sequence < change.sequence:
                known[change.verify_uuid] = change
        held = backend.certificates.held((COURSE, user_id) for user_id in LEARNERS).values()
        stored = {it.verify_uuid: (it.status.value, it.revision) for it in held}
        assert {uuid: (change.status, change.revision) for uuid, change in known.items()} == stored
        assert {change.type.value for change in heard} >= {"issued", "regenerated", "invalidated", "revalidated"}
