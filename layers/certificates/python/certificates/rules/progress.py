"""The state of a certificate on the learner's progress page: one table, and the first row that is true is the
answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from certificates.rules import messages
from certificates.rules.bulk_issuance import issuance_due
from certificates.rules.days import local
from certificates.rules.eligibility import Reason, decide
from certificates.rules.messages import Message
from certificates.rules.model import Display, Facts, Status
from certificates.rules.predicates import (
    has_earned,
    has_status,
    is_downloadable,
    is_enrolled_actively,
    is_enrolled_ever,
    is_excepted,
    is_identity_missing,
    is_invalidated,
    is_mode_eligible,
    is_regular_learner,
)
from certificates.rules.request import decide_request
from certificates.rules.visibility import is_shown, shown_on


class State(StrEnum):
    AVAILABLE = "available"
    REQUESTABLE = "requestable"
    NOT_PASSING = "not-passing"
    EARNED_AVAILABLE_LATER = "earned-available-later"
    NOT_EARNED_KNOWN_LATER = "not-earned-known-later"
    EARNED_ISSUED_AT_END = "earned-issued-at-end"
    IDENTITY_MISSING = "identity-missing"
    INVALIDATED = "invalidated"
    MODE_WITHOUT_CERTIFICATE = "mode-without-certificate"
    NOT_ENROLLED = "not-enrolled"
    NOT_AVAILABLE = "not-available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The answer to "why have I no certificate?", with the learner's own values.

    `available_on` is set in the two states that wait for a date. `can_request`: a request now would succeed. It is true
    in the state `requestable`, and in `identity-missing` after the identity check was passed.
    """

    state: State
    reason: Reason
    message: Message
    passing_grade: Decimal
    grade: Decimal | None
    available_on: datetime | None = None
    can_request: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`reason` and `message` are computed from the facts only if the row is true."""

    holds: Callable[[Facts], bool]
    state: State
    reason: Callable[[Facts], Reason]
    message: Callable[[Facts], Message]


def _always(reason: Reason) -> Callable[[Facts], Reason]:
    return lambda _: reason


def _is_shown(facts: Facts) -> bool:
    return is_shown(facts.run, facts.now)


def _is_unearned_until_a_date(facts: Facts) -> bool:
    """Only a date that staff set for the results hides them. Without such a date, the learner sees the grade and what
    is missing before the run ends."""
    return (
        not is_downloadable(facts)
        and not has_earned(facts)
        and not _is_shown(facts)
        and facts.run.display is Display.END_WITH_DATE
    )


def _waits_for_identity(facts: Facts) -> bool:
    """The status is `unverified`, or the next decision will make it so."""
    return has_status(facts, Status.UNVERIFIED) or (
        is_identity_missing(facts) and is_mode_eligible(facts) and not is_downloadable(facts)
    )


def _is_no_regular_learner(facts: Facts) -> bool:
    return not is_regular_learner(facts) and not is_excepted(facts)


def _nothing_is_planned(facts: Facts) -> bool:
    """Learners may not request, and no schedule will issue: the page must not promise a certificate."""
    due = issuance_due(facts.run)
    return not facts.run.self_generation and (due is None or due <= facts.now)


def can_request(facts: Facts) -> bool:
    """Whether the page has the request button: the learner is enrolled now, and a request would issue a certificate."""
    return is_enrolled_actively(facts) and decide_request(facts).reason is Reason.ISSUED


def _has_unprintable_name(facts: Facts) -> bool:
    """Uses the decision itself, so that dry runs, jobs and this page give the same answer."""
    return decide(facts).reason is Reason.NAME_NOT_PRINTABLE


def _why_not_yet(facts: Facts) -> Reason:
    """Why an earned certificate cannot be requested: the switch or the date."""
    return decide_request(facts).reason


TABLE: tuple[Row, ...] = (
    Row(is_invalidated, State.INVALIDATED, _always(Reason.INVALIDATED), messages.invalidated_on),
    Row(
        lambda f: not is_enrolled_ever(f) and not is_downloadable(f),
        State.NOT_ENROLLED,
        _always(Reason.NOT_ENROLLED),
        messages.never_enrolled,
    ),
    Row(
        lambda f: is_downloadable(f) and not _is_shown(f),
        State.EARNED_AVAILABLE_LATER,
        _always(Reason.NOT_YET_AVAILABLE),
        messages.earned_available_later,
    ),
    Row(
        _is_unearned_until_a_date,
        State.NOT_EARNED_KNOWN_LATER,
        _always(Reason.NOT_PASSING),
        messages.not_earned_known_later,
    ),
    Row(_waits_for_identity, State.IDENTITY_MISSING, _always(Reason.IDENTITY_MISSING), messages.identity_missing),
    Row(is_downloadable, State.AVAILABLE, _always(Reason.ALREADY_ISSUED), messages.available),
    Row(
        lambda f: not is_mode_eligible(f),
        State.MODE_WITHOUT_CERTIFICATE,
        _always(Reason.MODE_NOT_ELIGIBLE),
        messages.carries_no_certificate,
    ),
    Row(
        _is_no_regular_learner,
        State.NOT_AVAILABLE,
        _always(Reason.NOT_A_REGULAR_LEARNER),
        messages.carries_no_certificate,
    ),
    Row(lambda f: not has_earned(f), State.NOT_PASSING, _always(Reason.NOT_PASSING), messages.not_passing),
    Row(
        lambda f: not is_enrolled_actively(f),
        State.NOT_ENROLLED,
        _always(Reason.NOT_ENROLLED),
        messages.no_longer_enrolled,
    ),
    Row(
        _has_unprintable_name,
        State.NOT_AVAILABLE,
        _always(Reason.NAME_NOT_PRINTABLE),
        messages.name_not_printable,
    ),
    Row(can_request, State.REQUESTABLE, _always(Reason.NOT_REQUESTED), messages.requestable),
    Row(
        lambda f: not f.run.design_active,
        State.NOT_AVAILABLE,
        _always(Reason.NO_ACTIVE_DESIGN),
        messages.earned_issued_at_end,
    ),
    Row(
        _nothing_is_planned,
        State.NOT_AVAILABLE,
        _always(Reason.SELF_GENERATION_OFF),
        messages.earned_issued_at_end,
    ),
    Row(lambda _: True, State.EARNED_ISSUED_AT_END, _why_not_yet, messages.earned_issued_at_end),
)
"""The order of the contract, with two more states. `not-enrolled` comes first for a learner who never was enrolled, and
replaces a promise (to request, to be issued) for one who left without a certificate. `not-available` replaces a promise
that nothing keeps: the name cannot be printed, the run has no active design, or staff issue by hand."""

_WAITING = frozenset({State.EARNED_AVAILABLE_LATER, State.NOT_EARNED_KNOWN_LATER})


def _in_zone(moment: datetime | None, facts: Facts) -> datetime | None:
    return local(moment, facts.run, facts.site) if moment is not None else None


def progress(facts: Facts) -> Progress:
    row = next(row for row in TABLE if row.holds(facts))
    return Progress(
        state=row.state,
        reason=row.reason(facts),
        message=row.message(facts),
        passing_grade=facts.run.passing_grade,
        grade=facts.enrollment.grade if facts.enrollment is not None else None,
        available_on=_in_zone(shown_on(facts.run), facts) if row.state in _WAITING else None,
        can_request=can_request(facts),
    )
