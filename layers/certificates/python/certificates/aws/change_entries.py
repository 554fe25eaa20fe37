"""The entries of a transaction for a change of a certificate: its writes, and the conditions of its decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, lru_cache

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition

from certificates.aws import writes
from certificates.aws.certificate_items import (
    CertificateItem,
    ExceptionItem,
    InvalidationItem,
    certificate_item,
    exception_item,
    invalidation_item,
)
from certificates.aws.changed_lists import status_bit_key
from certificates.aws.history_items import HistoryItem, history_item
from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.status_lists import StatusBitItem
from certificates.aws.table import learner_key, profile_key
from certificates.aws.writes import FixedCondition, TransactItem
from certificates.change import Change
from certificates.rules.model import Certificate, Enrollment


def entries_of(change: Change) -> Iterator[TransactItem]:
    """All writes and conditions of one change, as entries of a transaction."""
    key, unchanged = learner_key(change.course_id, change.user_id), _at_revision(change.revision_read)
    if change.certificate is not None:
        yield writes.put(certificate_item(change.certificate, change.history), unchanged)
    else:
        # The certificate does not change here, but the decision was made on this revision of it.
        yield writes.check((key, "CERTIFICATE"), unchanged)
    if change.revoked is not None and change.certificate is not None:
        yield writes.put(_status_bit(change.certificate, revoked=change.revoked))
    yield from _exception_entries(key, change)
    if _names_somebody(change):
        yield writes.check(profile_key(change.user_id), _NOT_FORGOTTEN)
    if change.graded is not None:
        yield writes.check((key, "ENROLLMENT"), _as_graded(change.graded))
    if change.invalidation is not None:
        # An invalidation is closed once. A new one replaces only a closed one.
        closed = InvalidationItem.active == False  # noqa: E712 - DynamoDB's comparison
        other = InvalidationItem.pk.does_not_exist() | closed if change.invalidation.active else ~closed
        yield writes.put(invalidation_item(change.course_id, change.invalidation), other)
    if change.replaced is not None:
        yield writes.put(invalidation_item(change.course_id, change.replaced, archived=True))
    for entry in _history_items(change):
        yield writes.put(entry, _NEW)


def _names_somebody(change: Change) -> bool:
    """Whether the change writes a name or a note, which a forgetting at the same moment would not find.

    Jobs do without the condition: a forgetting begins again after a job.
    """
    if change.history.job_id is not None:
        return False
    named = change.certificate is not None and change.certificate.name != ""
    invalidated = change.invalidation is not None and change.invalidation.active
    return named or change.exception_added is not None or invalidated


def _status_bit(certificate: Certificate, *, revoked: bool) -> StatusBitItem:
    if certificate.status_list is None or certificate.status_index is None:
        raise ValueError("a certificate without a credential has no status to change")
    pk, sk = status_bit_key(certificate.status_list, certificate.status_index)
    return StatusBitItem(pk=pk, sk=sk, revoked=revoked)


def _exception_entries(key: str, change: Change) -> Iterator[TransactItem]:
    if change.exception_added is not None:
        yield writes.put(exception_item(change.course_id, change.exception_added), _NO_EXCEPTION)
    elif change.exception_removed:
        yield writes.delete((key, "EXCEPTION"), ExceptionItem.pk.exists())
    elif change.excepted is not None:
        yield writes.check((key, "EXCEPTION"), _EXCEPTION if change.excepted else _NO_EXCEPTION)


_NOT_FORGOTTEN = writes.fixed(LearnerItem.forgotten_at.does_not_exist())
_NEW = writes.fixed(HistoryItem.pk.does_not_exist())
_EXCEPTION = writes.fixed(ExceptionItem.pk.exists())
_NO_EXCEPTION = writes.fixed(ExceptionItem.pk.does_not_exist())


def _as_graded(read: Enrollment) -> FixedCondition:
    """Whether grade and verdict are still those that were read."""
    known = [EnrollmentItem.graded_at.serialize(at) for at in (read.graded_at, read.verdict_at) if at is not None]
    condition = _graded(read.graded_at is not None, read.verdict_at is not None)
    return condition.with_values(*known) if known else condition


@cache
def _graded(has_grade: bool, has_verdict: bool) -> FixedCondition:
    return writes.fixed(_is(EnrollmentItem.graded_at, has_grade) & _is(EnrollmentItem.verdict_at, has_verdict))


def _is(attribute: Attribute[datetime], is_known: bool) -> Condition:
    """The value is filled in later."""
    return attribute == datetime.min.replace(tzinfo=UTC) if is_known else attribute.does_not_exist()


@lru_cache(maxsize=64)
def _at_revision(revision: int) -> FixedCondition:
    return writes.fixed(CertificateItem.revision == revision if revision else CertificateItem.pk.does_not_exist())


def _history_items(change: Change) -> Iterator[HistoryItem]:
    key = learner_key(change.course_id, change.user_id)
    if change.first is not None:
        yield history_item(key, change.first, change.revision_read, None)
    if change.certificate is None:
        yield history_item(key, change.history, change.revision_read, None)
    else:
        yield history_item(key, change.history, change.certificate.revision, change.certificate.status)
