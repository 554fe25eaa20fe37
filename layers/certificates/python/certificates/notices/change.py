"""A change of a certificate, as people and systems are told of it.

Every revision of a certificate that somebody may want to hear of is one change. No verb knows of it: the change is read
off the record, before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from certificates.rules.history import Trigger
from certificates.rules.model import Certificate, Status

UNTOLD = frozenset({Trigger.IMPORT.value})
"""Triggers of revisions that nobody is told of: those certificates were issued by another system, long ago."""


DISPLAY = "display"
"""What leads to a certificate being shown: the run's date, or a change of its settings."""


class ChangeType(StrEnum):
    """What happened to a certificate. Events and webhooks put `certificate.` before it."""

    ISSUED = "issued"
    REGENERATED = "regenerated"
    INVALIDATED = "invalidated"
    REVALIDATED = "revalidated"
    WITHDRAWN = "withdrawn"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Who the learner is, and how well they did: told to systems only where the operator asks for it."""

    username: str
    email: str
    name: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateChange:
    """One change of one certificate.

    `id` is the same however often the change is delivered: that of the entry in the certificate's history.
    `sequence` grows with every change of the certificate, with gaps: receivers order changes by it. `shown`: whether
    the run's certificates are shown at the moment of telling. `silent`: learners see no difference. `trigger` is what
    led to the change, a value of `Trigger`; "" where it is not recorded. `status_before` is None for a new certificate.
    """

    id: str
    type: ChangeType
    course_id: str
    user_id: str
    verify_uuid: str
    revision: int
    sequence: int
    time: datetime
    status: str
    status_before: str | None
    mode: str
    shown: bool
    silent: bool
    trigger: str
    issued_on: date | None
    course_title: str
    organization: str
    learner: PersonalData | None = None

    @property
    def event_type(self) -> str:
        return f"certificate.{self.type.value}"

    def to_json(self) -> dict[str, Any]:
        times = {"time": self.time.isoformat(), "issued_on": self.issued_on and self.issued_on.isoformat()}
        return {**asdict(self), **times, "type": self.type.value}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> CertificateChange:
        learner, issued_on = values["learner"], values["issued_on"]
        read = {
            "type": ChangeType(values["type"]),
            "time": datetime.fromisoformat(values["time"]),
            "issued_on": date.fromisoformat(issued_on) if issued_on else None,
            "learner": PersonalData(**learner) if learner else None,
        }
        return cls(**{**values, **read})


def change_between(
    before: Certificate | None, after: Certificate, trigger: str, *, shown: bool
) -> CertificateChange | None:
    """The change from one revision of a certificate to the next. None: there is nothing to tell."""
    changed = type_of(before, after, trigger)
    if changed is None or trigger in UNTOLD or after.modified_at is None:
        return None
    return CertificateChange(
        id=f"{after.verify_uuid}-{after.revision}",
        type=changed,
        course_id=after.course_id,
        user_id=after.user_id,
        verify_uuid=after.verify_uuid,
        revision=after.revision,
        sequence=2 * after.revision,
        time=after.modified_at,
        status=after.status.value,
        status_before=before.status.value if before else None,
        mode=after.mode,
        shown=shown,
        silent=changed is ChangeType.REGENERATED and before is not None and printed(before) == printed(after),
        trigger=trigger,
        issued_on=after.issued_on,
        course_title=after.course_title,
        organization=after.organization,
    )


def shown_change(certificate: Certificate, revision: int, at: datetime) -> CertificateChange:
    """A certificate that was issued early is shown, in this revision, which is the one that was read then.

    The change comes after the one that made the revision, and before the next.
    """
    return CertificateChange(
        id=f"{certificate.verify_uuid}-{revision}-shown",
        type=ChangeType.SHOWN,
        course_id=certificate.course_id,
        user_id=certificate.user_id,
        verify_uuid=certificate.verify_uuid,
        revision=revision,
        sequence=2 * revision + 1,
        time=at,
        status=Status.DOWNLOADABLE.value,
        status_before=Status.DOWNLOADABLE.value,
        mode=certificate.mode,
        shown=True,
        silent=False,
        trigger=DISPLAY,
        issued_on=certificate.issued_on,
        course_title=certificate.course_title,
        organization=certificate.organization,
    )


def type_of(before: Certificate | None, after: Certificate, trigger: str) -> ChangeType | None:
    """What happened between two revisions. None where the certificate was not valid before, nor is it now."""
    if before is not None and before.revision == after.revision:
        return None  # the record was changed, and not the certificate: a forgotten learner's name was removed
    was_valid = before is not None and before.status is Status.DOWNLOADABLE
    if after.status is Status.DOWNLOADABLE:
        if was_valid:
            return ChangeType.REGENERATED
        invalidated = before is not None and before.status is Status.UNAVAILABLE
        return ChangeType.REVALIDATED if invalidated else ChangeType.ISSUED
    if not was_valid:
        return None
    forgotten = trigger == Trigger.FORGET.value
    return ChangeType.INVALIDATED if after.status is Status.UNAVAILABLE and not forgotten else ChangeType.WITHDRAWN


def printed(certificate: Certificate) -> tuple[Any, ...]:
    """What learners see of a revision: its texts and its design."""
    return (
        certificate.name,
        certificate.course_title,
        certificate.organization,
        certificate.mode,
        certificate.grade,
        certificate.design_digest,
        dict(certificate.fields),
        certificate.language,
    )
