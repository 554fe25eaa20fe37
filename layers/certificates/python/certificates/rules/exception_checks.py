"""What is checked before staff except a learner, invalidate a certificate or re-validate it, in the contract's order.

Each check has its own reason. The first two look at what was sent and found; the rest at the learner's facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from certificates.rules.model import Facts
from certificates.rules.predicates import is_downloadable, is_enrolled_actively, is_excepted, is_invalidated


class CheckReason(StrEnum):
    """Stable: problem types and the rows of a file's result carry these words."""

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
    """`fails` tells whether the check is failed; `message` says what the reader can do about it."""

    fails: Callable[[Facts], bool]
    reason: CheckReason
    message: str


IDENTIFIER_MISSING_MESSAGE = "Name a learner by username or e-mail."
UNKNOWN_LEARNER_MESSAGE = "No learner has this username or e-mail. Usernames are matched exactly, letter case included."

EXCEPTION_CHECKS: tuple[Check, ...] = (
    Check(
        lambda f: not is_enrolled_actively(f),
        CheckReason.NOT_ENROLLED,
        "The learner is not enrolled in this course run at present.",
    ),
    Check(
        is_invalidated,
        CheckReason.INVALIDATED,
        "The learner's certificate is invalidated. Re-validate it first.",
    ),
    Check(is_excepted, CheckReason.ALREADY_LISTED, "The learner is on the exception list already."),
)

HAS_CERTIFICATE = Check(
    lambda f: f.certificate is None,
    CheckReason.NO_CERTIFICATE,
    "The learner has no certificate in this course run.",
)

INVALIDATION_CHECKS: tuple[Check, ...] = (
    HAS_CERTIFICATE,
    Check(
        is_excepted,
        CheckReason.ON_EXCEPTION_LIST,
        "The learner is on the exception list. Remove the exception first.",
    ),
    Check(is_invalidated, CheckReason.ALREADY_INVALIDATED, "The certificate is invalidated already."),
    Check(
        lambda f: not is_downloadable(f),
        CheckReason.NOT_DOWNLOADABLE,
        "The certificate is not valid at present, so there is nothing to invalidate.",
    ),
)

REVALIDATION_CHECKS: tuple[Check, ...] = (
    HAS_CERTIFICATE,
    Check(
        lambda f: not is_invalidated(f),
        CheckReason.NOT_INVALIDATED,
        "The certificate is not invalidated, so there is nothing to re-validate.",
    ),
)


@dataclass(frozen=True, slots=True)
class Failure:
    reason: CheckReason
    message: str


def check_identifier(identifier: str) -> Failure | None:
    if identifier.strip():
        return None
    return Failure(CheckReason.IDENTIFIER_MISSING, IDENTIFIER_MISSING_MESSAGE)


def check_exception(facts: Facts | None) -> Failure | None:
    """The first check that an exception fails; `facts` None: no such learner."""
    return _first(EXCEPTION_CHECKS, facts)


def check_invalidation(facts: Facts | None) -> Failure | None:
    """The first check that an invalidation fails; `facts` None: no such learner."""
    return _first(INVALIDATION_CHECKS, facts)


def check_revalidation(facts: Facts | None) -> Failure | None:
    """The first check that a re-validation fails; `facts` None: no such learner."""
    return _first(REVALIDATION_CHECKS, facts)


def _first(checks: tuple[Check, ...], facts: Facts | None) -> Failure | None:
    if facts is None:
        return Failure(CheckReason.UNKNOWN_LEARNER, UNKNOWN_LEARNER_MESSAGE)
    return next((Failure(check.reason, check.message) for check in checks if check.fails(facts)), None)
