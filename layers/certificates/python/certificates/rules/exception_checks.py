"""The checks before staff add an exception, invalidate a certificate or re-validate it, in the contract's order.

Each check has its own reason. The first two checks look at the identifier and the learner found by it, the others at
the learner's facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from certificates.rules.model import MAX_EMAIL_LENGTH, Facts
from certificates.rules.predicates import is_downloadable, is_enrolled_actively, is_excepted, is_invalidated

MAX_IDENTIFIER_LENGTH = MAX_EMAIL_LENGTH
"""No username is longer than an e-mail address."""

MAX_NOTE_LENGTH = 1000
"""Characters of a note on an exception or an invalidation."""


class CheckReason(StrEnum):
    """These words never change: problem types and the result of an exception file use them."""

    IDENTIFIER_MISSING = "identifier-missing"
    UNKNOWN_LEARNER = "unknown-learner"
    NOT_ENROLLED = "not-enrolled"
    INVALIDATED = "invalidated"
    ALREADY_LISTED = "already-listed"
    NO_CERTIFICATE = "no-certificate"
    ON_EXCEPTION_LIST = "on-exception-list"
    ALREADY_INVALIDATED = "already-invalidated"
    NOT_DOWNLOADABLE = "not-downloadable"
    NOT_INVALIDATED = "not-invalidated"


@dataclass(frozen=True, slots=True)
class Check:
    """`fails` is true for facts that fail the check."""

    fails: Callable[[Facts], bool]
    reason: CheckReason


EXCEPTION_CHECKS: tuple[Check, ...] = (
    Check(lambda f: not is_enrolled_actively(f), CheckReason.NOT_ENROLLED),
    Check(is_invalidated, CheckReason.INVALIDATED),
    Check(is_excepted, CheckReason.ALREADY_LISTED),
)

HAS_CERTIFICATE = Check(lambda f: f.certificate is None, CheckReason.NO_CERTIFICATE)

INVALIDATION_CHECKS: tuple[Check, ...] = (
    HAS_CERTIFICATE,
    Check(is_excepted, CheckReason.ON_EXCEPTION_LIST),
    Check(is_invalidated, CheckReason.ALREADY_INVALIDATED),
    Check(lambda f: not is_downloadable(f), CheckReason.NOT_DOWNLOADABLE),
)

REVALIDATION_CHECKS: tuple[Check, ...] = (
    HAS_CERTIFICATE,
    Check(lambda f: not is_invalidated(f), CheckReason.NOT_INVALIDATED),
)


def check_identifier(identifier: str) -> CheckReason | None:
    if identifier.strip():
        return None
    return CheckReason.IDENTIFIER_MISSING


def check_exception(facts: Facts | None) -> CheckReason | None:
    """The first failed check for an exception. `facts` None: there is no such learner."""
    return _first(EXCEPTION_CHECKS, facts)


def check_invalidation(facts: Facts | None) -> CheckReason | None:
    """The first failed check for an invalidation. `facts` None: there is no such learner."""
    return _first(INVALIDATION_CHECKS, facts)


def check_revalidation(facts: Facts | None) -> CheckReason | None:
    """The first failed check for a re-validation. `facts` None: there is no such learner."""
    return _first(REVALIDATION_CHECKS, facts)


def _first(checks: tuple[Check, ...], facts: Facts | None) -> CheckReason | None:
    if facts is None:
        return CheckReason.UNKNOWN_LEARNER
    return next((check.reason for check in checks if check.fails(facts)), None)
