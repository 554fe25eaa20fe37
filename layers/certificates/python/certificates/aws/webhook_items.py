"""Items of webhooks and of their deliveries. Converts the items to values and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from certificates.aws.item_model import Item, TimeAttribute
from certificates.aws.table import Key, RawItem, webhook_deliveries_key, webhooks_key
from certificates.rules.webhooks import (
    Delivery,
    DeliveryState,
    DeliveryTry,
    EndedBy,
    EventType,
    TryResult,
    Webhook,
    WebhookSettings,
)

DELIVERIES_KEPT = timedelta(days=30)
"""How long a delivery can be read and sent again after its last change."""

WEBHOOK_PREFIX = "WEBHOOK#"
DELIVERY_PREFIX = "DELIVERY#"


class WebhookItem(Item):
    """The attributes of `rules.webhooks.Webhook`."""

    address = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    event_types = JSONAttribute()
    is_on = BooleanAttribute()
    created_by = UnicodeAttribute()
    created_at = TimeAttribute()
    sealed = UnicodeAttribute()
    sealed_before = UnicodeAttribute(null=True)
    both_until = TimeAttribute(null=True)
    ended_by = UnicodeAttribute(null=True)
    ended_at = TimeAttribute(null=True)
    failing_since = TimeAttribute(null=True)
    failed_at = TimeAttribute(null=True)
    unanswered = NumberAttribute(null=True)
    resting_until = TimeAttribute(null=True)


class DeliveryItem(Item):
    """The event is about the learner `user_id`. `learner` is removed when the learner is forgotten."""

    message_id = UnicodeAttribute()
    event_type = UnicodeAttribute()
    occurred_at = TimeAttribute()
    event = JSONAttribute()
    user_id = UnicodeAttribute(null=True)
    learner = JSONAttribute(null=True)
    state = UnicodeAttribute()
    series = NumberAttribute()
    tried = NumberAttribute()
    in_hand_until = TimeAttribute(null=True)
    next_try_at = TimeAttribute(null=True)
    tries = JSONAttribute(null=True)
    expires_at = NumberAttribute()


def webhook_key(owner: str, webhook_id: str) -> Key:
    return webhooks_key(owner), f"{WEBHOOK_PREFIX}{webhook_id}"


def webhook_attributes(webhook: Webhook) -> dict[str, Any]:
    """The attributes of a webhook that can change. None: the item has no such attribute."""
    settings = webhook.settings
    return {
        "address": settings.address,
        "description": settings.description or None,
        "event_types": sorted(settings.events),
        "is_on": settings.on,
        "sealed": webhook.sealed,
        "sealed_before": webhook.sealed_before,
        "both_until": webhook.both_until,
        "ended_by": webhook.ended_by,
        "ended_at": webhook.ended_at,
        "failing_since": webhook.failing_since,
        "failed_at": webhook.failed_at,
        "unanswered": webhook.unanswered or None,
        "resting_until": webhook.resting_until,
    }


def webhook_item(webhook: Webhook) -> WebhookItem:
    pk, sk = webhook_key(webhook.owner, webhook.webhook_id)
    made = {"created_by": webhook.created_by, "created_at": webhook.created_at}
    return WebhookItem(pk=pk, sk=sk, **made, **webhook_attributes(webhook))


def webhook_from(raw: RawItem) -> Webhook:
    item = WebhookItem.read(raw)
    return Webhook(
        owner=item.pk.removeprefix(webhooks_key("")),
        webhook_id=item.sk.removeprefix(WEBHOOK_PREFIX),
        settings=WebhookSettings(
            address=item.address,
            description=item.description or "",
            events=frozenset(EventType(each) for each in item.event_types),
            on=bool(item.is_on),
        ),
        created_by=item.created_by,
        created_at=item.created_at,
        sealed=item.sealed,
        sealed_before=item.sealed_before,
        both_until=item.both_until,
        ended_by=EndedBy(item.ended_by) if item.ended_by else None,
        ended_at=item.ended_at,
        failing_since=item.failing_since,
        failed_at=item.failed_at,
        unanswered=int(item.unanswered or 0),
        resting_until=item.resting_until,
    )


def delivery_progress(delivery: Delivery) -> dict[str, Any]:
    return {
        "state": delivery.state,
        "series": delivery.series,
        "tried": delivery.tried,
        "in_hand_until": delivery.in_hand_until,
        "next_try_at": delivery.next_try_at,
        "tries": [_stored(made) for made in delivery.tries] or None,
    }


def delivery_item(delivery: Delivery, now: datetime) -> DeliveryItem:
    event = dict(delivery.event)
    learner = event.pop("learner", None)
    return DeliveryItem(
        pk=webhook_deliveries_key(delivery.webhook_id),
        sk=f"{DELIVERY_PREFIX}{delivery.delivery_id}",
        message_id=delivery.message_id,
        event_type=delivery.event_type,
        occurred_at=delivery.occurred_at,
        event=event,
        user_id=event.get("user_id"),
        learner=learner,
        expires_at=delivery_expiry(now),
        **delivery_progress(delivery),
    )


def delivery_from(raw: RawItem) -> Delivery:
    item = DeliveryItem.read(raw)
    return Delivery(
        webhook_id=item.pk.removeprefix(webhook_deliveries_key("")),
        message_id=item.message_id,
        event_type=item.event_type,
        occurred_at=item.occurred_at,
        event={**item.event, "learner": item.learner},
        state=DeliveryState(item.state),
        series=int(item.series),
        tried=int(item.tried),
        in_hand_until=item.in_hand_until,
        next_try_at=item.next_try_at,
        tries=tuple(map(_try, item.tries or ())),
    )


def _stored(made: DeliveryTry) -> dict[str, Any]:
    return {field.name: getattr(made, field.name) for field in fields(made)} | {"at": made.at.isoformat()}


def _try(stored: Mapping[str, Any]) -> DeliveryTry:
    at, result = datetime.fromisoformat(stored["at"]), TryResult(stored["result"])
    return DeliveryTry(**{**stored, "at": at, "result": result})


def delivery_expiry(now: datetime) -> int:
    return int((now + DELIVERIES_KEPT).timestamp())
