"""Tells of changes: puts them on the bus and into the queues of mail and webhooks.

Everything is told at least once. The stream delivers a batch again after a crash or a failure at any call, so any part
of the batch may be told twice: receivers know a change by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.aws.change_bus import BusEvent
from certificates.messages.kinds import ChangeToTell, JobToTell
from certificates.notices.change import CertificateChange, PersonalData, change_between
from certificates.notices.open_edx import open_edx_events
from certificates.notices.own_events import own_event
from certificates.rules.model import Certificate, Learner
from certificates.rules.visibility import is_shown
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.change_bus import ChangeBus
    from certificates.aws.learner_store import LearnerStore
    from certificates.aws.queues import NoticeQueue
    from certificates.aws.run_store import RunStore
    from certificates.aws.stream import EndedJob, Revised


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Where changes are told; None: nowhere. `base_url` is where anyone may check a certificate."""

    runs: RunStore
    learners: LearnerStore
    base_url: str
    bus: ChangeBus | None = None
    as_open_edx: bool = False
    mail: NoticeQueue | None = None
    webhooks: NoticeQueue | None = None
    personal_data: bool = False


def tell(revised: Iterable[Revised], ended: Sequence[EndedJob], receivers: Receivers, *, now: datetime) -> None:
    """Tell of every change of certificates, and of every job that has ended."""
    changes = changes_of(list(revised), receivers, now)
    if receivers.bus is not None and changes:
        receivers.bus.put([event for change in changes for event in _events(change, receivers)])
    if receivers.webhooks is not None:
        receivers.webhooks.send([ChangeToTell(change.to_json()) for change in changes])
    if receivers.mail is not None:
        heard = [ChangeToTell(replace(change, learner=None).to_json()) for change in changes if not change.silent]
        receivers.mail.send([*heard, *(JobToTell(job.course_id, job.job_id) for job in ended)])
    for change in changes:
        told = {"change_id": change.id, "type": change.type.value, "course_id": change.course_id}
        logger.info("told", extra={**told, "user_id": change.user_id})


def changes_of(revised: Sequence[Revised], receivers: Receivers, now: datetime) -> list[CertificateChange]:
    """What there is to tell, in the order of the stream. Runs are read as they are now, and learners where asked."""
    runs = receivers.runs.runs_by_id({each.after.course_id for each in revised})
    shown = {course_id for course_id, run in runs.items() if is_shown(run, now)}
    found = [
        (each, change_between(each.before, each.after, each.trigger, shown=each.after.course_id in shown))
        for each in revised
    ]
    if not receivers.personal_data:
        return [change for _, change in found if change is not None]
    people = receivers.learners.learners({change.user_id for _, change in found if change is not None})
    return [
        replace(change, learner=_personal_data(each, people.get(change.user_id)))
        for each, change in found
        if change is not None
    ]


def _personal_data(revised: Revised, learner: Learner | None) -> PersonalData:
    held: Certificate = revised.after
    return PersonalData(
        username=learner.username if learner else "",
        email=learner.email if learner else "",
        name=held.name,
        grade="" if held.grade is None else str(held.grade),
    )


def _events(change: CertificateChange, receivers: Receivers) -> list[BusEvent]:
    """What the bus is told of a change."""
    told = [(change.event_type, own_event(change, receivers.base_url))]
    if receivers.as_open_edx:
        told += open_edx_events(change, receivers.base_url)
    return [BusEvent(kind, change.time, detail) for kind, detail in told]
