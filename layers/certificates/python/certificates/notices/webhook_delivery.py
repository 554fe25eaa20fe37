"""Delivers changes to webhooks: the receivers of a change, the tries one after the other, and the result of each try. A
delivery is one item, and one message for its next try. Both survive crashes and repeated messages: each try is claimed
first, on the condition that nobody else has claimed it. A repeated message finds the state that the last one left:

| the last message ended      | this one                                                          |
|-----------------------------|-------------------------------------------------------------------|
| before it claimed the try   | makes the try                                                     |
| after it claimed the try    | makes the try again, after the longest time of a claim            |
| after it stored the result  | makes sure of the next try's message, and changes nothing         |

So a receiver may get a message twice, and recognizes it by its id.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from certificates.aws.webhook_queue import LONGEST_DELAY_SECONDS
from certificates.errors import Raced
from certificates.messages.notices import ChangeToTell, DeliveryToTry, WebhookToTell
from certificates.notices.change import CertificateChange
from certificates.notices.webhook_means import DeliveryMeans
from certificates.notices.webhook_messages import body_of
from certificates.notices.webhook_posting import Posted
from certificates.notices.webhook_signing import signed_headers
from certificates.rules.webhook_tries import IN_HAND, after_try, is_at_rest, is_to_be_probed, taken, webhook_after
from certificates.rules.webhooks import (
    ALL_RUNS,
    Delivery,
    DeliveryState,
    DeliveryTry,
    TryResult,
    Webhook,
    WebhookState,
)
from certificates.telemetry import webhook_ended, webhook_tried

_NOTING = 10
"""Tries to note the result on a webhook, against others who do the same."""

Clock = Callable[[], datetime]


def act_on_webhook_message(message: Mapping[str, Any], *, means: DeliveryMeans, clock: Clock) -> None:
    """Handle a message: a change to deliver, or a try to make."""
    if "try" in message:
        make_try(DeliveryToTry.from_json(message), means=means, clock=clock)
    else:
        change = CertificateChange.from_json(ChangeToTell.from_json(message).change)
        begin_deliveries(change, means=means, now=clock())


def begin_deliveries(change: CertificateChange, *, means: DeliveryMeans, now: datetime) -> None:
    """Begin a delivery to each webhook of the run, and of all runs, that wants this change."""
    webhooks = means.webhooks
    listening = [*webhooks.store.webhooks(change.course_id), *webhooks.store.webhooks(ALL_RUNS)]
    for webhook in listening:
        if webhook.wants(change.event_type):
            begun = webhooks.store.begin(delivery_of(change, webhook), now)
            if begun.state is DeliveryState.WAITING and begun.tried == 0:
                webhooks.queue.send(try_of(webhook, begun))


def delivery_of(change: CertificateChange, webhook: Webhook) -> Delivery:
    return Delivery(
        webhook_id=webhook.webhook_id,
        message_id=change.id,
        event_type=change.event_type,
        occurred_at=change.time,
        event=change.to_json(),
    )


def try_of(webhook: Webhook, delivery: Delivery) -> DeliveryToTry:
    """The message for the delivery's next try."""
    number = delivery.tried + 1
    return DeliveryToTry(webhook.owner, webhook.webhook_id, delivery.delivery_id, delivery.series, number)


def make_try(asked: DeliveryToTry, *, means: DeliveryMeans, clock: Clock) -> None:
    """Make one try, unless it was made already, or the webhook or the delivery is gone."""
    store, now = means.webhooks.store, clock()
    webhook, delivery = (
        store.webhook(asked.owner, asked.webhook_id),
        store.delivery(asked.webhook_id, asked.delivery_id),
    )
    if webhook is None or delivery is None:
        return
    if delivery.state is not DeliveryState.WAITING or asked.series != delivery.series:
        return
    in_hand = delivery.in_hand_until
    if asked.number == delivery.tried and in_hand is None:
        # The try was stored, but the function died after it: the message of the next try may be missing.
        _send_next(webhook, delivery, means, now)
        return
    if asked.number == delivery.tried and in_hand is not None and now < in_hand:
        # Another message claimed this try. If it dies before it stores the result, this message makes the try.
        means.webhooks.queue.send(asked, math.ceil((in_hand - now).total_seconds()) + 1)
        return
    if asked.number not in {delivery.tried, delivery.tried + 1}:
        return
    try:
        delivery = store.move(delivery, taken(delivery, asked.number, now), now)
    except Raced:
        # Another message claimed it. Its end is checked again, as above.
        means.webhooks.queue.send(asked, math.ceil(IN_HAND.total_seconds()) + 1)
        return
    made = _made(webhook, delivery, means, clock)
    webhook = _noted(webhook, made, means)
    ends = webhook.state is not WebhookState.ON
    after = after_try(delivery, made, ends=ends, chance=random.random())  # noqa: S311 - jitter, not a secret
    try:
        store.move(delivery, after, clock())
    except Raced:
        return  # begun again, or claimed by another message, which continues
    webhook_tried(webhook, delivery, made)
    _send_next(webhook, after, means, clock())


