"""Schemas of events about a change: the product's own, Open edX's, and their envelopes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from certificates.notices.change import DISPLAY
from certificates.rules.history import Trigger
from certificates.rules.model import Status
from certificates.rules.webhooks import EventType

EVENT_TRIGGERS = sorted({*(trigger.value for trigger in Trigger), DISPLAY})


class EventLearner(BaseModel):
    """Told only where the operator has asked for it (parameter `EventPersonalData`)."""

    username: str
    email: str
    name: str = Field(description="As the certificate prints it.")
    grade: str = Field(description="From 0 to 1, or above; empty: none is known.")


class CertificateEvent(BaseModel):
    """One change of one certificate.

    It is told at least once, in any order: the same change has the same `id`, and `sequence` grows with every change of
    a certificate, with gaps. Whoever has seen a higher `sequence` of a `verify_uuid` has newer news.
    """

    id: str = Field(description="The same each time the change is sent.")
    type: EventType
    time: datetime = Field(description="When the certificate changed.")
    sequence: int
    course_id: str
    course_title: str
    organization: str
    user_id: str = Field(description="The LMS's id of the learner.")
    verify_uuid: str = Field(description="The certificate's public id, for life.")
    url: str = Field(description="Where anyone can check the certificate.")
    revision: int
    status: Status
    status_before: Status | None = Field(description="null: there was no certificate.")
    mode: str
    shown: bool = Field(description="Whether certificates of the run are shown: false until their date has come.")
    trigger: str = Field(description="What led to the change.", json_schema_extra={"examples": list(EVENT_TRIGGERS)})
    issued_on: date | None = Field(description="The day that the certificate prints.")
    learner: EventLearner | None = None


class WebhookTest(BaseModel):
    """Staff try a webhook. No certificate has changed."""

    webhook_id: str
    note: str


class OpenEdxMetadata(BaseModel):
    """`EventsMetadata` of openedx-events."""

    event_type: str
    id: str = Field(json_schema_extra={"format": "uuid"})
    minorversion: int
    source: str
    sourcehost: str
    time: datetime
    sourcelib: list[int]


class OpenEdxPersonalData(BaseModel):
    """Empty texts, unless the operator has asked for personal data."""

    username: str
    email: str
    name: str


class OpenEdxUser(BaseModel):
    id: int
    is_active: bool
    pii: OpenEdxPersonalData


class OpenEdxCourse(BaseModel):
    course_key: str
    display_name: str
    start: datetime | None
    end: datetime | None


class OpenEdxCertificate(BaseModel):
    """`CertificateData` of openedx-events."""

    user: OpenEdxUser
    course: OpenEdxCourse
    mode: str
    grade: str = Field(description="Empty, unless the operator has asked for personal data.")
    download_url: str = Field(description="The PDF; empty: there is none.")
    name: str
    current_status: Status
    previous_status: Status | Literal[""]


class OpenEdxEvent(BaseModel):
    metadata: OpenEdxMetadata
    certificate: OpenEdxCertificate


EVENT_SCHEMAS = (CertificateEvent, WebhookTest, OpenEdxEvent)
