"""The consequences of a try, by Standard Webhooks and the contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from certificates.rules.webhook_tries import (
    AFTER,
    LONGEST_SILENCE,
    after_try,
    begun_again,
    is_at_rest,
    is_to_be_probed,
    pause_after,
    result_of,
    taken,
    webhook_after,
)
from certificates.rules.webhooks import (
    Delivery,
    DeliveryState,
    DeliveryTry,
    EndedBy,
    EventType,
    TryResult,
    Webhook,
    WebhookSettings,
    WebhookState,
)

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DELIVERY = Delivery(webhook_id="w", message_id="m", event_type=EventType.ISSUED, occurred_at=NOW, event={})
WEBHOOK = Webhook(
    owner="course-v1:Fjord+BIO1+2026",
    webhook_id="w",
    settings=WebhookSettings(address="https://example.org"),
    created_by="ines",
    created_at=NOW,
    sealed="sealed",
)


def made(result: TryResult, at: datetime = NOW) -> DeliveryTry:
    return DeliveryTry(at=at, result=result)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *((status, TryResult.DELIVERED) for status in (200, 201, 202, 204, 299)),
        *((status, TryResult.REDIRECTED) for status in (300, 301, 302, 303, 307, 308)),
        *((status, TryResult.REFUSED) for status in (199, 400, 401, 404, 409, 411, 429, 500, 503)),
        (410, TryResult.GONE),
    ],
)
def test_only_2xx_is_delivered_and_410_ends(status: int, result: TryResult) -> None:
    assert result_of(status) is result


def test_the_pauses_are_those_of_the_contract_and_up_to_a_fifth_longer() -> None:
    told = ["5 s", "5 min", "30 min", "2 h", "5 h", "10 h", "14 h", "20 h", "24 h"]
    units = {"s": 1, "min": 60, "h": 3600}
    expected = [timedelta(seconds=int(n) * units[u]) for n, u in (text.split() for text in told)]
    assert [pause_after(tried, 0) for tried in range(1, 10)] == expected
    assert [pause_after(tried, 1) for tried in range(1, 10)] == [pause * 1.2 for pause in expected]
    assert pause_after(10, 0) is None


def test_a_delivery_is_tried_ten_times_and_then_has_failed() -> None:
    delivery, now = DELIVERY, NOW
    for number in range(1, 11):
        delivery = after_try(taken(delivery, number, now), made(TryResult.REFUSED, now), ends=False, chance=0.5)
        if number < 10:
            assert delivery.state is DeliveryState.WAITING
            assert delivery.next_try_at is not None and delivery.in_hand_until is None
            now = delivery.next_try_at
    assert (delivery.state, delivery.next_try_at) == (DeliveryState.FAILED, None)
    assert len(delivery.tries) == 10
    assert now - NOW == sum(AFTER, timedelta()) * 1.1


def test_a_delivery_ends_with_the_first_2xx() -> None:
    delivery = after_try(taken(DELIVERY, 3, NOW), made(TryResult.DELIVERED), ends=False, chance=0)
    assert (delivery.state, delivery.next_try_at) == (DeliveryState.DELIVERED, None)


def test_a_delivery_to_an_ended_webhook_has_failed() -> None:
    for result, ends in ((TryResult.GONE, True), (TryResult.TIMED_OUT, True), (TryResult.SWITCHED_OFF, False)):
        delivery = after_try(taken(DELIVERY, 1, NOW), made(result), ends=ends, chance=0)
        assert (delivery.state, delivery.next_try_at) == (DeliveryState.FAILED, None)


def test_a_delivery_that_is_begun_again_keeps_its_id_and_its_tries() -> None:
    failed = after_try(taken(DELIVERY, 10, NOW), made(TryResult.REFUSED), ends=False, chance=0)
    again = begun_again(failed)
    assert (again.state, again.series, again.tried) == (DeliveryState.WAITING, 2, 0)
    assert (again.message_id, again.delivery_id, again.tries) == (
        failed.message_id,
        failed.delivery_id,
        failed.tries,
    )


def test_410_ends_a_webhook_at_once() -> None:
    ended = webhook_after(WEBHOOK, made(TryResult.GONE))
    assert (ended.state, ended.ended_by, ended.ended_at) == (WebhookState.ENDED, EndedBy.GONE, NOW)
    assert not ended.wants(EventType.ISSUED)


def test_five_days_without_a_delivery_end_a_webhook() -> None:
    almost = WEBHOOK
    for hours in (0, 24, 48, 72, 96):
        almost = webhook_after(almost, made(TryResult.REFUSED, NOW + timedelta(hours=hours)))
    almost = webhook_after(almost, made(TryResult.TIMED_OUT, NOW + timedelta(days=5) - timedelta(seconds=1)))
    assert almost.state is WebhookState.ON
    ended = webhook_after(almost, made(TryResult.REFUSED, NOW + timedelta(days=5)))
    assert (ended.ended_by, ended.failing_since) == (EndedBy.FAILING, NOW)


def test_one_failure_does_not_end_a_webhook_that_failed_a_month_ago_and_had_nothing_to_get_since() -> None:
    failing = webhook_after(WEBHOOK, made(TryResult.REFUSED))
    later = NOW + timedelta(days=30)
    again = webhook_after(failing, made(TryResult.TIMED_OUT, later))
    assert (again.state, again.failing_since) == (WebhookState.ON, later)


def test_the_failures_of_one_delivery_are_never_too_far_apart_to_count() -> None:
    assert pause_after(len(AFTER), 1) < LONGEST_SILENCE


def test_one_successful_delivery_starts_the_five_days_again() -> None:
    failing = webhook_after(WEBHOOK, made(TryResult.REFUSED))
    well = webhook_after(failing, made(TryResult.DELIVERED, NOW + timedelta(days=4)))
    assert well.failing_since is None
    later = webhook_after(well, made(TryResult.REFUSED, NOW + timedelta(days=6)))
    assert later.state is WebhookState.ON


def test_a_receiver_rests_for_a_minute_after_three_tries_without_an_answer() -> None:
    webhook = WEBHOOK
    for result in (TryResult.TIMED_OUT, TryResult.NO_CONNECTION):
        webhook = webhook_after(webhook, made(result))
        assert webhook.resting_until is None
    webhook = webhook_after(webhook, made(TryResult.TIMED_OUT))
    assert is_at_rest(webhook, NOW) and is_at_rest(webhook, NOW + timedelta(seconds=59))
    after = NOW + timedelta(minutes=1)
    assert is_to_be_probed(webhook, after) and not is_at_rest(webhook, after)
    assert is_at_rest(webhook_after(webhook, made(TryResult.TIMED_OUT, after)), after)
    answered = webhook_after(webhook, made(TryResult.REFUSED, after))
    assert (answered.unanswered, answered.resting_until) == (0, None)


def test_a_try_that_was_not_made_does_not_change_the_webhook() -> None:
    failing = webhook_after(WEBHOOK, made(TryResult.TIMED_OUT))
    for result in (TryResult.RESTING, TryResult.SWITCHED_OFF):
        assert webhook_after(failing, made(result, NOW + timedelta(days=9))) == failing


def test_two_secrets_sign_while_they_are_rotated_and_one_after_that() -> None:
    rotated = replace(WEBHOOK, sealed="new", sealed_before="old", both_until=NOW + timedelta(days=1))
    assert rotated.secrets(NOW) == ("new", "old")
    assert rotated.secrets(NOW + timedelta(days=1)) == ("new",)
    assert WEBHOOK.secrets(NOW) == ("sealed",)


def test_a_webhook_that_is_on_gets_only_its_event_types() -> None:
    few = replace(WEBHOOK, settings=replace(WEBHOOK.settings, events=frozenset({EventType.ISSUED})))
    assert few.wants("certificate.issued") and not few.wants("certificate.shown")
    assert not replace(few, settings=replace(few.settings, on=False)).wants("certificate.issued")


@pytest.mark.parametrize(
    ("state", "minutes", "due"),
    [
        (DeliveryState.WAITING, None, True),
        (DeliveryState.WAITING, -1, True),
        (DeliveryState.WAITING, 0, False),
        (DeliveryState.WAITING, 1, False),
        *((state, -1, False) for state in DeliveryState if state is not DeliveryState.WAITING),
    ],
)
def test_a_delivery_that_waits_is_due_when_its_try_is_under_way_or_past(
    state: DeliveryState, minutes: int | None, due: bool
) -> None:
    next_try = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert replace(DELIVERY, state=state, next_try_at=next_try).due_before(NOW) is due


def test_a_claimed_try_belongs_to_one_function_for_a_minute() -> None:
    claimed = taken(replace(DELIVERY, next_try_at=NOW), 2, NOW)
    assert claimed == replace(DELIVERY, tried=2, in_hand_until=NOW + timedelta(minutes=1), next_try_at=None)


def test_no_try_is_planned_or_under_way_after_an_end_or_before_a_new_series() -> None:
    waiting = replace(DELIVERY, next_try_at=NOW, in_hand_until=NOW)
    for result in (TryResult.DELIVERED, TryResult.SWITCHED_OFF):
        over = after_try(waiting, made(result), ends=False, chance=0)
        assert (over.next_try_at, over.in_hand_until) == (None, None)
    again = begun_again(replace(waiting, state=DeliveryState.FAILED))
    assert (again.next_try_at, again.in_hand_until) == (None, None)


def test_a_successful_delivery_ends_the_failing_and_the_rest_of_a_webhook() -> None:
    failing = replace(WEBHOOK, failing_since=NOW, failed_at=NOW, unanswered=5, resting_until=NOW)
    assert webhook_after(failing, made(TryResult.DELIVERED)) == WEBHOOK


def test_a_failing_webhook_ends_at_the_time_of_its_last_try() -> None:
    failed_at, end = NOW + timedelta(days=4), NOW + timedelta(days=5)
    ended = webhook_after(replace(WEBHOOK, failing_since=NOW, failed_at=failed_at), made(TryResult.REFUSED, end))
    assert (ended.ended_by, ended.ended_at) == (EndedBy.FAILING, end)


def test_a_failure_exactly_two_days_ago_still_counts() -> None:
    failing = replace(WEBHOOK, failing_since=NOW, failed_at=NOW)
    assert webhook_after(failing, made(TryResult.REFUSED, NOW + LONGEST_SILENCE)).failing_since == NOW
