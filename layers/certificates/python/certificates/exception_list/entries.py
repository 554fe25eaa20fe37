"""Adds learners to the exception list and removes them; the decision is written in the same transaction.

A crash before the transaction leaves a document that no certificate names; the next try stores the same document. A
crash after the transaction leaves an old document; `document_removal` removes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from certificates import telemetry
from certificates.backend import Backend
from certificates.errors import NotFound
from certificates.lookup import gather
from certificates.planning import Cause, Plan, begun_by
from certificates.rules.eligibility import Decision, Reason, decide, on_exception_removed
from certificates.rules.events import should_decide_on_exception
from certificates.rules.exception_checks import check_exception
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, ExceptionEntry, Facts, Learner
from certificates.settling import act, attempts, planned_for
from certificates.staff_checks import checked_note, find_learner, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """`decision` None: automatic issuing is off for the run, there is a certificate already, or the LMS is asked
    first whether it has one."""

    learner: Learner
    entry: ExceptionEntry
    decision: Decision | None
    certificate: Certificate | None


def add_exception(course_id: str, identifier: str, note: str, *, by: str, backend: Backend, now: datetime) -> Added:
    """Add a learner, who is named by username or e-mail. With automatic issuing on, decide at once.

    Raises, in this order: BadRequest `text-too-long` (the note), `identifier-missing`, NotFound `unknown-learner`,
    Conflict `not-enrolled`, `invalidated`, `already-listed`; then Conflict `name-not-printable` when the certificate
    cannot be made; the learner is not added then. NotFound `unknown-course-run`, Conflict `busy` as in `issue`.
    """
    tidy = checked_note(note)
    learner = find_learner(course_id, identifier, backend=backend)
    entry = ExceptionEntry(user_id=learner.user_id, note=tidy, added_by=by, added_at=now)

    for attempt in attempts():
        with attempt:
            facts = gather(course_id, learner.user_id, backend=backend, now=now)
            require(check_exception(facts))
            excepted = replace(facts, exception=entry)
            decides = should_decide_on_exception(excepted)
            asks = decides and backend.must_ask_lms_first(excepted)
            decision = decide(excepted) if decides and not asks else None
            planned = plan_addition(excepted, entry, decision, backend=backend)
            act(planned, backend)
    if asks:
        backend.ask_lms_first(excepted)
    if decision is not None:
        telemetry.decided(decision, Trigger.EXCEPTION_ADDED, course_id, learner.user_id)
    return Added(learner=facts.learner, entry=entry, decision=decision, certificate=_held(facts, planned))


def plan_addition(excepted: Facts, entry: ExceptionEntry, decision: Decision | None, *, backend: Backend) -> Plan:
    """The plan for an exception and the decision on it. `decision` None: the certificate does not change."""
    cause = Cause(trigger=Trigger.EXCEPTION_ADDED, actor=entry.added_by)
    planned = Plan()
    if decision is not None:
        planned = planned_for(excepted, decision, cause, backend)
    history = HistoryEntry(
        at=excepted.now,
        actor=entry.added_by,
        trigger=Trigger.EXCEPTION_ADDED,
        change=ChangeKind.EXCEPTION_ADDED,
        reason=Reason.EXCEPTED.value,
        note=entry.note or None,
    )
    return begun_by(planned, excepted, history, exception_added=entry)


def remove_exception(course_id: str, user_id: str, *, by: str, backend: Backend, now: datetime) -> Decision:
    """Remove a learner from the list and decide again: a learner who does not pass loses the certificate.

    Raises NotFound `not-listed`, and as `issue` does.
    """
    cause = Cause(trigger=Trigger.EXCEPTION_REMOVED, actor=by)

    for attempt in attempts():
        with attempt:
            facts = gather(course_id, user_id, backend=backend, now=now)
            if facts.exception is None:
                raise NotFound("not-listed", "The learner is not on the exception list of this run.")
            without = replace(facts, exception=None)
            decision = on_exception_removed(without)
            planned = planned_for(without, decision, cause, backend)
            history = HistoryEntry(
                at=now,
                actor=by,
                trigger=Trigger.EXCEPTION_REMOVED,
                change=ChangeKind.EXCEPTION_REMOVED,
                reason=decision.reason.value,
                note=facts.exception.note or None,
            )
            act(begun_by(planned, without, history, exception_removed=True), backend)
    telemetry.decided(decision, cause.trigger, course_id, user_id)
    return decision


def _held(facts: Facts, planned: Plan) -> Certificate | None:
    written = planned.change.certificate if planned.change else None
    return written or facts.certificate
