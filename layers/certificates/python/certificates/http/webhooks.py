"""Course staff, for their run, and global staff, for all runs: webhooks, their secrets and their deliveries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from certificates.http.answers import Answer, answer
from certificates.http.api import Api, Handler
from certificates.http.cursors import after, listing, page_of
from certificates.http.doors import global_staff, staff_of_the_run
from certificates.http.parameters import PAGED
from certificates.http.requests import Request, RequestWith
from certificates.notices.webhook_managing import Owned, WithSecret, webhooks_of_all_runs, webhooks_of_run
from certificates.rules.webhooks import Delivery, DeliveryTry, Webhook, WebhookSettings
from certificates.runtime import webhooks

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import WebhookBody

api = Api()


def _operation(method: str, path: str, **contract: Any) -> Callable[[Handler], Handler]:
    """The same operation twice: for the webhooks of one run (its staff), and for those of all runs (global staff)."""

    def register(handler: Handler) -> Handler:
        @wraps(handler)
        def of_all_runs(request: Request) -> Answer:
            return handler(request)

        of_all_runs.__name__ = f"{handler.__name__}_of_all_runs"
        api.operation(method, f"/course-runs/{{course_id}}/webhooks{path}", door=staff_of_the_run, **contract)(handler)
        api.operation(method, f"/webhooks{path}", door=global_staff, **contract)(of_all_runs)
        return handler

    return register


@_operation("GET", "", answers={200: "Webhooks"}, reads=PAGED)
def list_webhooks(request: Request) -> Answer:
    """The webhooks, the oldest first."""
    return answer(page_of([_webhook_document(each) for each in _owned(request).all()], request))


@_operation("POST", "", answers={201: "WebhookWithSecret"})
def create_webhook(request: RequestWith[WebhookBody]) -> Answer:
    """Make a webhook. Only this answer has the secret. The receiver needs it to check messages."""
    made = _owned(request).create(_settings(request.body), by=request.caller.username, now=request.now)
    return answer(_with_secret(made), 201)


@_operation("GET", "/{webhook_id}", answers={200: "WebhookAnswer"})
def read_webhook(request: Request) -> Answer:
    """One webhook."""
    return answer(_webhook_document(_owned(request).one(request.path["webhook_id"])))


@_operation("PUT", "/{webhook_id}", answers={200: "WebhookAnswer"})
def replace_webhook(request: RequestWith[WebhookBody]) -> Answer:
    """Replace URL, description and event types, and switch the webhook on or off. An ended webhook that is switched on
    starts again.
    """
    replaced = _owned(request).replace(request.path["webhook_id"], _settings(request.body))
    return answer(_webhook_document(replaced))


@_operation("DELETE", "/{webhook_id}", answers={204: None})
def remove_webhook(request: Request) -> Answer:
    """Remove a webhook. Its waiting deliveries are not sent."""
    _owned(request).remove(request.path["webhook_id"])
    return Answer(204)


@_operation("POST", "/{webhook_id}/secret", answers={200: "WebhookWithSecret"})
def rotate_webhook_secret(request: Request) -> Answer:
    """Make a new secret. For 24 hours, the earlier secret signs too, so each message has two signatures."""
    return answer(_with_secret(_owned(request).rotate(request.path["webhook_id"], now=request.now)))


@_operation("POST", "/{webhook_id}/tests", answers={202: "WebhookDelivery"})
def test_webhook(request: Request) -> Answer:
    """Send a test event, of the type `webhook.test`."""
    return answer(_delivery_document(_owned(request).test(request.path["webhook_id"], now=request.now)), 202)


@_operation("GET", "/{webhook_id}/deliveries", answers={200: "WebhookDeliveries"}, reads=PAGED)
def list_webhook_deliveries(request: Request) -> Answer:
    """The deliveries of the last 30 days, newest first, with the receiver's answers."""
    page = _owned(request).deliveries(request.path["webhook_id"], limit=request.limit, after=after(request))
    return answer(listing(request, [_delivery_document(each) for each in page.items], page.next_after))


@_operation("POST", "/{webhook_id}/deliveries/{delivery_id}/retries", answers={202: "WebhookDelivery"})
def send_webhook_delivery_again(request: Request) -> Answer:
    """Send a delivery again with the same `webhook-id`, after any outcome."""
    webhook_id, delivery_id = request.path["webhook_id"], request.path["delivery_id"]
    return answer(_delivery_document(_owned(request).send_again(webhook_id, delivery_id, now=request.now)), 202)


def _owned(request: Request) -> Owned:
    """Raises NotFound `malformed-course-id`, `unknown-course-run`, Conflict `webhooks-off`."""
    means = webhooks.managing()
    if "course_id" in request.path:
        return webhooks_of_run(request.course_id, means=means, backend=request.backend)
    return webhooks_of_all_runs(means=means)


def _settings(body: WebhookBody) -> WebhookSettings:
    return WebhookSettings(
        address=body.url, description=body.description.strip(), events=body.event_types, on=body.enabled
    )


def _webhook_document(webhook: Webhook) -> dict[str, object]:
    return {
        "webhook_id": webhook.webhook_id,
        "url": webhook.settings.address,
        "description": webhook.settings.description,
        "event_types": sorted(webhook.settings.events),
        "state": webhook.state,
        "ended_because": webhook.ended_by,
        "ended_at": webhook.ended_at,
        "failing_since": webhook.failing_since,
        "created_by": webhook.created_by,
        "created_at": webhook.created_at,
        "both_secrets_until": webhook.both_until,
    }


def _with_secret(made: WithSecret) -> dict[str, object]:
    return {**_webhook_document(made.webhook), "secret": made.secret}


def _delivery_document(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery_id": delivery.delivery_id,
        "message_id": delivery.message_id,
        "event_type": delivery.event_type,
        "occurred_at": delivery.occurred_at,
        "state": delivery.state,
        "next_try_at": delivery.next_try_at,
        "tries": [_try_document(made) for made in reversed(delivery.tries)],
    }


def _try_document(made: DeliveryTry) -> dict[str, object]:
    return {
        "at": made.at,
        "result": made.result,
        "status": made.status,
        "milliseconds": made.milliseconds,
        "answer": made.said,
    }
