"""Why a certificate changed: the entry that every change leaves behind, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trigger(StrEnum):
    """What made the decision happen."""

    LEARNER = "learner-request"
    BULK = "bulk-issuance"
    REGENERATE = "regeneration"
    EXCEPTIONS = "exception-generation"
    EXCEPTION_ADDED = "exception-added"
    EXCEPTION_REMOVED = "exception-removed"
    INVALIDATE = "invalidation"
    REVALIDATE = "re-validation"
    GRADE = "grade-event"
    ENROLLMENT = "enrollment-event"
    IDENTITY = "identity-event"


class ChangeKind(StrEnum):
    """What happened to the certificate or to what decides on it."""

    ISSUED = "issued"
    REGENERATED = "regenerated"
    MARKED_NOTPASSING = "marked-notpassing"
    MARKED_UNVERIFIED = "marked-unverified"
    MARKED_UNAVAILABLE = "marked-unavailable"
    INVALIDATED = "invalidated"
    REVALIDATED = "re-validated"
    EXCEPTION_ADDED = "exception-added"
    EXCEPTION_REMOVED = "exception-removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """When, who (a username, or `lms`, `schedule`), by what, what and why; `note` is what staff wrote.

    `name_before` and `name_after` are there where the change put another name on the certificate.
    """

    at: datetime
    actor: str
    trigger: Trigger
    change: ChangeKind
    reason: str
    note: str | None = None
    status: str | None = None
    revision: int | None = None
    name_before: str | None = None
    name_after: str | None = None
