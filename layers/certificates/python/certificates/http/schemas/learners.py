"""Answers about the learners of a run: lists, counts, exceptions, invalidations, differences, history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel

from certificates.http.schemas.certificates import CertificateAnswer
from certificates.rules.groups import Group
from certificates.rules.history import ChangeKind, Trigger
from certificates.rules.model import Outcome, Status
from certificates.rules.reconciliation import DifferenceKind
from certificates.rules.warnings import LearnerWarning


class DecisionAnswer(BaseModel):
    """The decision: `issued`, `kept` or `refused`, and the reason."""

    outcome: Outcome
    reason: str


class ListedLearner(BaseModel):
    """`username`, `email` and `name` are null for a learner without a profile, or a forgotten learner."""

    user_id: str
    username: str | None
    email: str | None
    name: str | None


class ExceptionAnswer(ListedLearner):
    """`certificate_status` is null without a certificate. `decision` is null if adding the exception decided
    nothing."""

    note: str
    added_by: str
    added_at: datetime
    has_certificate: bool
    certificate_status: Status | None
    decision: DecisionAnswer | None = None


class Exceptions(BaseModel):
    items: list[ExceptionAnswer]
    next_cursor: str | None


class InvalidationAnswer(ListedLearner):
    note: str
    invalidated_by: str
    invalidated_at: datetime
    active: bool
    revalidated_by: str | None
    revalidated_at: datetime | None


class Invalidations(BaseModel):
    items: list[InvalidationAnswer]
    next_cursor: str | None


class RevalidationAnswer(DecisionAnswer):
    """The new decision, and the certificate after it."""

    status: Status
    certificate: CertificateAnswer | None


class FoundDifference(BaseModel):
    kind: DifferenceKind
    since: datetime


class LearnerDifferences(ListedLearner):
    differences: list[FoundDifference]


class Differences(BaseModel):
    items: list[LearnerDifferences]
    next_cursor: str | None


class LearnerException(BaseModel):
    note: str
    added_by: str
    added_at: datetime


class LearnerInvalidation(BaseModel):
    note: str
    invalidated_by: str
    invalidated_at: datetime
    active: bool


class LastOutcome(DecisionAnswer):
    at: datetime


class RunLearner(ListedLearner):
    """A learner of a run. `status` is null without a certificate. `modified_at` is the time of its last change.

    `imported_at` is the time when the LMS's own certificate was imported; null: the certificate was made here.
    """

    mode: str | None
    enrolled: bool
    grade: Decimal | None
    passing: bool
    status: Status | None
    verify_uuid: str | None
    revision: int | None
    issued_on: date | None
    imported_at: datetime | None
    modified_at: datetime | None
    exception: LearnerException | None
    invalidation: LearnerInvalidation | None
    warnings: list[LearnerWarning]
    last_outcome: LastOutcome | None


class RunLearners(BaseModel):
    """A page may have fewer items than `limit`, even none, and not be the last: go on until `next_cursor` is null."""

    items: list[RunLearner]
    next_cursor: str | None


class ExceptionCounts(BaseModel):
    with_certificate: int
    without_certificate: int


class CertificateCounts(BaseModel):
    """`enrolled` counts active enrollments, `groups` the learners that a regeneration of each group would select.

    `warnings` counts learners for staff to look at, by reason. `imported` counts the downloadable certificates that the
    LMS issued itself.
    """

    enrolled: int
    imported: int
    statuses: dict[Status, int]
    exceptions: ExceptionCounts
    groups: dict[Group, int]
    warnings: dict[LearnerWarning, int]


class HistoryEntryAnswer(BaseModel):
    """One change. `actor` is a username, `lms` or `schedule`. `status` and `revision` are those after the change.

    `name_before` and `name_after` are not null if the change put another name on the certificate. `job_id` is the job
    that made the change; changes that an earlier release recorded have none.
    """

    at: datetime
    actor: str
    trigger: Trigger
    change: ChangeKind
    reason: str
    note: str | None
    status: Status | None
    revision: int | None
    name_before: str | None
    name_after: str | None
    job_id: str | None


class History(BaseModel):
    items: list[HistoryEntryAnswer]
    next_cursor: str | None


class ForgottenLearner(BaseModel):
    """From `forgotten_at` on, nobody sees who the learner was. Files, and mentions in other learners' data, follow in
    minutes."""

    user_id: str
    forgotten_at: datetime
