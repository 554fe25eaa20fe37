"""Each change comes to webhooks once, whatever receivers do, and even if messages are repeated or out of order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from standardwebhooks import Webhook as Verifier

from certificates.errors import BadRequest, Conflict, NotFound
from certificates.messages.notices import DeliveryToTry, WebhookToTell
from certificates.notices.change import ChangeType
from certificates.notices.webhook_delivery import act_on_webhook_message, make_try
from certificates.notices.webhook_posting import Posted
from certificates.rules.webhook_tries import AFTER
from certificates.rules.webhooks import (
    ALL_RUNS,
    MOST_WEBHOOKS,
    TEST,
    DeliveryState,
    EndedBy,
    EventType,
    TryResult,
    WebhookSettings,
    WebhookState,
)
from tests import webhooks
from tests.moto_cloud import items
from tests.people import COURSE
from tests.webhooks import OK, TIMED_OUT, World, change

ONE, TWO = "https://one.example/", "https://two.example/"
OTHER = "course-v1:Fjord+BIO2+2026"


@pytest.fixture
def world() -> Iterator[World]:
    with webhooks.world() as made:
        yield made


def test_the_types_of_events_are_those_of_changes() -> None:
    assert {each.value for each in EventType} == {f"certificate.{each.value}" for each in ChangeType}


def test_a_change_is_sent_to_the_webhooks_of_its_run_and_of_all_runs_with_its_type(world: World) -> None:
    world.webhook(ONE)
    world.webhook(TWO, ALL_RUNS)
    world.webhook("https://other.example/", OTHER)
    world.webhook("https://few.example/", events=frozenset({EventType.INVALIDATED}))
    world.webhook("https://off.example/", on=False)
    world.tell(change(1))
    world.run()
    assert sorted(each.address for each in world.receivers.heard) == [ONE, TWO]
    assert {each.message_id for each in world.receivers.heard} == {change(1).id}


def test_a_message_has_the_change_and_a_signature(world: World) -> None:
    made = world.webhook(ONE)
    world.tell(change(1))
    world.run()
    [heard] = world.receivers.heard
    assert heard.headers["Content-Type"] == "application/json"
    told = heard.json()
    assert (told["type"], told["timestamp"]) == ("certificate.issued", "2026-11-24T07:59:50.000001Z")
    assert told["data"]["course_id"] == COURSE
    assert told["data"]["url"] == f"https://certificates.example/certificates/{told['data']['verify_uuid']}"
    assert "learner" not in told["data"]
    at = heard.headers["webhook-timestamp"]
    assert at == str(int(world.now.timestamp()))
    expected = Verifier(made.secret).sign(heard.message_id, world.now, heard.body)
    assert heard.headers["webhook-signature"] == expected


def test_a_message_has_personal_data_only_if_the_change_has(world: World) -> None:
    world.webhook(ONE)
    world.tell(change(1, learner=webhooks.ZOE))
    world.run()
    assert world.receivers.heard[0].json()["data"]["learner"] == {
        "username": "zoe",
        "email": "zoe@example.org",
        "name": "Zoë Ångström",
        "grade": "0.9",
    }


def test_a_receiver_gets_each_change_once_even_if_messages_are_repeated(world: World) -> None:
    world.webhook(ONE)
    changes = [change(number) for number in range(1, 6)]
    world.tell(*changes, *reversed(changes))
    world.run()
    world.tell(*changes)
    world.run()
    assert sorted(world.receivers.ids_at(ONE)) == sorted(each.id for each in changes)


def test_a_repeated_message_makes_no_second_try(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: Posted(TryResult.REFUSED, 500)
    world.tell(change(1))
    world.run(timedelta(seconds=1))
    [(_, message)] = world.pending()
    for _ in range(2):
        world.means.webhooks.queue.send(DeliveryToTry.from_json(message))
    world.run(timedelta(minutes=1))
    assert len(world.receivers.heard) == 2
    [delivery] = world.deliveries(made.webhook.webhook_id)
    assert (delivery.tried, delivery.state) == (2, DeliveryState.WAITING)


def test_a_failed_delivery_has_ten_tries_with_one_id_at_the_contracts_times(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: Posted(TryResult.REFUSED, 503, "busy")
    world.tell(change(1))
    world.run()
    heard = world.receivers.heard
    assert [each.message_id for each in heard] == [change(1).id] * 10
    for pause, (before, after) in zip(AFTER, itertools.pairwise(heard), strict=True):
        took = after.at - before.at
        assert pause <= took + timedelta(seconds=1) and took <= pause * 1.2 + timedelta(seconds=2)
    assert len({each.headers["webhook-signature"] for each in heard}) == 10, "each try has a time of its own"
    [delivery] = world.deliveries(made.webhook.webhook_id)
    assert (delivery.state, len(delivery.tries)) == (DeliveryState.FAILED, 10)
    assert {(each.result, each.status, each.said) for each in delivery.tries} == {(TryResult.REFUSED, 503, "busy")}
    assert world.pending() == []


def test_a_receiver_that_works_again_gets_the_change_once(world: World) -> None:
    made = world.webhook(ONE)
    answers = iter([TIMED_OUT, Posted(TryResult.REDIRECTED, 302), Posted(TryResult.REFUSED, 500), OK])
    world.receivers.answers[ONE] = lambda: next(answers)
    world.tell(change(1))
    world.run()
    [delivery] = world.deliveries(made.webhook.webhook_id)
    assert delivery.state is DeliveryState.DELIVERED
    assert [each.result.value for each in delivery.tries] == ["timed-out", "redirected", "refused", "delivered"]
    assert world.owned().one(made.webhook.webhook_id).failing_since is None


def test_410_ends_the_webhook_and_its_waiting_deliveries(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: Posted(TryResult.REFUSED, 500)
    world.tell(change(1))
    world.run(timedelta(seconds=1))
    world.receivers.answers[ONE] = lambda: Posted(TryResult.GONE, 410)
    world.tell(change(2))
    world.run()
    ended = world.owned().one(made.webhook.webhook_id)
    assert (ended.state, ended.ended_by) == (WebhookState.ENDED, EndedBy.GONE)
    assert {each.state for each in world.deliveries(ended.webhook_id)} == {DeliveryState.FAILED}
    assert len(world.receivers.heard) == 2
    world.tell(change(3))
    world.run()
    assert len(world.receivers.heard) == 2


def test_with_mail_one_message_tells_staff_that_a_webhook_has_ended(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: Posted(TryResult.GONE, 410)
    told: list[Any] = []
    mail: Any = SimpleNamespace(send=told.extend)
    world.means = replace(world.means, mail=mail)
    world.tell(change(1), change(2))
    world.run()
    assert told == [WebhookToTell(COURSE, made.webhook.webhook_id, "gone", "ines", world.now)]


def test_a_webhook_ends_after_five_days_of_failures_and_can_be_switched_on_again(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: Posted(TryResult.REFUSED, 404)
    for day in range(6):
        world.tell(change(day + 1))
        world.run(timedelta(days=1))
    ended = world.owned().one(made.webhook.webhook_id)
    assert (ended.state, ended.ended_by) == (WebhookState.ENDED, EndedBy.FAILING)
    world.receivers.answers[ONE] = lambda: OK
    again = world.owned().replace(ended.webhook_id, ended.settings)
    assert (again.state, again.failing_since, again.ended_at) == (WebhookState.ON, None, None)
    world.tell(change(9))
    world.run(timedelta(minutes=1))
    assert world.receivers.heard[-1].message_id == change(9).id


def test_a_receiver_that_hangs_rests_and_gets_one_try_a_minute(world: World) -> None:
    world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: TIMED_OUT
    world.tell(*(change(number) for number in range(1, 41)))
    world.run(timedelta(seconds=4))
    assert len(world.receivers.heard) == 3
    world.run(timedelta(minutes=20))
    assert len(world.receivers.heard) <= 3 + 2 * 20


def test_deliveries_that_waited_for_a_hanging_receiver_are_made_when_it_answers(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: TIMED_OUT
    changes = [change(number) for number in range(1, 21)]
    world.tell(*changes)
    world.run(timedelta(seconds=30))
    assert "resting" in {each.result for each in world.deliveries(made.webhook.webhook_id)[0].tries}
    world.receivers.answers[ONE] = lambda: OK
    world.run()
    assert {each.state for each in world.deliveries(made.webhook.webhook_id)} == {DeliveryState.DELIVERED}
    assert len(set(world.receivers.ids_at(ONE))) == 20


def test_other_webhooks_get_changes_while_one_hangs(world: World) -> None:
    world.webhook(ONE)
    world.webhook(TWO)
    world.receivers.answers[ONE] = lambda: TIMED_OUT
    world.tell(*(change(number) for number in range(1, 11)))
    world.run(timedelta(seconds=3))
    assert len(world.receivers.ids_at(TWO)) == 10


def test_nothing_is_sent_to_a_webhook_that_was_removed_or_switched_off(world: World) -> None:
    for address in (ONE, TWO):
        world.webhook(address)
        world.receivers.answers[address] = lambda: Posted(TryResult.REFUSED, 500)
    world.tell(change(1))
    world.run(timedelta(seconds=1))
    first, second = world.owned().all()
    world.owned().remove(first.webhook_id)
    world.owned().replace(second.webhook_id, WebhookSettings(address=TWO, on=False))
    world.run()
    assert len(world.receivers.heard) == 2
    [delivery] = world.deliveries(second.webhook_id)
    assert (delivery.state, delivery.tries[-1].result) == (DeliveryState.FAILED, TryResult.SWITCHED_OFF)


def test_staff_send_a_delivery_again_with_the_same_id_and_earlier_tries_do_nothing(world: World) -> None:
    made = world.webhook(ONE)
    webhook_id = made.webhook.webhook_id
    world.receivers.answers[ONE] = lambda: Posted(TryResult.REFUSED, 500)
    world.tell(change(1))
    world.run(timedelta(minutes=1))
    [failing] = world.deliveries(webhook_id)
    assert failing.state is DeliveryState.WAITING
    world.receivers.answers[ONE] = lambda: OK
    world.owned().send_again(webhook_id, failing.delivery_id, now=world.now)
    world.run(timedelta(seconds=1))
    assert world.deliveries(webhook_id)[0].state is DeliveryState.DELIVERED
    heard = len(world.receivers.heard)
    world.run()
    assert len(world.receivers.heard) == heard, "the tries of the series before come to nothing"
    world.owned().send_again(webhook_id, failing.delivery_id, now=world.now)
    world.run()
    assert world.receivers.ids_at(ONE) == [change(1).id] * (heard + 1)


def test_staff_send_a_test_event_to_a_webhook(world: World) -> None:
    made = world.webhook(ONE, events=frozenset({EventType.SHOWN}))
    delivery = world.owned().test(made.webhook.webhook_id, now=world.now)
    world.run()
    [heard] = world.receivers.heard
    assert heard.json()["type"] == TEST and heard.message_id == delivery.message_id
    assert world.deliveries(made.webhook.webhook_id)[0].state is DeliveryState.DELIVERED


def test_for_a_day_after_a_rotation_both_secrets_sign_then_only_the_new_one(world: World) -> None:
    made = world.webhook(ONE)
    new = world.owned().rotate(made.webhook.webhook_id, now=world.now)
    assert new.secret != made.secret
    world.tell(change(1))
    world.run()
    world.now += timedelta(days=1)
    world.tell(change(2))
    world.run()
    both, one = world.receivers.heard
    signed = [Verifier(secret).sign(both.message_id, both.at, both.body) for secret in (new.secret, made.secret)]
    assert both.headers["webhook-signature"].split(" ") == signed
    assert one.headers["webhook-signature"] == Verifier(new.secret).sign(one.message_id, one.at, one.body)


def test_the_table_has_no_secret_in_plain_text(world: World) -> None:
    made = world.webhook(ONE)
    new = world.owned().rotate(made.webhook.webhook_id, now=world.now)
    stored = str(items())
    for secret in (made.secret, new.secret):
        assert secret not in stored and secret.removeprefix("whsec_") not in stored


def test_a_sealed_secret_can_be_opened_only_for_its_own_webhook(world: World) -> None:
    one, two = world.webhook(ONE).webhook, world.webhook(TWO).webhook
    with pytest.raises(ClientError):
        world.means.webhooks.secrets.unseal(one.sealed, two.webhook_id)


def test_deliveries_expire_after_thirty_days(world: World) -> None:
    made = world.webhook(ONE)
    world.tell(change(1))
    world.run()
    [item] = [item for (pk, _), item in items().items() if pk == f"WEBHOOK#{made.webhook.webhook_id}"]
    assert int(item["expires_at"]["N"]) == int((world.now + timedelta(days=30)).timestamp())


def test_impossible_requests_are_refused_and_change_nothing(world: World) -> None:
    owned = world.owned()
    for address in ("http://one.example/", "https://127.0.0.1/"):
        with pytest.raises(BadRequest):
            world.webhook(address)
    for refused in (
        lambda: owned.one("none"),
        lambda: owned.remove("none"),
        lambda: owned.rotate("none", now=world.now),
        lambda: owned.test("none", now=world.now),
        lambda: owned.replace("none", WebhookSettings(address=ONE)),
        lambda: owned.deliveries("none", limit=1),
        lambda: owned.send_again("none", "none", now=world.now),
    ):
        with pytest.raises(NotFound):
            refused()
    assert owned.all() == []
    made = world.webhook(ONE)
    with pytest.raises(NotFound):
        owned.send_again(made.webhook.webhook_id, "none", now=world.now)
    with pytest.raises(NotFound):
        world.owned(OTHER).one(made.webhook.webhook_id)
    for number in range(MOST_WEBHOOKS - 1):
        world.webhook(f"https://{number}.example/")
    with pytest.raises(Conflict):
        world.webhook(TWO)
    owned.replace(made.webhook.webhook_id, WebhookSettings(address=ONE, on=False))
    with pytest.raises(Conflict):
        owned.test(made.webhook.webhook_id, now=world.now)


def test_deliveries_are_listed_page_by_page_the_newest_first(world: World) -> None:
    made = world.webhook(ONE)
    world.tell(*(change(number) for number in (3, 1, 5, 2, 4)))
    world.run()
    seen, after = [], None
    while True:
        page = world.owned().deliveries(made.webhook.webhook_id, limit=2, after=after)
        seen += [each.message_id for each in page.items]
        if (after := page.next_after) is None:
            break
    assert seen == [change(number).id for number in (5, 4, 3, 2, 1)]


def test_a_message_repeated_during_its_try_makes_no_second_try(world: World) -> None:
    made = world.webhook(ONE)
    asked: list[dict[str, Any]] = []

    def meanwhile() -> Posted:
        [message] = asked
        act_on_webhook_message(message, means=world.means, clock=lambda: world.now)
        return OK

    world.tell(change(1))
    world.run(timedelta(0), at_most=1)
    asked += [message for _, message in world.pending()]
    world.receivers.answers[ONE] = meanwhile
    world.run()
    assert world.receivers.ids_at(ONE) == [change(1).id]
    assert [each.state for each in world.deliveries(made.webhook.webhook_id)] == [DeliveryState.DELIVERED]


def test_a_try_whose_function_died_is_made_again_after_the_time_of_a_claim(
    world: World,
) -> None:
    world.webhook(ONE)
    answers: list[Callable[[], Posted]] = [lambda: 1 / 0, lambda: OK]  # type: ignore[list-item, return-value]
    world.receivers.answers[ONE] = lambda: answers.pop(0)()
    world.tell(change(1))
    with pytest.raises(ZeroDivisionError):
        world.run()
    world.run(timedelta(seconds=5))
    assert len(world.receivers.heard) == 1
    world.run()
    assert world.receivers.ids_at(ONE) == [change(1).id] * 2
    assert world.pending() == []


def test_old_messages_in_any_order_do_nothing(world: World) -> None:
    made = world.webhook(ONE)
    world.receivers.answers[ONE] = lambda: Posted(TryResult.REFUSED, 500)
    world.tell(change(1))
    world.run(timedelta(minutes=10))
    [delivery] = world.deliveries(made.webhook.webhook_id)
    assert delivery.tried == 3
    heard = len(world.receivers.heard)
    for series, number in ((1, 1), (1, 2), (1, 9), (2, 1), (0, 1)):
        asked = DeliveryToTry(COURSE, made.webhook.webhook_id, delivery.delivery_id, series, number)
        make_try(asked, means=world.means, clock=lambda: world.now)
    for asked in (
        DeliveryToTry(OTHER, made.webhook.webhook_id, delivery.delivery_id, 1, 4),
        DeliveryToTry(COURSE, "none", delivery.delivery_id, 1, 4),
        DeliveryToTry(COURSE, made.webhook.webhook_id, "none", 1, 4),
    ):
        make_try(asked, means=world.means, clock=lambda: world.now)
    assert len(world.receivers.heard) == heard
