"""What webhooks are managed with, and what they are delivered with besides."""

from __future__ import annotations

from dataclasses import dataclass

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
    """`base_url` is where anyone may check a certificate."""

    webhooks: WebhookMeans
    schedules: TrySchedules
    poster: Poster
    base_url: str
