"""The items of webhooks and their deliveries. DynamoDB removes deliveries when they expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.reads import get_items, newest_first, query
from certificates.aws.table import Item, Key, RawItem, TimeAttribute, webhook_deliveries_key, webhooks_key
from certificates.errors import Raced
from certificates.paging import Slice
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

_WEBHOOK = "WEBHOOK#"
_DELIVERY = "DELIVERY#"


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


class WebhookStore:
    def create(self, webhook: Webhook) -> None:
        """Raises Raced when a webhook with this id exists."""
        writes.write_one(writes.put(_webhook_item(webhook), WebhookItem.pk.does_not_exist()))

    def webhook(self, owner: str, webhook_id: str) -> Webhook | None:
        return next(map(_webhook, get_items([_key(owner, webhook_id)]).values()), None)

    def webhooks(self, owner: str) -> list[Webhook]:
        """Every webhook of an owner, the oldest first."""
        found = query((WebhookItem.pk == webhooks_key(owner)) & WebhookItem.sk.startswith(_WEBHOOK))
        return sorted(map(_webhook, found), key=lambda webhook: webhook.created_at)

    def change(self, before: Webhook, after: Webhook) -> None:
        """Write the attributes that differ. Raises Raced when one of them changed since `before`."""
        was, now = _attributes(before), _attributes(after)
        changed = {name for name in {*was, *now} if was.get(name) != now.get(name)}
        if not changed:
            return
        same = WebhookItem.pk.exists()
        for name in sorted(changed):
            same &= _is(WebhookItem, name, was.get(name))
        writes.write_one(writes.update(_key(before.owner, before.webhook_id), _set(WebhookItem, changed, now), same))

    def remove(self, owner: str, webhook_id: str) -> None:
        writes.write_one(writes.delete(_key(owner, webhook_id)))

    def begin(self, delivery: Delivery, now: datetime) -> Delivery:
        """Store a delivery, unless it exists already. Returns the stored delivery."""
        try:
            writes.write_one(writes.put(_delivery_item(delivery, now), DeliveryItem.pk.does_not_exist()))
        except Raced:
            return self.delivery(delivery.webhook_id, delivery.delivery_id) or delivery
        return delivery

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        found = get_items([(webhook_deliveries_key(webhook_id), f"{_DELIVERY}{delivery_id}")])
        return next(map(_delivery, found.values()), None)

    def deliveries(self, webhook_id: str, *, limit: int, after: str | None = None) -> Slice[Delivery]:
        """A webhook's deliveries, newest first, `after` the id of one."""
        found = newest_first(DeliveryItem, webhook_deliveries_key(webhook_id), _DELIVERY, limit=limit, after=after)
        return Slice(list(map(_delivery, found.items)), found.next_after)

    def move(self, before: Delivery, after: Delivery, now: datetime) -> Delivery:
        """Store the progress of a delivery. Raises Raced when another function has changed it since `before`."""
        was, values = _progress(before), {**_progress(after), "expires_at": _expiry(now)}
        same = DeliveryItem.pk.exists()
        for name in ("state", "series", "tried", "in_hand_until"):
            same &= _is(DeliveryItem, name, was.get(name))
        changed = {name for name in values if values[name] is not None or was.get(name) is not None}
        key = (webhook_deliveries_key(before.webhook_id), f"{_DELIVERY}{before.delivery_id}")
        writes.write_one(writes.update(key, _set(DeliveryItem, changed, values), same))
        return after


def _key(owner: str, webhook_id: str) -> Key:
    return webhooks_key(owner), f"{_WEBHOOK}{webhook_id}"


def _is(model: type[Item], name: str, value: Any) -> Condition:
    attribute: Any = getattr(model, name)
    found: Condition = attribute.does_not_exist() if value is None else attribute == value
    return found


def _set(model: type[Item], names: Iterable[str], values: Mapping[str, Any]) -> Iterator[Action]:
    for name in sorted(names):
        attribute: Any = getattr(model, name)
        yield attribute.remove() if values.get(name) is None else attribute.set(values[name])


def _attributes(webhook: Webhook) -> dict[str, Any]:
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
        "unanswered": webhook.unanswered or None,
        "resting_until": webhook.resting_until,
    }


def _webhook_item(webhook: Webhook) -> WebhookItem:
    pk, sk = _key(webhook.owner, webhook.webhook_id)
    made = {"created_by": webhook.created_by, "created_at": webhook.created_at}
    return WebhookItem(pk=pk, sk=sk, **made, **_attributes(webhook))


def _webhook(raw: RawItem) -> Webhook:
    item = WebhookItem.read(raw)
    return Webhook(
        owner=item.pk.removeprefix(webhooks_key("")),
        webhook_id=item.sk.removeprefix(_WEBHOOK),
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
        unanswered=int(item.unanswered or 0),
        resting_until=item.resting_until,
    )


def _progress(delivery: Delivery) -> dict[str, Any]:
    return {
        "state": delivery.state,
        "series": delivery.series,
        "tried": delivery.tried,
        "in_hand_until": delivery.in_hand_until,
        "next_try_at": delivery.next_try_at,
        "tries": [_stored(made) for made in delivery.tries] or None,
    }


def _delivery_item(delivery: Delivery, now: datetime) -> DeliveryItem:
    event = dict(delivery.event)
    learner = event.pop("learner", None)
    return DeliveryItem(
        pk=webhook_deliveries_key(delivery.webhook_id),
        sk=f"{_DELIVERY}{delivery.delivery_id}",
        message_id=delivery.message_id,
        event_type=delivery.event_type,
        occurred_at=delivery.occurred_at,
        event=event,
        user_id=event.get("user_id"),
        learner=learner,
        expires_at=_expiry(now),
        **_progress(delivery),
    )


def _delivery(raw: RawItem) -> Delivery:
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


def _expiry(now: datetime) -> int:
    return int((now + DELIVERIES_KEPT).timestamp())
