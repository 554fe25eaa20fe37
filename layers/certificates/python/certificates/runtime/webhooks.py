"""The parts for webhooks: to manage them, and to deliver to them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from certificates.runtime.settings import setting

if TYPE_CHECKING:
    from certificates.notices.webhook_means import DeliveryMeans, WebhookMeans


@cache
def managing() -> WebhookMeans | None:
    """The parts for managing webhooks, None if the operator has not switched webhooks on."""
    if not setting("WEBHOOK_QUEUE_URL"):
        return None
    from certificates.aws.webhook_queue import WebhookQueue
    from certificates.aws.webhook_secrets import WebhookSecrets
    from certificates.aws.webhook_store import WebhookStore
    from certificates.notices.webhook_means import WebhookMeans

    return WebhookMeans(
        store=WebhookStore(),
        secrets=WebhookSecrets(setting("SEALING_KEY")),
        queue=WebhookQueue(setting("WEBHOOK_QUEUE_URL")),
        loopback=setting("WEBHOOK_LOOPBACK") == "true",
    )


@cache
def delivering() -> DeliveryMeans:
    """The parts for delivering to webhooks. Raises LookupError if webhooks are off."""
    from certificates.aws.queues import NoticeQueue
    from certificates.aws.webhook_queue import TrySchedules
    from certificates.notices.webhook_means import DeliveryMeans
    from certificates.notices.webhook_posting import Poster

    managed = managing()
    if managed is None:
        raise LookupError("webhooks are off, and there is one to deliver to")
    return DeliveryMeans(
        webhooks=managed,
        schedules=TrySchedules(
            group=setting("TRY_SCHEDULE_GROUP"),
            role=setting("TRY_SCHEDULE_ROLE"),
            target=setting("WEBHOOK_QUEUE_ARN"),
            dead_letters=setting("TRY_DEAD_LETTERS"),
        ),
        poster=Poster(loopback=managed.loopback),
        base_url=setting("PUBLIC_BASE_URL"),
        mail=NoticeQueue(setting("MAIL_QUEUE_URL")) if setting("MAIL_QUEUE_URL") else None,
    )
