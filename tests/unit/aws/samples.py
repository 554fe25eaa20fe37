"""Invented values of one learner in one run, whose items the tests of the table store and read."""

from __future__ import annotations

from datetime import UTC, datetime

from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, Status
from certificates.rules.webhooks import Webhook, WebhookSettings
from certificates.uploads.upload import Upload, UploadState

COURSE, OTHER_COURSE = "course-v1:Fjord+BIO1+2026", "course-v1:Fjord+BIO1+2027"
AT = datetime(2026, 11, 20, 8, 0, 0, 125, tzinfo=UTC)

ENTRY = HistoryEntry(at=AT, actor="omar", trigger=Trigger.BULK, change=ChangeKind.ISSUED, reason="issued")
HELD = Certificate(
    verify_uuid="8f14e45fceea167a5a36dedd4bea2543",
    course_id=COURSE,
    user_id="7",
    status=Status.DOWNLOADABLE,
    revision=3,
    mode="verified",
    modified_at=AT,
)
FILE = Upload(
    course_id=COURSE,
    upload_id="u1",
    object_key="exceptions/key.csv",
    kind="exceptions",
    state=UploadState.PROCESSING,
    uploaded_by="omar",
    created_at=AT,
)
WEBHOOK = Webhook(
    owner=COURSE,
    webhook_id="w1",
    settings=WebhookSettings(address="https://receiver.example"),
    created_by="omar",
    created_at=AT,
    sealed="sealed",
)
