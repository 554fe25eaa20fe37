"""A change of a certificate for receivers. Each revision of a certificate that may interest somebody is one change.
Verbs do not make changes: a change is read from the item before and after a write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from certificates.rules.history import Trigger
from certificates.rules.mailing import is_seen
from certificates.rules.model import Certificate, Status

UNTOLD = frozenset({Trigger.IMPORT.value})
"""Triggers of revisions that are not sent: another system issued these certificates, long ago."""


DISPLAY = "display"
"""The trigger of the change `shown`: the run's date came, or staff changed the run's settings."""


class ChangeType(StrEnum):
    """The kind of a change. Events and webhooks put `certificate.` before it."""

    ISSUED = "issued"
    REGENERATED = "regenerated"
    INVALIDATED = "invalidated"
    REVALIDATED = "revalidated"
    WITHDRAWN = "withdrawn"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """The learner's names, address and grade: sent to systems only if the operator asks for it."""

    username: str
    email: str
    name: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateChange:
    """One change of one certificate.

    `id` is the same in every delivery. `sequence` grows with every change of the certificate, with gaps: receivers
    order changes by it. `shown`: the run's certificates are shown when the change is sent. `silent`: learners see no
    difference. `trigger` is a value of `Trigger`, "" if it is not stored. A new certificate has no `status_before`.
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
    """The change from one revision of a certificate to the next. None: there is nothing to send."""
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
        silent=changed is ChangeType.REGENERATED and before is not None and not is_seen(before, after),
        trigger=trigger,
        issued_on=after.issued_on,
        course_title=after.course_title,
        organization=after.organization,
    )


def shown_change(certificate: Certificate, revision: int, at: datetime) -> CertificateChange:
    """An early certificate is shown, in the revision that was read then. The change comes after the change of this
    revision, and before the next one.
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
    """The kind of the change between two revisions. None: the certificate was not valid before and is not valid now."""
    if before is not None and before.revision == after.revision:
        return None  # only a forgotten learner's name was removed
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
