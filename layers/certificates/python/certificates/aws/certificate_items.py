"""Items of certificates, exceptions and invalidations. Converts the items to values and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute

from certificates.aws.item_model import DecimalAttribute, IntegerAttribute, LearnerInRunItem, TimeAttribute
from certificates.aws.learner_items import EnrollmentItem, enrollment_from
from certificates.aws.table import RawItem
from certificates.rules.history import HistoryEntry
from certificates.rules.model import Attempt, Certificate, ExceptionEntry, Invalidation, Outcome, Status


class CertificateItem(LearnerInRunItem):
    """`trigger` and `change` are those of this revision's history entry, so that the stream has both."""

    status = UnicodeAttribute()
    revision = IntegerAttribute()
    mode = UnicodeAttribute()
    name = UnicodeAttribute()
    course_title = UnicodeAttribute()
    organization = UnicodeAttribute()
    grade = DecimalAttribute(null=True)
    design_digest = UnicodeAttribute()
    document = UnicodeAttribute(null=True)
    issued_on = UnicodeAttribute(null=True)
    modified_at = TimeAttribute()
    job = UnicodeAttribute(null=True)
    name_missing = BooleanAttribute(null=True)
    name_before = UnicodeAttribute(null=True)
    fields = JSONAttribute(null=True)
    language = UnicodeAttribute(null=True)
    status_list = UnicodeAttribute(null=True)
    status_index = IntegerAttribute(null=True)
    without_credential = BooleanAttribute(null=True)
    trigger = UnicodeAttribute(null=True)
    change = UnicodeAttribute(null=True)
    imported_at = TimeAttribute(null=True)


class ExceptionItem(LearnerInRunItem):
    """`origin`: `<upload_id>#<row>` of the file that listed the learner. A file that is read again recognizes its own
    entries."""

    note = UnicodeAttribute(null=True)
    added_by = UnicodeAttribute()
    added_at = TimeAttribute()
    origin = UnicodeAttribute(null=True)


class InvalidationItem(LearnerInRunItem):
    note = UnicodeAttribute(null=True)
    invalidated_by = UnicodeAttribute()
    invalidated_at = TimeAttribute()
    active = BooleanAttribute(null=True)
    revalidated_by = UnicodeAttribute(null=True)
    revalidated_at = TimeAttribute(null=True)


def in_run(found: Mapping[str, RawItem]) -> dict[str, Any]:
    """Values from the items of one learner in one run, by kind: under the names of `Facts`."""
    held = certificate_from(found["CERTIFICATE"]) if "CERTIFICATE" in found else None
    return {
        "enrollment": enrollment_from(found["ENROLLMENT"]) if "ENROLLMENT" in found else None,
        "certificate": held,
        "exception": exception_from(found["EXCEPTION"]) if "EXCEPTION" in found else None,
        "invalidation": invalidation_from(found["INVALIDATION"]) if "INVALIDATION" in found else None,
        "last_attempt": attempt_from(found["ENROLLMENT"], held) if "ENROLLMENT" in found else None,
    }


def certificate_from(raw: RawItem) -> Certificate:
    item = CertificateItem.read(raw)
    return Certificate(
        verify_uuid=item.verify_uuid or "",
        course_id=item.course_id,
        user_id=item.user_id,
        status=Status(item.status),
        revision=int(item.revision),
        mode=item.mode,
        name=item.name,
        course_title=item.course_title,
        organization=item.organization,
        grade=item.grade,
        design_digest=item.design_digest,
        document=item.document,
        issued_on=date.fromisoformat(item.issued_on) if item.issued_on else None,
        modified_at=item.modified_at,
        job=item.job,
        name_missing=item.name_missing,
        name_before=item.name_before,
        fields=item.fields or {},
        language=item.language or "",
        status_list=item.status_list,
        status_index=None if item.status_index is None else int(item.status_index),
        without_credential=item.without_credential,
        imported_at=item.imported_at,
    )


def certificate_item(value: Certificate, entry: HistoryEntry) -> CertificateItem:
    """The item of a revision. `entry` is its entry in the history."""
    return CertificateItem.at(
        value.course_id,
        value.user_id,
        "CERTIFICATE",
        verify_uuid=value.verify_uuid,
        holder=value.user_id,
        status=value.status.value,
        revision=value.revision,
        mode=value.mode,
        name=value.name,
        course_title=value.course_title,
        organization=value.organization,
        grade=value.grade,
        design_digest=value.design_digest,
        document=value.document,
        issued_on=value.issued_on.isoformat() if value.issued_on else None,
        modified_at=value.modified_at,
        job=value.job,
        name_missing=value.name_missing,
        name_before=value.name_before,
        fields=dict(value.fields) or None,
        language=value.language or None,
        status_list=value.status_list,
        status_index=value.status_index,
        without_credential=value.without_credential,
        trigger=entry.trigger.value,
        change=entry.change.value,
        imported_at=value.imported_at,
    )


def attempt_from(enrollment: RawItem, held: Certificate | None) -> Attempt | None:
    """The last attempt that failed, or that came after a failed one. None after a later change of the certificate."""
    if "outcome" not in enrollment:
        return None
    item = EnrollmentItem.read(enrollment)
    if held is not None and held.modified_at is not None and held.modified_at >= item.attempted_at:
        return None
    return Attempt(
        outcome=Outcome(item.outcome or ""),
        reason=item.reason or "",
        at=item.attempted_at,
        job=item.attempted_in,
        printed=item.attempted_print or "",
    )


def exception_from(raw: RawItem) -> ExceptionEntry:
    item = ExceptionItem.read(raw)
    return ExceptionEntry(
        user_id=item.user_id, note=item.note or "", added_by=item.added_by, added_at=item.added_at, origin=item.origin
    )


def exception_item(course_id: str, value: ExceptionEntry) -> ExceptionItem:
    return ExceptionItem.at(
        course_id,
        value.user_id,
        "EXCEPTION",
        note=value.note,
        added_by=value.added_by,
        added_at=value.added_at,
        origin=value.origin,
    )


def invalidation_from(raw: RawItem) -> Invalidation:
    item = InvalidationItem.read(raw)
    return Invalidation(
        user_id=item.user_id,
        note=item.note or "",
        invalidated_by=item.invalidated_by,
        invalidated_at=item.invalidated_at,
        active=bool(item.active),
        revalidated_by=item.revalidated_by,
        revalidated_at=item.revalidated_at,
    )


def invalidation_item(course_id: str, value: Invalidation, *, archived: bool = False) -> InvalidationItem:
    """The item of the latest invalidation, or, with `archived`, of an earlier one."""
    kind = f"INVALIDATION#{value.invalidated_at.isoformat()}" if archived else "INVALIDATION"
    return InvalidationItem.at(
        course_id,
        value.user_id,
        kind,
        note=value.note,
        invalidated_by=value.invalidated_by,
        invalidated_at=value.invalidated_at,
        active=value.active,
        revalidated_by=value.revalidated_by,
        revalidated_at=value.revalidated_at,
    )
