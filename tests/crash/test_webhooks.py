"""The function that delivers dies before and after every AWS call, and its message comes again: nothing is lost.

A receiver may get a message twice, under the same id: the process may have died after it had posted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from certificates.notices.webhook_posting import Posted
from certificates.rules.webhooks import DeliveryState, TryResult
from tests import killing, moto_cloud
from tests.webhooks import OK, World, change

ADDRESS = "https://hooks.example.org/"
FAILURES = 3
"""After the third try, a schedule makes the next one in half an hour."""


@moto_cloud.prepared
def told(_: Any) -> None:
    made = World()
    made.webhook(ADDRESS)
    made.tell(change(1))


@moto_cloud.prepared
def failed(_: Any) -> datetime:
    """The receiver has refused every try. Returns the time after the last one."""
    made = World()
    made.webhook(ADDRESS)
    made.receivers.answers[ADDRESS] = lambda: Posted(TryResult.REFUSED, 500)
    made.tell(change(1))
    made.run()
    return made.now


def require_delivered_once(world: World) -> None:
    heard = world.receivers.ids_at(ADDRESS)
    assert set(heard) == {change(1).id}
    assert FAILURES + 1 <= len(heard) <= FAILURES + 2
    [webhook] = world.owned().all()
    [delivery] = world.deliveries(webhook.webhook_id)
    assert (delivery.state, delivery.in_hand_until) == (DeliveryState.DELIVERED, None)
    assert webhook.failing_since is None
    assert world.pending() == []


def test_a_change_is_delivered_whenever_the_process_dies() -> None:
    @contextmanager
    def with_a_receiver_that_fails_at_first() -> Iterator[World]:
        with told():
            made, answers = World(of_before=True), iter([Posted(TryResult.REFUSED, 500)] * FAILURES)
            made.receivers.answers[ADDRESS] = lambda: next(answers, OK)
            yield made

    points = killing.at_every_call(
        with_a_receiver_that_fails_at_first, lambda world: world.run(), require_delivered_once
    )
    assert points >= 40


def test_a_delivery_is_sent_again_whenever_the_process_dies() -> None:
    @contextmanager
    def with_a_failed_delivery() -> Iterator[World]:
        with failed() as (_, now):
            yield World(now, of_before=True)

    def act(world: World) -> None:
        [webhook] = world.owned().all()
        [delivery] = world.deliveries(webhook.webhook_id)
        world.owned().send_again(webhook.webhook_id, delivery.delivery_id, now=world.now)
        world.run()

    def check(world: World) -> None:
        assert set(world.receivers.ids_at(ADDRESS)) == {change(1).id}
        [webhook] = world.owned().all()
        assert [each.state for each in world.deliveries(webhook.webhook_id)] == [DeliveryState.DELIVERED]
        assert world.pending() == []

    assert killing.at_every_call(with_a_failed_delivery, act, check) >= 10
