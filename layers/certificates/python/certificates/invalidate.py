"""Invalidate: a certificate is no longer rendered, until it is re-validated.

One transaction makes it `unavailable` under a new revision. A decision on the old revision then loses its race and is
made again. Then the PDF is deleted. After a crash between the two, `document_removal` deletes the PDF.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from certificates import telemetry
from certificates.backend import Backend
from certificates.change import Change
from certificates.issue import Issued
from certificates.lookup import gather
from certificates.planning import Cause, Plan, begun_by, revocation
from certificates.rules.eligibility import Reason, decide
from certificates.rules.exception_checks import check_invalidation, check_revalidation
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, Facts, Invalidation, Learner, Status
from certificates.settling import act, attempts, planned_for
from certificates.staff_checks import checked_note, find_learner, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidated:
    """An invalidation, and the learner whose certificate it is about."""

    learner: Learner
    invalidation: Invalidation


def find_holder(course_id: str, identifier: str, *, backend: Backend, now: datetime) -> Learner:
    """The learner of a username or e-mail, whose certificate can be invalidated now. Raises as `invalidate` does."""
    learner = find_learner(course_id, identifier, backend=backend)
    require(check_invalidation(gather(course_id, learner.user_id, backend=backend, now=now)))
    return learner


def invalidate(course_id: str, identifier: str, note: str, *, by: str, backend: Backend, now: datetime) -> Invalidated:
    """Invalidate the certificate of a learner, who is named by username or e-mail.

    Raises, in this order: BadRequest `text-too-long` (the note), `identifier-missing`, NotFound `unknown-learner`,
    Conflict `no-certificate`, `on-exception-list`, `already-invalidated`, `not-downloadable`.
    NotFound `unknown-course-run`, Conflict `busy`.
    """
    tidy = checked_note(note)
    learner = find_learner(course_id, identifier, backend=backend)
    invalidation = Invalidation(user_id=learner.user_id, note=tidy, invalidated_by=by, invalidated_at=now)

    for attempt in attempts():
        with attempt:
            facts = gather(course_id, learner.user_id, backend=backend, now=now)
            require(check_invalidation(facts))
            act(_plan_invalidation(facts, invalidation), backend)
    telemetry.invalidated(course_id, learner.user_id)
    return Invalidated(learner=facts.learner, invalidation=invalidation)


def revalidate(course_id: str, user_id: str, *, by: str, backend: Backend, now: datetime) -> Issued:
    """Close the invalidation, which stays stored, and decide again.

    Raises Conflict `no-certificate`, NotFound `not-invalidated`, and as `issue` does.
    """
    cause = Cause(trigger=Trigger.REVALIDATE, actor=by)

    for attempt in attempts():
        with attempt:
            facts = gather(course_id, user_id, backend=backend, now=now)
            require(check_revalidation(facts))
            open_again, closed = _closed(facts, by)
            decision = decide(open_again)
            planned = planned_for(open_again, decision, cause, backend)
            history = HistoryEntry(
                at=now,
                actor=by,
                trigger=Trigger.REVALIDATE,
                change=ChangeKind.REVALIDATED,
                reason=decision.reason.value,
                note=closed.note or None,
            )
            planned = begun_by(planned, open_again, history, invalidation=closed)
            act(planned, backend)
    telemetry.decided(decision, cause.trigger, course_id, user_id)
    written = planned.change.certificate if planned.change else None
    return Issued(decision=decision, facts=facts, certificate=written or facts.certificate, changed=written is not None)


def _plan_invalidation(facts: Facts, invalidation: Invalidation) -> Plan:
    before = facts.certificate
    if before is None:
        raise ValueError("only a certificate can be invalidated")
    after: Certificate = replace(
        before, status=Status.UNAVAILABLE, revision=before.revision + 1, document=None, modified_at=facts.now
    )
    change = Change(
        course_id=facts.run.course_id,
        user_id=facts.learner.user_id,
        history=HistoryEntry(
            at=facts.now,
            actor=invalidation.invalidated_by,
            trigger=Trigger.INVALIDATE,
            change=ChangeKind.INVALIDATED,
            reason=Reason.INVALIDATED.value,
            note=invalidation.note or None,
        ),
        revision_read=before.revision,
        certificate=after,
        revoked=revocation(before, after),
        excepted=False,
        invalidation=invalidation,
        replaced=facts.invalidation,
    )
    return Plan(change=change, obsolete=before.document)


def _closed(facts: Facts, by: str) -> tuple[Facts, Invalidation]:
    if facts.invalidation is None:
        raise ValueError("there is no invalidation to close")
    closed = replace(facts.invalidation, active=False, revalidated_by=by, revalidated_at=facts.now)
    return replace(facts, invalidation=closed), closed
