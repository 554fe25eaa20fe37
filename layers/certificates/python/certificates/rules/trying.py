"""The note about an attempt that did not change the certificate."""

from __future__ import annotations

from datetime import datetime

from certificates.rules.eligibility import Reason
from certificates.rules.model import Attempt, Facts, Outcome
from certificates.rules.predicates import print_of


def attempt_of(facts: Facts | None, outcome: Outcome, reason: str, at: datetime, job: str | None = None) -> Attempt:
    """The attempt; with the print that did not fit, if every character has a font but the name is too long.

    A character without a font is not noted: no layout is needed to find it, and a later release may bring a font.
    `facts` None: the learner is unknown.
    """
    never_fits = facts is not None and reason == Reason.NAME_NOT_PRINTABLE and not facts.unprintable
    printed = print_of(facts) if facts is not None and never_fits else ""
    return Attempt(outcome=outcome, reason=reason, at=at, job=job, printed=printed)
