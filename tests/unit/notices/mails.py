"""Invented certificates, their histories and their changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from certificates.notices.change import CertificateChange, ChangeType
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.mailing import MailFacts, MailKind, Told
from certificates.rules.model import Certificate, CourseRun, Learner, Pacing, Status

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DELAY = timedelta(minutes=15)
COURSE_ID = "course-v1:Northwind+STAT101+2026_T3"
RUN = CourseRun(course_id=COURSE_ID, title="Statistics", organization="Northwind", pacing=Pacing.SELF)
LEARNER = Learner(user_id="41", username="li", email="li@example.com", name="Li Ning")
HELD = Certificate(
    verify_uuid="8f14e45fceea467a9a36dedd4bea2543",
    course_id=COURSE_ID,
    user_id="41",
    status=Status.DOWNLOADABLE,
    revision=1,
    mode="verified",
    name="Li Ning",
    course_title="Statistics",
    organization="Northwind",
    issued_on=date(2026, 11, 24),
)
VALID, TAKEN, FAILING = Status.DOWNLOADABLE, Status.UNAVAILABLE, Status.NOTPASSING


def change(kind: ChangeType = ChangeType.ISSUED, revision: int = 1, **values: Any) -> CertificateChange:
    told: dict[str, Any] = {"time": NOW - DELAY, "shown": True, "silent": False, "status": "downloadable"}
    return CertificateChange(
        id=f"{HELD.verify_uuid}-{revision}",
        type=kind,
        course_id=COURSE_ID,
        user_id="41",
        verify_uuid=HELD.verify_uuid,
        revision=revision,
        sequence=2 * revision,
        status_before=None,
        mode="verified",
        trigger="bulk-issuance",
        issued_on=HELD.issued_on,
        course_title="Statistics",
        organization="Northwind",
        **{**told, **values},
    )


def facts(
    *statuses: Status,
    told: tuple[tuple[MailKind, int], ...] = (),
    run: dict[str, Any] | None = None,
    learner: dict[str, Any] | None = None,
    since: timedelta = DELAY,
) -> MailFacts:
    """A certificate with a revision for each status, a second after the one before. The first was `since` ago."""
    recorded = statuses or (VALID,)
    history = tuple(
        HistoryEntry(
            at=NOW - since + timedelta(seconds=number),
            actor="ines",
            trigger=Trigger.BULK,
            change=ChangeKind.ISSUED,
            reason="issued",
            status=status.value,
            revision=number + 1,
        )
        for number, status in enumerate(recorded)
    )
    return MailFacts(
        run=replace(RUN, **(run or {})),
        learner=replace(LEARNER, **(learner or {})),
        certificate=replace(HELD, status=recorded[-1], revision=len(recorded)),
        history=history,
        told=tuple(Told(kind, revision, revision) for kind, revision in told),
        now=NOW,
    )
