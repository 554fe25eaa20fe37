"""Which events lead to a decision that nobody asked for.

Every such decision needs automatic issuing on in the run, and no `downloadable` certificate. An unenrollment decides
nothing: the certificate stays. For a failing grade see `eligibility.on_failing_grade`.
"""

from __future__ import annotations

from certificates.rules.lms_update import LmsUpdate
from certificates.rules.model import Facts
from certificates.rules.predicates import is_downloadable, is_mode_eligible, is_passing


def should_decide_on_passing(facts: Facts) -> bool:
    """The LMS sent a passing verdict. An event that is older than a failing verdict decides nothing."""
    return _is_open(facts) and is_passing(facts)


def should_become_notpassing(update: LmsUpdate, facts: Facts) -> bool:
    """The LMS sent a failing verdict, and no newer update about this grade came. Older updates change no
    certificate."""
    enrollment = facts.enrollment
    if enrollment is None or update.passing or is_passing(facts):
        return False
    newest = enrollment.graded_at if update.passing is None else enrollment.verdict_at
    return newest is not None and newest <= update.at


def should_decide_on_mode_change(facts: Facts) -> bool:
    """A new enrollment or a new mode. A mode without certificate decides nothing."""
    return _is_open(facts) and is_mode_eligible(facts)


def should_decide_on_identity(facts: Facts) -> bool:
    """The identity check was passed."""
    return _is_open(facts)


def should_decide_on_exception(facts: Facts) -> bool:
    """An entry was added to the exception list."""
    return _is_open(facts)


def _is_open(facts: Facts) -> bool:
    return facts.run.automatic_generation and not is_downloadable(facts)
