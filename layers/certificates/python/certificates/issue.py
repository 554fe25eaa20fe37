"""Issue: gather the facts of one learner, decide, render, record.

The document is stored before the record that names it: a crash between the two leaves an object nothing refers to,
never a record without a document. The next delivery decides again and ends in the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from certificates import telemetry
from certificates.backend import Backend
from certificates.document_removal import remove_at_once
from certificates.errors import Conflict, NotFound, Raced
from certificates.planning import Cause, Plan, plan
from certificates.rules.eligibility import Decision, decide
from certificates.rules.model import Certificate, Facts

Decide = Callable[[Facts], Decision]

_ATTEMPTS = 5
"""How often a lost race is run again: each loss means that somebody else has changed this very certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was decided on which facts, and the certificate as it now stands (None: there is none)."""

    decision: Decision
    facts: Facts
    certificate: Certificate | None
    changed: bool


def issue(
    course_id: str, user_id: str, *, cause: Cause, backend: Backend, now: datetime, decide: Decide = decide
) -> Result:
    """Decide on one learner's certificate and make it so.

    Raises NotFound `unknown-course-run` or `unknown-learner`, Conflict `busy` when it kept being changed by others.
    """

    def propose(facts: Facts) -> tuple[Decision, Plan]:
        decision = decide(facts)
        return decision, plan(facts, decision, cause, secret=backend.secret, base_url=backend.base_url)

    facts, decision, planned = settle(course_id, user_id, propose, backend=backend, now=now)
    telemetry.decided(decision, cause.trigger, course_id, user_id)
    certificate = planned.change.certificate if planned.change else facts.certificate
    return Result(decision=decision, facts=facts, certificate=certificate, changed=planned.change is not None)


Answer = TypeVar("Answer")


def settle(
    course_id: str,
    user_id: str,
    propose: Callable[[Facts], tuple[Answer, Plan]],
    *,
    backend: Backend,
    now: datetime,
) -> tuple[Facts, Answer, Plan]:
    """Gather, have a plan proposed, act, and begin again when somebody else came between.

    Returns the facts and the proposal that held. Raises as `issue` does, and whatever `propose` refuses with.
    """
    for _ in range(_ATTEMPTS):
        facts = gather(course_id, user_id, backend=backend, now=now)
        answer, planned = propose(facts)
        try:
            act(planned, backend)
        except Raced:
            continue
        return facts, answer, planned
    raise Conflict("busy", "This certificate is being changed by others right now. Try again.")


def gather(course_id: str, user_id: str, *, backend: Backend, now: datetime) -> Facts:
    """The facts of one learner in one run. Raises NotFound `unknown-course-run` or `unknown-learner`."""
    facts = backend.certificates.facts(course_id, user_id, site=backend.site, now=now)
    if facts is not None:
        return facts
    if backend.runs.run(course_id) is None:
        raise NotFound("unknown-course-run", f"There is no course run {course_id}.", course_id=course_id)
    raise NotFound("unknown-learner", "No learner is known under this id.")


def act(planned: Plan, backend: Backend) -> None:
    """Render, record, remove what the record no longer names. Raises Raced, having removed what it stored.

    A document that cannot be removed is left to `document_removal`: it undoes nothing of what is recorded.
    """
    change = planned.change
    if change is None:
        return
    document = change.certificate.document if change.certificate else None
    if planned.fields and change.certificate and document:
        backend.renderer.render(change.certificate.design_digest, planned.fields, document)
    try:
        backend.certificates.record(change)
    except Raced:
        if document:
            _remove_unless_recorded(change.course_id, change.user_id, document, backend)
        raise
    if planned.obsolete and planned.obsolete != document:
        remove_at_once([planned.obsolete], backend.documents)


def _remove_unless_recorded(course_id: str, user_id: str, document: str, backend: Backend) -> None:
    """The winner of a race may have stored the very same document: only one that no record names is removed."""
    recorded = backend.certificates.recorded_document(course_id, user_id)
    if recorded != document:
        remove_at_once([document], backend.documents)
