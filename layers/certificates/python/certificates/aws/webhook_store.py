"""The items of webhooks and their deliveries. DynamoDB removes deliveries when they expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.item_model import Item
from certificates.aws.reads import get_items, newest_first, query
from certificates.aws.table import webhook_deliveries_key, webhooks_key
from certificates.aws.webhook_items import (
    DELIVERY_PREFIX,
    WEBHOOK_PREFIX,
    DeliveryItem,
    WebhookItem,
    delivery_expiry,
    delivery_from,
    delivery_item,
    delivery_progress,
    webhook_attributes,
    webhook_from,
    webhook_item,
    webhook_key,
)
from certificates.errors import Raced
from certificates.paging import Slice
from certificates.rules.webhooks import Delivery, Webhook


class WebhookStore:
    def create(self, webhook: Webhook) -> None:
        """Raises Raced when a webhook with this id exists."""
        writes.write_one(writes.put(webhook_item(webhook), WebhookItem.pk.does_not_exist()))

    def webhook(self, owner: str, webhook_id: str) -> Webhook | None:
        return next(map(webhook_from, get_items([webhook_key(owner, webhook_id)]).values()), None)

    def webhooks(self, owner: str) -> list[Webhook]:
        """Every webhook of an owner, the oldest first."""
        found = query((WebhookItem.pk == webhooks_key(owner)) & WebhookItem.sk.startswith(WEBHOOK_PREFIX))
        return sorted(map(webhook_from, found), key=lambda webhook: webhook.created_at)

    def change(self, before: Webhook, after: Webhook) -> None:
        """Write the attributes that differ. Raises Raced when one of them changed since `before`."""
        was, now = webhook_attributes(before), webhook_attributes(after)
        changed = {name for name in {*was, *now} if was.get(name) != now.get(name)}
        if not changed:
            return
        same = WebhookItem.pk.exists()
        for name in sorted(changed):
            same &= _is(WebhookItem, name, was.get(name))
        writes.write_one(
            writes.update(webhook_key(before.owner, before.webhook_id), _set(WebhookItem, changed, now), same)
        )

    def remove(self, owner: str, webhook_id: str) -> None:
        writes.write_one(writes.delete(webhook_key(owner, webhook_id)))

    def begin(self, delivery: Delivery, now: datetime) -> Delivery:
        """Store a delivery, unless it exists already. Returns the stored delivery."""
        try:
            writes.write_one(writes.put(delivery_item(delivery, now), DeliveryItem.pk.does_not_exist()))
        except Raced:
            return self.delivery(delivery.webhook_id, delivery.delivery_id) or delivery
        return delivery

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        found = get_items([(webhook_deliveries_key(webhook_id), f"{DELIVERY_PREFIX}{delivery_id}")])
        return next(map(delivery_from, found.values()), None)

    def deliveries(self, webhook_id: str, *, limit: int, after: str | None = None) -> Slice[Delivery]:
        """A webhook's deliveries, newest first, `after` the id of one."""
        found = newest_first(
            DeliveryItem, webhook_deliveries_key(webhook_id), DELIVERY_PREFIX, limit=limit, after=after
        )
        return Slice(list(map(delivery_from, found.items)), found.next_after)

    def move(self, before: Delivery, after: Delivery, now: datetime) -> Delivery:
        """Store the progress of a delivery. Raises Raced when another function has changed it since `before`."""
        was, values = delivery_progress(before), {**delivery_progress(after), "expires_at": delivery_expiry(now)}
        same = DeliveryItem.pk.exists()
        for name in ("state", "series", "tried", "in_hand_until"):
            same &= _is(DeliveryItem, name, was.get(name))
        changed = {name for name in values if values[name] is not None or was.get(name) is not None}
        key = (webhook_deliveries_key(before.webhook_id), f"{DELIVERY_PREFIX}{before.delivery_id}")
        writes.write_one(writes.update(key, _set(DeliveryItem, changed, values), same))
        return after


def _is(model: type[Item], name: str, value: Any) -> Condition:
    attribute: Any = getattr(model, name)
    found: Condition = attribute.does_not_exist() if value is None else attribute == value
    return found


def _set(model: type[Item], names: Iterable[str], values: Mapping[str, Any]) -> Iterator[Action]:
    for name in sorted(names):
        attribute: Any = getattr(model, name)
        yield attribute.remove() if values.get(name) is None else attribute.set(values[name])
