"""What is remembered of an attempt that left no trace on the certificate."""

from __future__ import annotations

from datetime import datetime

from certificates.rules.eligibility import Reason
from certificates.rules.model import Attempt, Facts, Outcome
from certificates.rules.predicates import print_of


def attempt_of(facts: Facts | None, outcome: Outcome, reason: str, at: datetime, job: str | None = None) -> Attempt:
    """The attempt, and the print that did not fit where all its characters can be printed and the name cannot.

    A character that no font prints is not remembered: it is known without laying anything out, and a later release may
    bring a font. `facts` None: nobody knows the learner.
    """
    never_fits = facts is not None and reason == Reason.NAME_NOT_PRINTABLE and not facts.unprintable
    printed = print_of(facts) if facts is not None and never_fits else ""
    return Attempt(outcome=outcome, reason=reason, at=at, job=job, printed=printed)
