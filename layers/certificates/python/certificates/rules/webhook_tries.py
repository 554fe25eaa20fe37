"""What follows from a try to deliver: when the next one is due, when a receiver is left alone, when a webhook ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from certificates.rules.webhooks import (
    Delivery,
    DeliveryState,
    DeliveryTry,
    EndedBy,
    TryResult,
    Webhook,
)

AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed try the next one comes: the schedule that Standard Webhooks recommends."""

JITTER = 0.2
"""The share by which a pause may be longer: receivers that were down are not asked by all at one moment."""

IN_HAND = timedelta(seconds=60)
"""How long one function has a try in hand: longer than the function may run."""

UNANSWERED_BEFORE_REST = 3
REST = timedelta(minutes=1)
"""How long a receiver is left alone that has not answered so many times in a row. Else a receiver that hangs would keep
the functions that other receivers wait for. After the rest, one try finds out."""

FAILING_AT_MOST = timedelta(days=5)
TRIES_KEPT = 12
"""Of a delivery: a whole series."""

_UNANSWERED = {TryResult.TIMED_OUT, TryResult.NO_CONNECTION, TryResult.NO_SUCH_HOST, TryResult.PRIVATE_ADDRESS}


def result_of(status: int) -> TryResult:
    """What an answer of this HTTP status means."""
    if 200 <= status < 300:
        return TryResult.DELIVERED
    if status == 410:
        return TryResult.GONE
    return TryResult.REDIRECTED if 300 <= status < 400 else TryResult.REFUSED


def pause_after(tried: int, chance: float) -> timedelta | None:
    """The pause after this many tries, None after the last. `chance` is from 0 to 1: how much of the jitter."""
    return AFTER[tried - 1] * (1 + JITTER * chance) if 1 <= tried <= len(AFTER) else None


def taken(delivery: Delivery, number: int, now: datetime) -> Delivery:
    """The delivery with this try in the caller's hand."""
    return replace(delivery, tried=number, in_hand_until=now + IN_HAND, next_try_at=None)


def after_try(delivery: Delivery, made: DeliveryTry, *, ends: bool, chance: float) -> Delivery:
    """The delivery after a try. `ends`: the webhook has ended."""
    kept = (*delivery.tries, made)[-TRIES_KEPT:]
    over = replace(delivery, in_hand_until=None, next_try_at=None, tries=kept)
    if made.result is TryResult.DELIVERED:
        return replace(over, state=DeliveryState.DELIVERED)
    pause = None if ends or made.result is TryResult.SWITCHED_OFF else pause_after(delivery.tried, chance)
    if pause is None:
        return replace(over, state=DeliveryState.FAILED)
    return replace(over, next_try_at=made.at + pause)


def begun_again(delivery: Delivery) -> Delivery:
    """A new series of tries with the same id. Tries of the former series do nothing any more."""
    return replace(
        delivery,
        state=DeliveryState.WAITING,
        series=delivery.series + 1,
        tried=0,
        in_hand_until=None,
        next_try_at=None,
    )


def webhook_after(webhook: Webhook, made: DeliveryTry) -> Webhook:
    """The webhook once a try has come to something: failing or not, at rest or not, ended or not.

    A try that was not made says nothing of the receiver.
    """
    if made.result in {TryResult.RESTING, TryResult.SWITCHED_OFF}:
        return webhook
    if made.result is TryResult.DELIVERED:
        return replace(webhook, failing_since=None, unanswered=0, resting_until=None)
    since = webhook.failing_since or made.at
    unanswered = webhook.unanswered + 1 if made.result in _UNANSWERED else 0
    rests = unanswered >= UNANSWERED_BEFORE_REST
    after = replace(
        webhook,
        failing_since=since,
        unanswered=unanswered,
        resting_until=made.at + REST if rests else None,
    )
    if made.result is TryResult.GONE:
        return replace(after, ended_by=EndedBy.GONE, ended_at=made.at)
    if made.at - since >= FAILING_AT_MOST:
        return replace(after, ended_by=EndedBy.FAILING, ended_at=made.at)
    return after


def is_at_rest(webhook: Webhook, now: datetime) -> bool:
    return webhook.resting_until is not None and now < webhook.resting_until


def is_to_be_probed(webhook: Webhook, now: datetime) -> bool:
    """Whether a rest is over, and no try has checked yet if the receiver answers again."""
    return webhook.resting_until is not None and now >= webhook.resting_until
