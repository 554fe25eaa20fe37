"""The AsyncAPI document: events about changes, on the stack's bus and to webhooks."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from certificates.http.schemas.events import EVENT_SCHEMAS
from certificates.notices.open_edx import CERTIFICATE_CHANGED, CERTIFICATE_CREATED, CERTIFICATE_REVOKED
from certificates.notices.own_events import SOURCE
from certificates.rules.webhooks import TEST, EventType

OWN_EVENTS: dict[str, str] = {
    EventType.ISSUED: "A certificate is valid for the first time, or again after it was withdrawn.",
    EventType.REGENERATED: "A valid certificate has a new revision: today's name, grade and design.",
    EventType.INVALIDATED: "Staff have invalidated a certificate.",
    EventType.REVALIDATED: "An invalidated certificate is valid again.",
    EventType.WITHDRAWN: "A certificate is no longer valid, because of a grade, an exception, or a forgotten learner.",
    EventType.SHOWN: "A certificate that was issued early is shown now. Sent once for each certificate.",
}
OPEN_EDX_EVENTS = {
    CERTIFICATE_CHANGED: "Sent with every change. Open edX sends it whenever it saves a certificate.",
    CERTIFICATE_CREATED: "A certificate is issued, generated again, or valid again.",
    CERTIFICATE_REVOKED: "A certificate is invalidated or withdrawn.",
}
OF_A_TEST = {TEST: "Staff test a webhook."}

_BUS = """\
The EventBridge bus of the stack (its output `ChangeBus`), if the parameter `CertificateEvents` is `own` or \
`own-and-open-edx`. Open edX's events are only there with `own-and-open-edx`."""
_WEBHOOK = """\
A URL that staff registered, if the parameter `Webhooks` is `true`. Messages follow Standard Webhooks \
(https://www.standardwebhooks.com): its libraries check the signature. Any answer of 2xx confirms the receipt."""

_HEADERS = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {
            "type": "string",
            "description": "The same at every try, so that receivers recognize a repeated message.",
        },
        "webhook-timestamp": {"type": "string", "description": "The time of this try, in seconds since 1970."},
        "webhook-signature": {
            "type": "string",
            "description": "v1,<signature>. For a day after a rotation of the secret: two, separated by a space.",
        },
    },
}


@cache
def described() -> dict[str, Any]:
    """AsyncAPI 3.0. The document has no addresses: they belong to the operator and the receivers."""
    _, schemas = models_json_schema(
        [(model, "serialization") for model in EVENT_SCHEMAS], ref_template="#/components/schemas/{model}"
    )
    on_bus = {name: _on_bus(name, text, "CertificateEvent") for name, text in OWN_EVENTS.items()}
    on_bus |= {name: _on_bus(name, text, "OpenEdxEvent") for name, text in OPEN_EDX_EVENTS.items()}
    to_webhooks = {name: _to_webhook(name, text, "CertificateEvent") for name, text in OWN_EVENTS.items()}
    to_webhooks |= {name: _to_webhook(name, text, "WebhookTest") for name, text in OF_A_TEST.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Changes of course certificates",
            "version": "1",
            "description": "Every change is sent at least once, and in any order: see `id` and `sequence`.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "bus": {"address": None, "title": "Bus", "description": _BUS, "messages": _listed("bus", on_bus)},
            "webhook": {
                "address": None,
                "title": "Webhook",
                "description": _WEBHOOK,
                "messages": _listed("webhook", to_webhooks),
            },
        },
        "operations": {
            "tellBus": {"action": "send", "channel": {"$ref": "#/channels/bus"}, "summary": "Put on the bus."},
            "callWebhook": {
                "action": "send",
                "channel": {"$ref": "#/channels/webhook"},
                "summary": "Posted to the address.",
                "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
            },
        },
        "components": {
            "messages": {
                **{f"bus.{name}": message for name, message in on_bus.items()},
                **{f"webhook.{name}": message for name, message in to_webhooks.items()},
            },
            "schemas": schemas["$defs"],
        },
    }


def _listed(channel: str, messages: dict[str, Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{channel}.{name}"} for name in messages}


def _on_bus(name: str, text: str, schema: str) -> dict[str, Any]:
    """The event in EventBridge's envelope. The envelope has further members of EventBridge."""
    envelope = {
        "type": "object",
        "required": ["source", "detail-type", "detail"],
        "properties": {
            "source": {"const": SOURCE},
            "detail-type": {"const": name},
            "detail": {"$ref": f"#/components/schemas/{schema}"},
        },
    }
    return {"name": name, "title": name, "summary": text, "payload": envelope}


def _to_webhook(name: str, text: str, schema: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": f"#/components/schemas/{schema}"},
        },
        "additionalProperties": False,
    }
    return {"name": name, "title": name, "summary": text, "headers": _HEADERS, "payload": body}
