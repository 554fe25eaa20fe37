"""The consequences of a try: when the next try is due, when a receiver rests, and when a webhook ends."""

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
"""The pause after each failed try: the schedule that Standard Webhooks recommends."""

JITTER = 0.2
"""A pause is longer by up to this share, at random, so that a receiver does not get all tries at one moment."""

IN_HAND = timedelta(seconds=60)
"""How long a try belongs to one function: longer than the function's timeout."""

UNANSWERED_BEFORE_REST = 3
REST = timedelta(minutes=1)
"""How long a receiver rests after so many tries in a row without an answer. Without a rest, a receiver that hangs would
occupy the functions that other receivers need. After the rest, one try finds out whether the receiver answers."""

FAILING_AT_MOST = timedelta(days=5)
LONGEST_SILENCE = timedelta(days=2)
"""Longer than the pause between any two tries of a delivery."""

TRIES_KEPT = 12
"""The last tries of a delivery that are stored: more than a series has."""

_UNANSWERED = {TryResult.TIMED_OUT, TryResult.NO_CONNECTION, TryResult.NO_SUCH_HOST, TryResult.PRIVATE_ADDRESS}


def result_of(status: int) -> TryResult:
    """The result of a try with an answer of this HTTP status."""
    if 200 <= status < 300:
        return TryResult.DELIVERED
    if status == 410:
        return TryResult.GONE
    return TryResult.REDIRECTED if 300 <= status < 400 else TryResult.REFUSED


def pause_after(tried: int, chance: float) -> timedelta | None:
    """The pause after this number of tries, None after the last. `chance` is a random share of the jitter, 0 to 1."""
    return AFTER[tried - 1] * (1 + JITTER * chance) if 1 <= tried <= len(AFTER) else None


def taken(delivery: Delivery, number: int, now: datetime) -> Delivery:
    """The delivery after the caller claimed this try."""
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
    """The delivery with a new series of tries. The id stays. Messages of the earlier series have no effect."""
    return replace(
        delivery,
        state=DeliveryState.WAITING,
        series=delivery.series + 1,
        tried=0,
        in_hand_until=None,
        next_try_at=None,
    )


def webhook_after(webhook: Webhook, made: DeliveryTry) -> Webhook:
    """The webhook after a try: it may fail, rest or end, or work again. A try that was not made changes nothing."""
    if made.result in {TryResult.RESTING, TryResult.SWITCHED_OFF}:
        return webhook
    if made.result is TryResult.DELIVERED:
        return replace(webhook, failing_since=None, failed_at=None, unanswered=0, resting_until=None)
    since = made.at if _is_forgiven(webhook, made.at) else webhook.failing_since or made.at
    unanswered = webhook.unanswered + 1 if made.result in _UNANSWERED else 0
    rests = unanswered >= UNANSWERED_BEFORE_REST
    after = replace(
        webhook,
        failing_since=since,
        failed_at=made.at,
        unanswered=unanswered,
        resting_until=made.at + REST if rests else None,
    )
    if made.result is TryResult.GONE:
        return replace(after, ended_by=EndedBy.GONE, ended_at=made.at)
    if made.at - since >= FAILING_AT_MOST:
        return replace(after, ended_by=EndedBy.FAILING, ended_at=made.at)
    return after


def _is_forgiven(webhook: Webhook, now: datetime) -> bool:
    """Whether the last failure is too long ago to count. Nothing was tried since then, because nothing changed: a
    failure now does not mean that tries failed for days.
    """
    return webhook.failed_at is not None and now - webhook.failed_at > LONGEST_SILENCE


def is_at_rest(webhook: Webhook, now: datetime) -> bool:
    return webhook.resting_until is not None and now < webhook.resting_until


def is_to_be_probed(webhook: Webhook, now: datetime) -> bool:
    """Whether the rest is over, and no try since then has found out whether the receiver answers."""
    return webhook.resting_until is not None and now >= webhook.resting_until
