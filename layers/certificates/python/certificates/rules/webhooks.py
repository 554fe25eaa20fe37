"""Webhooks: receivers of changes, their owners, and the outcome of each delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

ALL_RUNS = ""
"""The owner of a webhook for all runs. The owner of a webhook for one run is the `course_id`."""

MOST_WEBHOOKS = 20
"""The most webhooks of one owner."""

MAX_DESCRIPTION_LENGTH = 200

TEST = "webhook.test"
"""The type of the test event, which staff send."""


class EventType(StrEnum):
    """The events for webhooks."""

    ISSUED = "certificate.issued"
    REGENERATED = "certificate.regenerated"
    INVALIDATED = "certificate.invalidated"
    REVALIDATED = "certificate.revalidated"
    WITHDRAWN = "certificate.withdrawn"
    SHOWN = "certificate.shown"


class WebhookState(StrEnum):
    """ON: gets changes. OFF: staff switched the webhook off. ENDED: the product ended it, see `EndedBy`."""

    ON = "on"
    OFF = "off"
    ENDED = "ended"


class EndedBy(StrEnum):
    """GONE: the receiver answered 410. FAILING: all tries failed for days."""

    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """The settings that staff choose. `address` is a URL; `events` are the types that the webhook gets."""

    address: str
    description: str = ""
    events: frozenset[EventType] = frozenset(EventType)
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`sealed` is the encrypted secret. The earlier secret `sealed_before` also signs until `both_until`.

    `failing_since`: all tries since then failed, the last one at `failed_at`. `unanswered` counts the last tries in a
    row without any answer. Until `resting_until`, the receiver is not called.
    """

    owner: str
    webhook_id: str
    settings: WebhookSettings
    created_by: str
    created_at: datetime
    sealed: str = field(repr=False)
    sealed_before: str | None = field(default=None, repr=False)
    both_until: datetime | None = None
    ended_by: EndedBy | None = None
    ended_at: datetime | None = None
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    unanswered: int = 0
    resting_until: datetime | None = None

    @property
    def state(self) -> WebhookState:
        if self.ended_by is not None:
            return WebhookState.ENDED
        return WebhookState.ON if self.settings.on else WebhookState.OFF

    def wants(self, event_type: str) -> bool:
        return self.state is WebhookState.ON and event_type in self.settings.events

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The sealed secrets that sign now, the newest first."""
        both = self.sealed_before is not None and self.both_until is not None and now < self.both_until
        return (self.sealed, self.sealed_before) if both and self.sealed_before else (self.sealed,)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class TryResult(StrEnum):
    """The result of a try. These words never change: stored deliveries have them."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """Any answer except 2xx, 3xx and 410."""
    REDIRECTED = "redirected"
    GONE = "gone"
    TIMED_OUT = "timed-out"
    NO_CONNECTION = "no-connection"
    """No server, an invalid TLS certificate, or a broken connection."""
    NO_SUCH_HOST = "no-such-host"
    PRIVATE_ADDRESS = "private-address"
    RESTING = "resting"
    """The last tries had no answer, so the receiver rests, and this try was not made."""
    SWITCHED_OFF = "switched-off"
    """The webhook was switched off, or has ended, before this try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTry:
    """`status` is that of the receiver's answer, `said` the beginning of its body. The try took `milliseconds`."""

    at: datetime
    result: TryResult
    status: int | None = None
    milliseconds: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event to one webhook.

    `message_id` is the event's id, the same at every try, so that receivers recognize a repeated event. `event` has
    the form of `CertificateChange.to_json`. `series` counts how often the delivery was begun. `tried` counts the tries
    of the series, with the present one. The present try belongs to one function until `in_hand_until`. `tries` are the
    last tries.
    """

    webhook_id: str
    message_id: str
    event_type: str
    occurred_at: datetime
    event: Mapping[str, Any] = field(repr=False)
    state: DeliveryState = DeliveryState.WAITING
    series: int = 1
    tried: int = 0
    in_hand_until: datetime | None = None
    next_try_at: datetime | None = None
    tries: tuple[DeliveryTry, ...] = ()

    @property
    def delivery_id(self) -> str:
        """Sorts by time. A repeated event has the same id."""
        return f"{self.occurred_at:%Y%m%dT%H%M%S.%fZ}~{self.message_id}"

    def due_before(self, moment: datetime) -> bool:
        """Whether a try is under way, or comes before this moment."""
        if self.state is not DeliveryState.WAITING:
            return False
        return self.next_try_at is None or self.next_try_at < moment
