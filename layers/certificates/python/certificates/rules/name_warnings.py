"""Warnings about the names on certificates, before and after these are made: the same in counts, filters and lists."""

from __future__ import annotations

from certificates.rules.eligibility import Reason, decide
from certificates.rules.groups import is_in_bulk_issue
from certificates.rules.model import Facts, Outcome
from certificates.rules.predicates import has_earned, is_downloadable
from certificates.rules.warnings import LearnerWarning, warnings_about

OF_NAMES = (LearnerWarning.NAME_MISSING, LearnerWarning.NAME_NOT_PRINTABLE, LearnerWarning.NAME_MISSPELT)


def awaits_certificate(facts: Facts) -> bool:
    """Whether the next bulk issue decides on a certificate that the learner has earned and does not have.

    Warnings about these learners need their profiles; the name of a holder is on the certificate.
    """
    return has_earned(facts) and is_in_bulk_issue(facts) and not is_downloadable(facts)


def name_warnings(facts: Facts) -> frozenset[LearnerWarning]:
    """The warnings about the name that the certificate has, or would have if it were made now."""
    if not awaits_certificate(facts):
        return warnings_about(facts, issued=False).intersection(OF_NAMES)
    decision = decide(facts)
    if decision.reason is Reason.NAME_NOT_PRINTABLE:
        return frozenset({LearnerWarning.NAME_NOT_PRINTABLE})
    return warnings_about(facts, issued=decision.outcome is Outcome.ISSUED).intersection(OF_NAMES)
