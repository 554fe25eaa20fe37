"""The parts for managing webhooks, and for deliveries."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.queues import NoticeQueue
from certificates.aws.webhook_queue import TrySchedules, WebhookQueue
from certificates.aws.webhook_secrets import WebhookSecrets
from certificates.aws.webhook_store import WebhookStore
from certificates.notices.webhook_posting import Poster


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMeans:
    """`loopback`: receivers on this machine are allowed, for development."""

    store: WebhookStore
    secrets: WebhookSecrets
    queue: WebhookQueue
    loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryMeans:
    """Anyone may check a certificate at `base_url`."""

    webhooks: WebhookMeans
    schedules: TrySchedules
    poster: Poster
    base_url: str
    mail: NoticeQueue | None = None
