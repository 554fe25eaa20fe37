"""What staff should look at though nothing is refused: counted and listed before and after certificates are made."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from certificates.rules.model import Facts
from certificates.rules.predicates import carries_username, contradicts_threshold, is_downloadable

RETIRED = "retired__user_"
"""Begins the username that Open edX gives to a retired account (its default `RETIRED_USERNAME_PREFIX`)."""


class LearnerWarning(StrEnum):
    """Stable: counts, jobs and their results carry these words."""

    VERDICT_CONTRADICTS = "verdict-contradicts-passing-grade"
    """The LMS's verdict decides, and is another than the run's passing grade would make of the grade."""
    NAME_MISSING = "name-missing"
    """The certificate carries the username, or would: no name is known that prints anything."""
    NAME_NOT_PRINTABLE = "name-not-printable"
    """No certificate can be made: no font prints the name, or it does not fit. Counted before a job; a job refuses."""
    NAME_MISSPELT = "name-misspelt"
    """Vowel signs of the name stand apart from their letters, as where Burmese was typed for the font Zawgyi."""
    NAME_CHANGES = "name-changes"
    """A new revision of the certificate carries another name, or would."""
    ACCOUNT_RETIRED = "account-retired"
    """The LMS has retired the learner's account. The certificate stays until staff forget the learner here too."""


def warnings_about(facts: Facts, *, issued: bool) -> frozenset[LearnerWarning]:
    """What to look at about one learner in one run; `issued`: the decision issues a certificate, or would."""
    return frozenset(_warnings(facts, issued))


def _warnings(facts: Facts, issued: bool) -> Iterator[LearnerWarning]:
    if facts.learner.username.startswith(RETIRED):
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
