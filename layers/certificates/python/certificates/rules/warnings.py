"""What staff should look at though nothing is refused: counted and listed before and after certificates are made."""

from __future__ import annotations

from enum import StrEnum

from certificates.rules.model import Facts
from certificates.rules.predicates import contradicts_threshold


class LearnerWarning(StrEnum):
    """Stable: counts, jobs and their results carry these words."""

    VERDICT_CONTRADICTS = "verdict-contradicts-passing-grade"
    """The LMS's verdict decides, and is another than the run's passing grade would make of the grade."""


def warnings_about(facts: Facts) -> frozenset[LearnerWarning]:
    """What to look at about one learner in one run, whatever is decided."""
    return frozenset({LearnerWarning.VERDICT_CONTRADICTS}) if contradicts_threshold(facts) else frozenset()
