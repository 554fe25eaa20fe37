"""A learner requests a certificate: first the switch, then the date, then the shared decision."""

from __future__ import annotations

from certificates.rules.eligibility import Decision, Reason, decide
from certificates.rules.model import Facts, Outcome
from certificates.rules.visibility import is_shown


def decide_request(facts: Facts) -> Decision:
    if not facts.run.self_generation:
        return Decision(outcome=Outcome.REFUSED, reason=Reason.SELF_GENERATION_OFF)
    if not is_shown(facts.run, facts.now):
        return Decision(outcome=Outcome.REFUSED, reason=Reason.NOT_YET_AVAILABLE)
    return decide(facts)
