"""Webhooks, deliveries, waiting certificates and counts: what is written, and who loses a race."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import count_store, waiting_store, webhook_store
from certificates.aws.count_store import CountsItem, CountStore, Kept
from certificates.aws.item_model import ByKind
from certificates.aws.waiting_store import WaitingItem, WaitingRun, WaitingRunItem, WaitingStore
from certificates.aws.webhook_items import DeliveryItem, WebhookItem, delivery_expiry, delivery_item, webhook_item
from certificates.aws.webhook_store import WebhookStore
from certificates.aws.writes import delete, put, update
from certificates.errors import Raced
from certificates.paging import Slice
from certificates.rules.webhooks import Delivery, DeliveryState, DeliveryTry, EndedBy, TryResult
from tests.unit.aws.kept_items import KeptItems
from tests.unit.aws.samples import AT, COURSE
from tests.unit.aws.samples import OTHER_COURSE as OTHER
from tests.unit.aws.samples import WEBHOOK as HOOK

LATER = AT + timedelta(days=1)

WEBHOOKS = WebhookStore()
HOOK_KEY = (f"WEBHOOKS#{COURSE}", "WEBHOOK#w1")
W, D = WebhookItem, DeliveryItem


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    return KeptItems(monkeypatch, webhook_store)


def test_a_webhook_is_made_once_found_and_removed(hooks: KeptItems) -> None:
    WEBHOOKS.create(HOOK)
    WEBHOOKS.remove(COURSE, "w1")
    assert hooks.written == [put(webhook_item(HOOK), W.pk.does_not_exist()), delete(HOOK_KEY)]
    assert WEBHOOKS.webhook(COURSE, "w1") is None
    hooks.add(webhook_item(HOOK))
    assert WEBHOOKS.webhook(COURSE, "w1") == HOOK


def test_the_webhooks_of_an_owner_come_the_oldest_first(hooks: KeptItems) -> None:
    older = replace(HOOK, webhook_id="w2", created_at=AT - timedelta(days=1))
    hooks.add(webhook_item(HOOK), webhook_item(older))
    assert WEBHOOKS.webhooks(COURSE) == [older, HOOK]
    assert hooks.queries == [("(pk = :0 AND begins_with (sk, :1))", {":0": HOOK_KEY[0], ":1": "WEBHOOK#"}, {})]


def test_a_change_of_a_webhook_writes_what_differs_if_nobody_else_changed_it(hooks: KeptItems) -> None:
    WEBHOOKS.change(HOOK, replace(HOOK))
    assert hooks.written == []
    ended = replace(HOOK, ended_by=EndedBy.GONE, sealed="new")
    WEBHOOKS.change(HOOK, ended)
    WEBHOOKS.change(ended, HOOK)
    same = W.pk.exists() & W.ended_by.does_not_exist() & (W.sealed == "sealed")
    back = W.pk.exists() & (W.ended_by == "gone") & (W.sealed == "new")
    assert hooks.written == [
        update(HOOK_KEY, [W.ended_by.set("gone"), W.sealed.set("new")], same),
        update(HOOK_KEY, [W.ended_by.remove(), W.sealed.set("sealed")], back),
    ]
    hooks.races = 1
    with pytest.raises(Raced):
        WEBHOOKS.change(HOOK, ended)


NEW = Delivery(webhook_id="w1", message_id="m1", event_type="certificate.issued", occurred_at=AT, event={"test": True})
STORED = replace(NEW, event={"test": True, "learner": None})
DELIVERY_KEY = ("WEBHOOK#w1", f"DELIVERY#{NEW.delivery_id}")


def test_a_delivery_is_stored_once_and_found_by_its_id(hooks: KeptItems) -> None:
    assert WEBHOOKS.begin(NEW, LATER) == NEW
    assert hooks.written == [put(delivery_item(NEW, LATER), D.pk.does_not_exist())]
    assert WEBHOOKS.delivery("w1", NEW.delivery_id) is None
    hooks.races = 1
    assert WEBHOOKS.begin(NEW, LATER) == NEW
    tried = replace(NEW, tried=2)
    hooks.add(delivery_item(tried, LATER))
    assert WEBHOOKS.delivery("w1", NEW.delivery_id) == replace(STORED, tried=2)
    hooks.races = 1
    assert WEBHOOKS.begin(NEW, LATER) == replace(STORED, tried=2)


def test_the_deliveries_of_a_webhook_come_in_pages_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def newest_first(*what: Any, **how: Any) -> Slice[Any]:
        asked.append((what, how))
        return Slice([delivery_item(NEW, AT).raw()], "m1")

    monkeypatch.setattr(webhook_store, "newest_first", newest_first)
    assert WEBHOOKS.deliveries("w1", limit=1) == Slice([STORED], "m1")
    WEBHOOKS.deliveries("w1", limit=2, after="m9")
    what = (D, "WEBHOOK#w1", "DELIVERY#")
    assert asked == [(what, {"limit": 1, "after": None}), (what, {"limit": 2, "after": "m9"})]


def test_the_progress_of_a_delivery_is_stored_if_no_other_function_has_it_in_hand(hooks: KeptItems) -> None:
    taken = replace(NEW, tried=1, in_hand_until=LATER)
    assert WEBHOOKS.move(NEW, taken, AT) == taken
    tried = replace(
        taken,
        state=DeliveryState.FAILED,
        in_hand_until=None,
        next_try_at=LATER,
        tries=(DeliveryTry(at=AT, result=TryResult.REFUSED, status=500),),
    )
    assert WEBHOOKS.move(taken, tried, LATER) == tried

    def same(before: Delivery, in_hand: Any) -> Any:
        return (
            D.pk.exists()
            & (D.state == before.state)
            & (D.series == before.series)
            & (D.tried == before.tried)
            & in_hand
        )

    first, second = hooks.written
    assert first == update(
        DELIVERY_KEY,
        [
            D.expires_at.set(delivery_expiry(AT)),
            D.in_hand_until.set(LATER),
            D.series.set(NEW.series),
            D.state.set(NEW.state),
            D.tried.set(1),
        ],
        same(NEW, D.in_hand_until.does_not_exist()),
    )
    tries: Any = delivery_item(tried, AT).attribute_values["tries"]
    assert second == update(
        DELIVERY_KEY,
        [
            D.expires_at.set(delivery_expiry(LATER)),
            D.in_hand_until.remove(),
            D.next_try_at.set(LATER),
            D.series.set(NEW.series),
            D.state.set("failed"),
            D.tried.set(1),
            D.tries.set(tries),
        ],
        same(taken, D.in_hand_until == LATER),
    )


WAITING = WaitingStore()
RUN_KEY = (f"COURSE-RUN#{COURSE}", "TO-BE-SHOWN")
LEARNER_KEY = (f"RUN#{COURSE}#7", "TO-BE-SHOWN")
I, R = WaitingItem, WaitingRunItem  # noqa: E741 - the items of a learner and of a run


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    monkeypatch.setattr(waiting_store.secrets, "token_hex", lambda size: f"{size} bytes")
    return KeptItems(monkeypatch, waiting_store)


def mark(course_id: str) -> WaitingRunItem:
    key = f"COURSE-RUN#{course_id}"
    return R(pk=key, sk="TO-BE-SHOWN", kind="TO-BE-SHOWN", course_id=course_id, mark="8 bytes", marked_at=AT)


def test_certificates_wait_before_their_runs_are_marked(waiting: KeptItems) -> None:
    waiting.races = 1
    WAITING.wait(iter([(OTHER, "7", 1), (COURSE, "7", 3), (COURSE, "8", 1)]), AT)

    def entry(course_id: str, user_id: str, revision: int) -> Any:
        free = I.pk.does_not_exist() | (I.shown_at.exists() & (I.revision < revision))
        return put(I.at(course_id, user_id, "TO-BE-SHOWN"), free)

    assert waiting.written == [
        *(entry(OTHER, "7", 1), entry(COURSE, "7", 3), entry(COURSE, "8", 1)),
        *(put(mark(COURSE)), put(mark(OTHER))),
    ]


def test_the_marked_runs_are_found_through_the_index(waiting: KeptItems) -> None:
    waiting.add(mark(COURSE), mark(OTHER))
    assert WAITING.runs() == [WaitingRun(COURSE, "8 bytes", AT), WaitingRun(OTHER, "8 bytes", AT)]
    assert waiting.queries == [("kind = :0", {":0": "TO-BE-SHOWN"}, {"index": ByKind})]


def test_the_learners_whose_certificates_wait_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {(COURSE, "TO-BE-SHOWN"): [SimpleNamespace(user_id="7"), SimpleNamespace(user_id="8")]}
    monkeypatch.setattr(waiting_store, "ListingStore", lambda: SimpleNamespace(walk=lambda *what: listed.get(what, [])))
    assert (WAITING.learners(COURSE), WAITING.learners(OTHER)) == (["7", "8"], [])


@pytest.mark.parametrize("races", [0, 1])
def test_a_waiting_certificate_is_shown_once(waiting: KeptItems, races: int) -> None:
    waiting.races = races
    assert WAITING.show(COURSE, "7", 3, LATER) is (races == 0)
    actions = [I.shown_at.set(LATER), I.revision.set(3), I.shard.remove(), I.shard_entry.remove()]
    assert waiting.written == [update(LEARNER_KEY, actions, I.pk.exists() & I.shown_at.does_not_exist())]


def test_a_certificate_that_is_no_longer_valid_does_not_wait(waiting: KeptItems) -> None:
    waiting.races = 1
    WAITING.stop(COURSE, "7")
    assert waiting.written == [delete(LEARNER_KEY, I.shown_at.does_not_exist())]


@pytest.mark.parametrize(("seconds", "removed"), [(0, False), (59, False), (60, True), (3600, True)])
def test_a_mark_is_removed_when_the_index_must_have_every_certificate_under_it(
    waiting: KeptItems, seconds: int, removed: bool
) -> None:
    waiting.races = 1
    WAITING.done(WaitingRun(COURSE, "m", AT), AT + timedelta(seconds=seconds))
    assert waiting.written == ([delete(RUN_KEY, R.mark == "m")] if removed else [])


def test_counts_of_a_run_come_back_as_they_were_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    table = KeptItems(monkeypatch, count_store)
    store, kept = CountStore(), Kept({"groups": {"passed": 3}}, AT)
    item = CountsItem(pk=RUN_KEY[0], sk="COUNTS", counted={"groups": {"passed": 3}}, counted_at=AT)
    store.keep(COURSE, kept)
    assert table.written == [put(item)]
    table.add(item)
    assert store.counts(id for id in (COURSE, OTHER)) == {COURSE: kept}
