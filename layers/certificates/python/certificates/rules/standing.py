"""The state of a learner's certificate for staff: one word for each learner, and filters for lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from certificates.rules.model import Facts, Outcome, Status
from certificates.rules.name_warnings import OF_NAMES, name_warnings
from certificates.rules.predicates import (
    contradicts_threshold,
    has_earned,
    has_status,
    is_downloadable,
    is_enrolled_ever,
    is_excepted,
    is_imported,
    is_invalidated,
    is_mode_eligible,
)
from certificates.rules.warnings import LearnerWarning


class Standing(StrEnum):
    ISSUED = "issued"
    NO_CERTIFICATE = "no-certificate"
    """Earned, but not issued yet."""
    NOT_PASSING = "not-passing"
    IDENTITY_MISSING = "identity-missing"
    WITHDRAWN = "withdrawn"
    """Issued once, but now neither valid nor invalidated."""
    INVALIDATED = "invalidated"
    MODE_WITHOUT_CERTIFICATE = "mode-without-certificate"
    FAILED = "failed"
    """The last attempt broke."""


EXCEPTED = "excepted"
"""The filter of learners on the exception list, whatever their standing."""

IMPORTED = "imported"
"""The filter of learners with the LMS's own certificate."""

CONTRADICTED = "verdict-contradicts"
"""The filter of learners whose LMS verdict contradicts the run's passing grade."""

FILTERS_OF_NAMES = frozenset(warning.value for warning in OF_NAMES)
"""The filters of learners with a warning about the name. They need the learners' profiles."""


def standing_of(facts: Facts) -> Standing:
    """The first standing whose condition is true."""
    held, last = facts.certificate, facts.last_attempt
    if is_invalidated(facts):
        return Standing.INVALIDATED
    if last is not None and last.outcome is Outcome.FAILED:
        return Standing.FAILED
    if is_downloadable(facts):
        return Standing.ISSUED
    if has_status(facts, Status.UNVERIFIED):
        return Standing.IDENTITY_MISSING
    if held is not None and held.issued_on is not None:
        return Standing.WITHDRAWN
    if not is_mode_eligible(facts):
        return Standing.MODE_WITHOUT_CERTIFICATE
    return Standing.NO_CERTIFICATE if has_earned(facts) else Standing.NOT_PASSING


def _has_standing(standing: Standing, facts: Facts) -> bool:
    return is_enrolled_ever(facts) and standing_of(facts) is standing


def _has_warning(warning: LearnerWarning, facts: Facts) -> bool:
    return warning in name_warnings(facts)


def _has_status(status: Status, facts: Facts) -> bool:
    return has_status(facts, status)


FILTERS: Mapping[str, Callable[[Facts], bool]] = MappingProxyType(
    {
        **{standing.value: partial(_has_standing, standing) for standing in Standing},
        EXCEPTED: is_excepted,
        IMPORTED: is_imported,
        CONTRADICTED: contradicts_threshold,
        **{warning.value: partial(_has_warning, warning) for warning in OF_NAMES},
        **{status.value: partial(_has_status, status) for status in Status},
    }
)
"""By name: standings, the exception list, the LMS's own certificates, contradicted verdicts, warnings about names, and
stored statuses."""
