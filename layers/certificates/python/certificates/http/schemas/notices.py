"""Answers about webhooks and mails."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from certificates.rules.mailing import MailKind
from certificates.rules.webhooks import DeliveryState, EndedBy, EventType, TryResult, WebhookState


class WebhookAnswer(BaseModel):
    """State `ended`: the product sends nothing more, because the receiver answered 410 (`gone`), or because all tries
    failed for five days (`failing`). Until `both_secrets_until`, the earlier secret signs too.
    """

    webhook_id: str
    url: str
    description: str
    event_types: list[EventType]
    state: WebhookState
    ended_because: EndedBy | None
    ended_at: datetime | None
    failing_since: datetime | None
    created_by: str
    created_at: datetime
    both_secrets_until: datetime | None


class WebhookWithSecret(WebhookAnswer):
    """Only this answer has the `secret`. Receivers' libraries of Standard Webhooks use it unchanged."""

    secret: str


class Webhooks(BaseModel):
    items: list[WebhookAnswer]
    next_cursor: str | None


class WebhookTry(BaseModel):
    """`status` is that of the receiver's answer, null without an answer. `answer` is the beginning of its body.

    `resting`: the last tries had no answer, so this try was not made. `private-address`: the host has an address
    outside the public internet.
    """

    at: datetime
    result: TryResult
    status: int | None
    milliseconds: int
    answer: str


class WebhookDelivery(BaseModel):
    """`message_id` is the header `webhook-id` of every try. `tries` are the last tries, newest first."""

    delivery_id: str
    message_id: str
    event_type: str
    occurred_at: datetime
    state: DeliveryState
    next_try_at: datetime | None
    tries: list[WebhookTry]


class WebhookDeliveries(BaseModel):
    items: list[WebhookDelivery]
    next_cursor: str | None


class TestMail(BaseModel):
    """The address that got the mail."""

    address: str


class MailPreview(BaseModel):
    """`reply_to` is "" if nobody reads answers."""

    kind: MailKind
    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    language: str
    direction: Literal["ltr", "rtl"]


class MailAnswer(BaseModel):
    """`reason` is SES's word. `complained`: somebody called the mail spam, and the learner gets no more mails."""

    user_id: str
    username: str | None
    email: str | None
    name: str | None
    kind: MailKind
    revision: int
    state: Literal["refused", "bounced", "complained"]
    reason: str
    at: datetime


class Mails(BaseModel):
    items: list[MailAnswer]
    next_cursor: str | None


class MailRetries(BaseModel):
    """`asked` is the number of mails that are decided on again."""

    asked: int
