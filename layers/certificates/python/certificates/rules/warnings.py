"""Warnings for staff: nothing is refused, but somebody should look. Counted before and after certificates are made."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from certificates.rules.model import RETIRED_PREFIX, Facts
from certificates.rules.predicates import carries_username, contradicts_threshold, is_downloadable


class LearnerWarning(StrEnum):
    """These words never change: counts, jobs and their results use them."""

    VERDICT_CONTRADICTS = "verdict-contradicts-passing-grade"
    """The LMS's verdict decides, and differs from the result of the run's passing grade."""
    NAME_MISSING = "name-missing"
    """The certificate has or would have the username, because no printable name is known."""
    NAME_NOT_PRINTABLE = "name-not-printable"
    """No certificate can be made: no font prints the name, or the name does not fit. Counted before a job; a job
    refuses."""
    NAME_MISSPELT = "name-misspelt"
    """Vowel signs of the name are apart from their letters, as in Burmese typed for the font Zawgyi."""
    NAME_CHANGES = "name-changes"
    """A new revision of the certificate has or would have another name."""
    ACCOUNT_RETIRED = "account-retired"
    """The LMS has retired the learner's account. The certificate stays until staff forget the learner here too."""


def warnings_about(facts: Facts, *, issued: bool) -> frozenset[LearnerWarning]:
    """The warnings about one learner in one run. `issued`: the decision issues or would issue a certificate."""
    return frozenset(_warnings(facts, issued))


def _warnings(facts: Facts, issued: bool) -> Iterator[LearnerWarning]:
    if facts.learner.username.startswith(RETIRED_PREFIX):
        yield LearnerWarning.ACCOUNT_RETIRED
    if contradicts_threshold(facts):
        yield LearnerWarning.VERDICT_CONTRADICTS
    if not facts.learner.has_printable_name if issued else carries_username(facts):
        yield LearnerWarning.NAME_MISSING
    if issued and facts.misspelt:
        yield LearnerWarning.NAME_MISSPELT
    held = facts.certificate
    if issued and held is not None and is_downloadable(facts) and held.name != facts.learner.printed_name:
        yield LearnerWarning.NAME_CHANGES
