"""Sends changes to the bus and to the queues of mail and webhooks. Everything is sent at least once. After a crash or a
failure at any call, the stream delivers a batch again, so any part of the batch may be sent twice: receivers recognize
a change by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.aws.change_bus import BusEvent
from certificates.aws.stream import EndedJob, NowShown, Revised
from certificates.messages.notices import ChangeToTell, JobToTell
from certificates.notices.change import CertificateChange, PersonalData, change_between, shown_change
from certificates.notices.open_edx import open_edx_events
from certificates.notices.own_events import own_event
from certificates.notices.showing import Showing, wait_to_be_shown
from certificates.rules.model import Certificate, Learner
from certificates.rules.visibility import is_shown
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.change_bus import ChangeBus
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.queues import NoticeQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """The receivers of changes; None: no such receiver. Anyone may check a certificate at `base_url`."""

    showing: Showing
    learners: LearnerStore
    base_url: str
    bus: ChangeBus | None = None
    as_open_edx: bool = False
    mail: NoticeQueue | None = None
    webhooks: NoticeQueue | None = None
    personal_data: bool = False


def tell(records: Sequence[Revised | NowShown | EndedJob], receivers: Receivers, *, now: datetime) -> None:
    """Send every change of certificates, and every ended job, from the stream."""
    changes = changes_of(records, receivers, now)
    ended = [record for record in records if isinstance(record, EndedJob)]
    wait_to_be_shown(changes, receivers.showing.waiting, now)
    if receivers.bus is not None and changes:
        receivers.bus.put([event for change in changes for event in _events(change, receivers)])
    if receivers.webhooks is not None:
        receivers.webhooks.send([ChangeToTell(change.to_json()) for change in changes])
    if receivers.mail is not None:
        messages = [ChangeToTell(replace(change, learner=None).to_json()) for change in changes if not change.silent]
        receivers.mail.send([*messages, *(JobToTell(job.course_id, job.job_id) for job in ended)])
    for change in changes:
        about = {"change_id": change.id, "type": change.type.value, "course_id": change.course_id}
        logger.info("told", extra={**about, "user_id": change.user_id})


def changes_of(
    records: Sequence[Revised | NowShown | EndedJob], receivers: Receivers, now: datetime
) -> list[CertificateChange]:
    """The changes to send, in the order of the stream. Runs are read now, and learners if asked."""
    revised = [record for record in records if isinstance(record, Revised)]
    runs = receivers.showing.runs.runs_by_id({each.after.course_id for each in revised})
    shown = {course_id for course_id, run in runs.items() if is_shown(run, now)}
    waited = [(record.course_id, record.user_id) for record in records if isinstance(record, NowShown)]
    held = receivers.showing.certificates.held(waited)
    found: list[tuple[Certificate, CertificateChange]] = []
    for record in records:
        if isinstance(record, Revised):
            change = change_between(record.before, record.after, record.trigger, shown=record.after.course_id in shown)
            found += [(record.after, change)] if change is not None else []
        elif isinstance(record, NowShown) and (certificate := held.get((record.course_id, record.user_id))):
            found.append((certificate, shown_change(certificate, record.revision, record.at)))
    if not receivers.personal_data:
        return [change for _, change in found]
    people = receivers.learners.learners({change.user_id for _, change in found})
    return [
        replace(change, learner=_personal_data(certificate, people.get(certificate.user_id)))
        for certificate, change in found
    ]


def _personal_data(certificate: Certificate, learner: Learner | None) -> PersonalData | None:
    """None for a forgotten learner: the record in the stream may be older, and still have the name."""
    if learner is None or learner.forgotten:
        return None
    return PersonalData(
        username=learner.username,
        email=learner.email,
        name=certificate.name,
        grade="" if certificate.grade is None else str(certificate.grade),
    )


def _events(change: CertificateChange, receivers: Receivers) -> list[BusEvent]:
    """The events of a change for the bus."""
    events = [(change.event_type, own_event(change, receivers.base_url))]
    if receivers.as_open_edx:
        events += open_edx_events(change, receivers.base_url)
    return [BusEvent(kind, change.time, detail) for kind, detail in events]
