"""Records of the table's stream as values: revisions of certificates, shown certificates, ended jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certificates.aws.certificate_items import CertificateItem, certificate_from
from certificates.aws.reads import key_of, of_known_form
from certificates.aws.table import RawItem, run_key
from certificates.aws.waiting_store import TO_BE_SHOWN, WaitingItem
from certificates.rules.jobs import JobState
from certificates.rules.model import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A certificate before and after a write. `trigger` belongs to the new revision, "" if it is not stored."""

    before: Certificate | None
    after: Certificate
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NowShown:
    """A certificate that waited is shown since `at`, in this revision."""

    course_id: str
    user_id: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EndedJob:
    course_id: str
    job_id: str


def told_by(record: Mapping[str, Any]) -> Revised | NowShown | EndedJob | None:
    """The value of a record. None: it is about something else. Raises UnknownVersion if a newer release wrote the
    item."""
    images = record["dynamodb"]
    before, after = _image(images, "OldImage"), _image(images, "NewImage")
    if after is None:
        return None
    pk, sk = key_of(after)
    if sk == "CERTIFICATE":
        return Revised(
            before=certificate_from(before) if before else None,
            after=certificate_from(after),
            trigger=CertificateItem.read(after).trigger or "",
        )
    if sk == TO_BE_SHOWN:
        item = WaitingItem.read(after)
        if item.shown_at is None:
            return None
        return NowShown(course_id=item.course_id, user_id=item.user_id, revision=int(item.revision), at=item.shown_at)
    if sk.startswith("JOB#") and before is not None and _is_running(before) and not _is_running(after):
        return EndedJob(pk.removeprefix(run_key("")), sk.removeprefix("JOB#"))
    return None


def _image(images: Mapping[str, Any], name: str) -> RawItem | None:
    found = images.get(name)
    return of_known_form(found) if found else None


def _is_running(raw: RawItem) -> bool:
    return bool(raw.get("state", {}).get("S") == JobState.RUNNING.value)
