"""The history of a certificate: one entry for each change. Only forgetting a learner rewrites an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trigger(StrEnum):
    """The cause of a decision."""

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
    FORGET = "forgetting"
    IMPORT = "import"


class ChangeKind(StrEnum):
    """The kind of a change of the certificate, its exception or its invalidation."""

    ISSUED = "issued"
    REGENERATED = "regenerated"
    MARKED_NOTPASSING = "marked-notpassing"
    MARKED_UNVERIFIED = "marked-unverified"
    MARKED_UNAVAILABLE = "marked-unavailable"
    INVALIDATED = "invalidated"
    REVALIDATED = "re-validated"
    EXCEPTION_ADDED = "exception-added"
    EXCEPTION_REMOVED = "exception-removed"
    FORGOTTEN = "forgotten"
    IMPORTED = "imported"
    """The LMS's own certificate was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change. `actor` is a username, `lms` or `schedule`; `note` is the text that staff wrote.

    `name_before` and `name_after` are set if the change put another name on the certificate. `job_id` is the job that
    made the change; entries of earlier releases have none.
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
    job_id: str | None = None
