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
    """Present only if the operator asked for it (parameter `EventPersonalData`)."""

    username: str
    email: str
    name: str = Field(description="The printed name.")
    grade: str = Field(description="1 is all points; it may be above 1. Empty: no grade is known.")


class CertificateEvent(BaseModel):
    """One change of one certificate.

    It is sent at least once, in any order. A repeated change has the same `id`. `sequence` grows with every change of
    the certificate, with gaps: a change with a higher `sequence` of the same `verify_uuid` is newer.
    """

    id: str = Field(description="The same each time the change is sent.")
    type: EventType
    time: datetime = Field(description="The time of the change.")
    sequence: int
    course_id: str
    course_title: str
    organization: str
    user_id: str = Field(description="The LMS's id of the learner.")
    verify_uuid: str = Field(description="The certificate's public id, for life.")
    url: str = Field(description="The page where anyone can check the certificate.")
    revision: int
    status: Status
    status_before: Status | None = Field(description="null: there was no certificate.")
    mode: str
    shown: bool = Field(description="Whether the run's certificates are shown. False before their date.")
    trigger: str = Field(description="The cause of the change.", json_schema_extra={"examples": list(EVENT_TRIGGERS)})
    issued_on: date | None = Field(description="The date of issue on the certificate.")
    learner: EventLearner | None = None


class WebhookTest(BaseModel):
    """Staff test a webhook. No certificate has changed."""

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
    """Empty texts, unless the operator asked for personal data."""

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
    grade: str = Field(description="Empty, unless the operator asked for personal data.")
    download_url: str = Field(description="The address of the PDF, empty without a PDF.")
    name: str
    current_status: Status
    previous_status: Status | Literal[""]


class OpenEdxEvent(BaseModel):
    metadata: OpenEdxMetadata
    certificate: OpenEdxCertificate


EVENT_SCHEMAS = (CertificateEvent, WebhookTest, OpenEdxEvent)