def _made(webhook: Webhook, delivery: Delivery, means: DeliveryMeans, clock: Clock) -> DeliveryTry:
    """The result of the try. A receiver that must be left alone gets no call."""
    at, begun = clock(), time.monotonic()
    if webhook.state is not WebhookState.ON:
        return DeliveryTry(at=at, result=TryResult.SWITCHED_OFF)
    if is_at_rest(webhook, at) or not _may_probe(webhook, means, at):
        return DeliveryTry(at=at, result=TryResult.RESTING)
    posted = _posted(webhook, delivery, means, at)
    milliseconds = round(1000 * (time.monotonic() - begun))
    return DeliveryTry(
        at=clock(), result=posted.result, status=posted.status, milliseconds=milliseconds, said=posted.said
    )


def _may_probe(webhook: Webhook, means: DeliveryMeans, now: datetime) -> bool:
    """Whether this try may call a receiver that did not answer before. True for all other receivers."""
    if not is_to_be_probed(webhook, now):
        return True
    try:
        means.webhooks.store.change(webhook, replace(webhook, resting_until=now + IN_HAND))
    except Raced:
        return False
    return True


def _posted(webhook: Webhook, delivery: Delivery, means: DeliveryMeans, now: datetime) -> Posted:
    unseal, body = means.webhooks.secrets.unseal, body_of(delivery, means.base_url)
    secrets = [unseal(sealed, webhook.webhook_id) for sealed in webhook.secrets(now)]
    headers = {"Content-Type": "application/json", "User-Agent": "certificates", "Accept": "*/*"}
    headers |= signed_headers(delivery.message_id, body, secrets, now)
    return means.poster.post(webhook.settings.address, body, headers)


def _noted(webhook: Webhook, made: DeliveryTry, means: DeliveryMeans) -> Webhook:
    """Note the result of a try on the webhook. If others do so at the same moment, read again and decide again.

    Raises Raced when others are faster every time.
    """
    store, owner, webhook_id = means.webhooks.store, webhook.owner, webhook.webhook_id
    current = store.webhook(owner, webhook_id)
    for number in range(_NOTING):
        if current is None or current.state is not WebhookState.ON:
            break
        after = webhook_after(current, made)
        try:
            store.change(current, after)
        except Raced:
            if number == _NOTING - 1:
                raise
            current = store.webhook(owner, webhook_id)
            continue
        if after.ended_by is not None and after.ended_at is not None:
            webhook_ended(after)
            if means.mail is not None:
                told = (after.ended_by.value, after.created_by, after.ended_at)
                means.mail.send([WebhookToTell(after.owner, after.webhook_id, *told)])
        return after
    return current or replace(webhook, settings=replace(webhook.settings, on=False))


def _send_next(webhook: Webhook, delivery: Delivery, means: DeliveryMeans, now: datetime) -> None:
    """Send the message of the next try, if there is one. A repeated message does no harm."""
    due = delivery.next_try_at
    if delivery.state is not DeliveryState.WAITING or due is None:
        return
    seconds = math.ceil(max(0.0, (due - now).total_seconds()))
    message = try_of(webhook, delivery)
    if seconds <= LONGEST_DELAY_SECONDS:
        means.webhooks.queue.send(message, seconds)
    else:
        means.schedules.put(message, due)
