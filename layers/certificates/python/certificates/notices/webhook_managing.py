"""Staff manage webhooks: make, change, remove and try them, renew secrets, read deliveries and send them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from certificates.backend import Backend
from certificates.errors import Busy, Conflict, NotFound, Raced
from certificates.lookup import read_run
from certificates.messages.notices import DeliveryToTry
from certificates.notices.webhook_means import WebhookMeans
from certificates.notices.webhook_signing import new_secret
from certificates.paging import Slice
from certificates.rules.webhook_addresses import checked_address
from certificates.rules.webhook_tries import begun_again
from certificates.rules.webhooks import (
    ALL_RUNS,
    MOST_WEBHOOKS,
    TEST,
    Delivery,
    Webhook,
    WebhookSettings,
    WebhookState,
)

BOTH_SIGN = timedelta(hours=24)
"""How long a replaced secret still signs beside the new one."""

_ATTEMPTS = 10

Changed = Callable[[Webhook], Webhook]


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook and its secret, which is shown once."""

    webhook: Webhook
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Owned:
    """The webhooks of one owner, a run or `ALL_RUNS`. Raises Conflict `webhooks-off` if the operator has none."""

    owner: str
    means: WebhookMeans

    def all(self) -> list[Webhook]:
        return self.means.store.webhooks(self.owner)

    def one(self, webhook_id: str) -> Webhook:
        """Raises NotFound `unknown-webhook`."""
        found = self.means.store.webhook(self.owner, webhook_id) if webhook_id.isascii() else None
        if found is None:
            raise NotFound("unknown-webhook", "There is no such webhook.")
        return found

    def create(self, settings: WebhookSettings, *, by: str, now: datetime, webhook_id: str = "") -> WithSecret:
        """`webhook_id`: a random one, chosen by a form that may be sent twice.

        Raises BadRequest `bad-webhook-url`, Conflict `too-many-webhooks`, `webhook-exists`.
        """
        settings = self._checked(settings)
        if len(self.all()) >= MOST_WEBHOOKS:
            raise Conflict("too-many-webhooks", f"There may be {MOST_WEBHOOKS} webhooks at most: remove one first.")
        webhook_id, secret = webhook_id or uuid4().hex, new_secret()
        made = Webhook(
            owner=self.owner,
            webhook_id=webhook_id,
            settings=settings,
            created_by=by,
            created_at=now,
            sealed=self.means.secrets.seal(secret, webhook_id),
        )
        try:
            self.means.store.create(made)
        except Raced:
            raise Conflict("webhook-exists", "This webhook was made already.") from None
        return WithSecret(made, secret)

    def replace(self, webhook_id: str, settings: WebhookSettings) -> Webhook:
        """An ended webhook that is switched on starts again.

        Raises NotFound `unknown-webhook`, BadRequest `bad-webhook-url`, Busy.
        """
        settings = self._checked(settings)

        def changed(before: Webhook) -> Webhook:
            fresh = settings.on or settings.address != before.settings.address
            after = replace(before, settings=settings)
            if not fresh:
                return after
            return replace(
                after,
                ended_by=None,
                ended_at=None,
                failing_since=None,
                failed_at=None,
                unanswered=0,
                resting_until=None,
            )

        return self._change(webhook_id, changed)

    def rotate(self, webhook_id: str, *, now: datetime) -> WithSecret:
        """A new secret. The old one also signs for a day, so that receivers can change.

        Raises NotFound `unknown-webhook`, Busy.
        """
        secret = new_secret()
        sealed = self.means.secrets.seal(secret, webhook_id)

        def changed(before: Webhook) -> Webhook:
            return replace(before, sealed=sealed, sealed_before=before.sealed, both_until=now + BOTH_SIGN)

        return WithSecret(self._change(webhook_id, changed), secret)

    def remove(self, webhook_id: str) -> None:
        """Raises NotFound `unknown-webhook`."""
        self.means.store.remove(self.owner, self.one(webhook_id).webhook_id)

    def deliveries(self, webhook_id: str, *, limit: int, after: str | None = None) -> Slice[Delivery]:
        """The last deliveries, newest first. Raises NotFound `unknown-webhook`."""
        return self.means.store.deliveries(self.one(webhook_id).webhook_id, limit=limit, after=after)

    def test(self, webhook_id: str, *, now: datetime) -> Delivery:
        """Send a test event. Raises NotFound `unknown-webhook`, Conflict `webhook-not-on`."""
        webhook = self._on(webhook_id)
        delivery = Delivery(
            webhook_id=webhook_id, message_id=f"test-{uuid4().hex}", event_type=TEST, occurred_at=now, event={}
        )
        begun = self.means.store.begin(delivery, now)
        self.means.queue.send(_first_try(webhook, begun))
        return begun

    def send_again(self, webhook_id: str, delivery_id: str, *, now: datetime) -> Delivery:
        """Send a delivery again with the same id, after any outcome.

        Raises NotFound `unknown-webhook`, `unknown-delivery`, Conflict `webhook-not-on`, Busy.
        """
        webhook = self._on(webhook_id)
        for _ in range(_ATTEMPTS):
            before = self.means.store.delivery(webhook_id, delivery_id) if delivery_id.isascii() else None
            if before is None:
                raise NotFound("unknown-delivery", "There is no such delivery, or it is older than 30 days.")
            try:
                begun = self.means.store.move(before, begun_again(before), now)
            except Raced:
                continue
            self.means.queue.send(_first_try(webhook, begun))
            return begun
        raise Busy("This delivery is being made right now. Try again.")

    def _on(self, webhook_id: str) -> Webhook:
        webhook = self.one(webhook_id)
        if webhook.state is not WebhookState.ON:
            raise Conflict("webhook-not-on", "This webhook is switched off, or has ended: switch it on first.")
        return webhook

    def _checked(self, settings: WebhookSettings) -> WebhookSettings:
        return replace(settings, address=checked_address(settings.address, loopback=self.means.loopback))

    def _change(self, webhook_id: str, changed: Changed) -> Webhook:
        for _ in range(_ATTEMPTS):
            before = self.one(webhook_id)
            after = changed(before)
            try:
                self.means.store.change(before, after)
            except Raced:
                continue
            return after
        raise Busy("This webhook is being changed by others right now. Try again.")


def _first_try(webhook: Webhook, delivery: Delivery) -> DeliveryToTry:
    return DeliveryToTry(webhook.owner, webhook.webhook_id, delivery.delivery_id, delivery.series, 1)


def webhooks_of_run(course_id: str, *, means: WebhookMeans | None, backend: Backend) -> Owned:
    """Raises NotFound `unknown-course-run`, Conflict `webhooks-off`."""
    return Owned(read_run(course_id, backend=backend).course_id, _given(means))


def webhooks_of_all_runs(*, means: WebhookMeans | None) -> Owned:
    """Raises Conflict `webhooks-off`."""
    return Owned(ALL_RUNS, _given(means))


def _given(means: WebhookMeans | None) -> WebhookMeans:
    if means is None:
        raise Conflict("webhooks-off", "Nobody has switched webhooks on for this site.")
    return means
