"""Examples for the built functions: an event for each, and a design that uses every typeface."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from certificates.rendering.fields import Fields
from certificates.rendering.model import Design
from tests.cloud.sample import COURSE_ID
from tests.handlers.lms_events import sqs_event
from tests.samples import openedx_events as lms

INTERFACE = (
    "LearnerRequests",
    "InstructorRequests",
    "CertificateInvalidation",
    "CertificateVerification",
    "CertificatePicture",
    "Pages",
)

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

# The event as its service sends it, and the answer for success.
EVENTS: dict[str, tuple[Any, Any]] = {
    "LearnerRecords": (sqs_event(lms.enrollment("created", mode="verified", at=AT)), {"batchItemFailures": []}),
    "ExceptionProcessing": (sqs_event({"Service": "Amazon S3", "Event": "s3:TestEvent"}), {"batchItemFailures": []}),
    "CertificateIssuance": (
        sqs_event({"course_id": COURSE_ID, "job_id": "0" * 32, "shard": 0}),
        {"batchItemFailures": []},
    ),
    "DocumentRemoval": (
        {
            "Records": [
                {
                    "eventID": "1",
                    "eventName": "REMOVE",
                    "eventSource": "aws:dynamodb",
                    "dynamodb": {
                        "SequenceNumber": "1",
                        "Keys": {"pk": {"S": "RUN#1"}, "sk": {"S": "CERTIFICATE"}},
                        "OldImage": {"document": {"S": "certificates/gone/1-0.pdf"}},
                    },
                }
            ]
        },
        {"batchItemFailures": []},
    ),
    "ScheduledIssuance": ({}, None),
    "StatusLists": ({"sign": "all"}, None),
    "LearnerForgetting": ({"repair": True}, None),
    "ReportWriting": ({"course_id": COURSE_ID, "shard": 0, "part": f"reports/{COURSE_ID}/certificates-0/00.csv"}, None),
}

DESIGN = Design(
    organization="Lyceum",
    course_title="Botany: Leaves, Roots, and What Grows Between",
)
# Latin, Cyrillic, Greek, Hebrew, Arabic, Devanagari, Bengali, Tamil, Thai, Han, kana, Hangul
TWELVE_SCRIPTS = "Zoë Жанна Ωρίων יעל سلمى श्रेया সৌমি தமிழ் น้ำฝน 娜娜 さくら 민준"
FIELDS = Fields(
    name=TWELVE_SCRIPTS,
    issued_on=date(2026, 11, 20),
    verify_uuid="3f2b8c1e9a474d528e601b7c5a2d9f03",
    revision=1,
    verify_url="https://certificates.example/certificates/3f2b8c1e9a474d528e601b7c5a2d9f03",
)
