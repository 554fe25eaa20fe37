"""Issue: gather the facts of one learner, decide, render, store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certificates import telemetry
from certificates.backend import Backend
from certificates.errors import NotPrintable
from certificates.lookup import gather
from certificates.planning import Cause
from certificates.rules.eligibility import Decision, Reason, decide
from certificates.rules.model import Certificate, Facts, Outcome
from certificates.rules.trying import attempt_of
from certificates.settling import act, attempts, planned_for

Decide = Callable[[Facts], Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The decision, its facts, and the certificate after it (None: there is none)."""

    decision: Decision
    facts: Facts
    certificate: Certificate | None
    changed: bool


def issue(
    course_id: str, user_id: str, *, cause: Cause, backend: Backend, now: datetime, decide: Decide = decide
) -> Issued:
    """Decide on one learner's certificate and carry out the decision.

    Raises NotFound `unknown-course-run` or `unknown-learner`, Busy when others kept changing the certificate,
    NotPrintable when the name does not fit. The failed attempt is noted, so the next decision refuses without a layout.
    A name without a font is noted too: staff see it in their lists.
    """
    for attempt in attempts():
        with attempt:
            facts = gather(course_id, user_id, backend=backend, now=now)
            decision = decide(facts)
            planned = planned_for(facts, decision, cause, backend)
            try:
                act(planned, backend)
            except NotPrintable as refusal:
                backend.jobs.attempted(course_id, user_id, attempt_of(facts, Outcome.REFUSED, refusal.reason, now))
                raise
    if decision.reason is Reason.NAME_NOT_PRINTABLE:
        backend.jobs.attempted(course_id, user_id, attempt_of(facts, Outcome.REFUSED, decision.reason, now))
    telemetry.decided(decision, cause.trigger, course_id, user_id)
    certificate = planned.change.certificate if planned.change else facts.certificate
    return Issued(decision=decision, facts=facts, certificate=certificate, changed=planned.change is not None)
