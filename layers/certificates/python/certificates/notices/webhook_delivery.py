"""Delivers changes to webhooks: who hears of a change, one try after the other, and what each try leads to.

A delivery is one item, and one message for its next try. Both survive crashes and doubles: whoever makes a try takes it
in hand first, on the condition that nobody else has. A message that comes once more finds what the last one left:

| the last message ended                  | this one                                                         |
|-----------------------------------------|------------------------------------------------------------------|
| before it took the try in hand          | makes the try                                                    |
| with the try in hand                    | makes the try again, once nobody can have the try in hand        |
| after it recorded what the try came to  | sees to the next try's message, and changes nothing              |

So a receiver may get a message twice, and knows it by its id.
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
from certificates.messages.kinds import ChangeToTell, DeliveryToTry
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
"""Tries to note what became of a webhook, against others who note the same."""

Clock = Callable[[], datetime]


def act_on_webhook_message(message: Mapping[str, Any], *, means: DeliveryMeans, clock: Clock) -> None:
    """A change to tell, or a try to make."""
    if "try" in message:
        make_try(DeliveryToTry.from_json(message), means=means, clock=clock)
    else:
        change = CertificateChange.from_json(ChangeToTell.from_json(message).change)
        begin_deliveries(change, means=means, now=clock())


def begin_deliveries(change: CertificateChange, *, means: DeliveryMeans, now: datetime) -> None:
    """A delivery to each webhook of the run, and of all runs, that is to hear of this change."""
    webhooks = means.webhooks
    listening = [*webhooks.store.webhooks(change.course_id), *webhooks.store.webhooks(ALL_RUNS)]
    for webhook in listening:
        if webhook.hears(change.event_type):
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
    """One try, unless it was made already, or the webhook or the delivery is no longer there."""
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
        # Recorded, and then cut short: the message of the next try may be missing.
        _send_next(webhook, delivery, means, now)
        return
    if asked.number == delivery.tried and in_hand is not None and now < in_hand:
        # Somebody has this try in hand. If they end before they record what it came to, this message makes the try.
        means.webhooks.queue.send(asked, math.ceil((in_hand - now).total_seconds()) + 1)
        return
    if asked.number not in {delivery.tried, delivery.tried + 1}:
        return
    try:
        delivery = store.move(delivery, taken(delivery, asked.number, now), now)
    except Raced:
        # Somebody else has taken it in hand: whether they end well is seen once more, as above.
        means.webhooks.queue.send(asked, math.ceil(IN_HAND.total_seconds()) + 1)
        return
    made = _made(webhook, delivery, means, clock)
    webhook = _noted(webhook, made, means)
    ends = webhook.state is not WebhookState.ON
    after = after_try(delivery, made, ends=ends, chance=random.random())  # noqa: S311 - jitter, not a secret
    try:
        store.move(delivery, after, clock())
    except Raced:
        return  # begun again meanwhile, or in another's hand: theirs goes on
    webhook_tried(webhook, delivery, made)
    _send_next(webhook, after, means, clock())


def _made(webhook: Webhook, delivery: Delivery, means: DeliveryMeans, clock: Clock) -> DeliveryTry:
    """What the try came to: with the receiver asked, or, where the receiver is to be left alone, not asked."""
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
    """Whether this try is the one that finds out whether a receiver answers again that did not; True of all others."""
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
    """Note on the webhook what a try came to. Others may note at the same moment: read again then, and decide anew.

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
        if after.state is WebhookState.ENDED:
            webhook_ended(after)
        return after
    return current or replace(webhook, settings=replace(webhook.settings, on=False))


def _send_next(webhook: Webhook, delivery: Delivery, means: DeliveryMeans, now: datetime) -> None:
    """See to the message of the next try, if there is to be one. The same again does no harm."""
    due = delivery.next_try_at
    if delivery.state is not DeliveryState.WAITING or due is None:
        return
    seconds = math.ceil(max(0.0, (due - now).total_seconds()))
    message = try_of(webhook, delivery)
    if seconds <= LONGEST_DELAY_SECONDS:
        means.webhooks.queue.send(message, seconds)
    else:
        means.schedules.put(message, due)
