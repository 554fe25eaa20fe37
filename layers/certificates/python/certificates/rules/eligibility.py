"""May a certificate be issued? One table, read from the top: the first row that is true decides.

    decide                the shared decision of every trigger
    decide_regeneration   the same table for a new revision; two rows differ
    on_failing_grade      the LMS sends a failing verdict
    on_exception_removed  staff removed an exception

Dates, pacing and the self-generation switch play no part: a certificate is issued early and shown later (`visibility`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from certificates.rules.model import Facts, Outcome, Status
from certificates.rules.predicates import (
    carries_certificate,
    has_earned,
    has_status,
    is_downloadable,
    is_enrolled_ever,
    is_excepted,
    is_forgotten,
    is_identity_missing,
    is_invalidated,
    is_mode_eligible,
    is_name_printable,
    is_passing,
    is_regular_learner,
)


class Reason(StrEnum):
    """Why a decision has its outcome. The words are stable: callers, problem types, metrics and CSV files use them."""

    INVALIDATED = "invalidated"
    NOT_ENROLLED = "not-enrolled"
    MODE_NOT_ELIGIBLE = "mode-not-eligible"
    NOT_A_REGULAR_LEARNER = "not-a-regular-learner"
    NOT_PASSING = "not-passing"
    IDENTITY_MISSING = "identity-missing"
    ALREADY_ISSUED = "already-issued"
    ISSUED = "issued"
    NO_ACTIVE_DESIGN = "no-active-design"
    NAME_NOT_PRINTABLE = "name-not-printable"
    EXCEPTED = "excepted"
    PASSING_SINCE = "passing-since"
    SELF_GENERATION_OFF = "self-generation-off"
    NOT_YET_AVAILABLE = "not-yet-available"
    NOT_REQUESTED = "not-requested"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`status` is the status to write. None: nothing is written, because the certificate has the status already.

    The outcome `issued` always writes: a new revision with today's name, grade and design.
    """

    outcome: Outcome
    reason: Reason
    status: Status | None = None


Write = Callable[[Facts], Status | None]


def nothing(_: Facts) -> Status | None:
    return None


def on_existing(status: Status) -> Write:
    """Write over an existing certificate; never create one."""
    return lambda facts: status if facts.certificate is not None else None


def on_undelivered(status: Status) -> Write:
    """Write over an existing certificate that is not downloadable; never create one."""
    return lambda facts: status if facts.certificate is not None and not is_downloadable(facts) else None


def always(status: Status) -> Write:
    """Write in every case; create the certificate where there is none."""
    return lambda _: status


@dataclass(frozen=True, slots=True)
class Row:
    """What is decided if `holds` is true of the facts. `write` is the status that the certificate gets."""

    holds: Callable[[Facts], bool]
    outcome: Outcome
    reason: Reason
    write: Write = nothing

    def decision(self, facts: Facts) -> Decision:
        status = self.write(facts)
        unchanged = facts.certificate is not None and facts.certificate.status is status
        if unchanged and self.outcome is not Outcome.ISSUED:
            status = None
        return Decision(outcome=self.outcome, reason=self.reason, status=status)


def holds_eligible_certificate(facts: Facts) -> bool:
    """The mode of the certificate counts, not the mode of the enrollment: a new mode does not re-issue."""
    certificate = facts.certificate
    return certificate is not None and is_downloadable(facts) and carries_certificate(certificate.mode, facts)


FORGOTTEN = Row(is_forgotten, Outcome.REFUSED, Reason.FORGOTTEN, on_existing(Status.UNAVAILABLE))
"""Stands before the first row of every table: no certificate names a forgotten learner."""

TABLE: tuple[Row, ...] = (
    Row(is_invalidated, Outcome.REFUSED, Reason.INVALIDATED, on_existing(Status.UNAVAILABLE)),
    Row(lambda f: not is_enrolled_ever(f), Outcome.REFUSED, Reason.NOT_ENROLLED),
    Row(lambda f: not is_mode_eligible(f), Outcome.REFUSED, Reason.MODE_NOT_ELIGIBLE),
    Row(lambda f: not is_regular_learner(f) and not is_excepted(f), Outcome.REFUSED, Reason.NOT_A_REGULAR_LEARNER),
    Row(lambda f: not has_earned(f), Outcome.REFUSED, Reason.NOT_PASSING, on_undelivered(Status.NOTPASSING)),
    # A learner who was issued a certificate keeps it when the identity check lapses.
    Row(
        lambda f: is_identity_missing(f) and not is_downloadable(f),
        Outcome.REFUSED,
        Reason.IDENTITY_MISSING,
        always(Status.UNVERIFIED),
    ),
    Row(holds_eligible_certificate, Outcome.KEPT, Reason.ALREADY_ISSUED),
    Row(lambda _: True, Outcome.ISSUED, Reason.ISSUED, always(Status.DOWNLOADABLE)),
)
"""The rows of the contract, in the contract's order."""

REGENERATION_TABLE: tuple[Row, ...] = tuple(
    # A grade that dropped since then does not take the certificate away: the certificate gets its new revision.
    replace(row, holds=lambda f: not has_earned(f) and not is_downloadable(f))
    if row.reason is Reason.NOT_PASSING
    else row
    for row in TABLE
    # A regeneration makes a new revision, so an existing certificate is no reason to keep it unchanged.
    if row.reason is not Reason.ALREADY_ISSUED
)
"""The shared table with two rows changed. For example, an active invalidation still refuses, and a learner whose mode
no longer carries a certificate keeps the old revision."""

FAILING_TABLE: tuple[Row, ...] = (
    Row(is_invalidated, Outcome.REFUSED, Reason.INVALIDATED, on_existing(Status.UNAVAILABLE)),
    # A newer grade or verdict has replaced the failing one.
    Row(is_passing, Outcome.KEPT, Reason.PASSING_SINCE),
    Row(is_excepted, Outcome.KEPT, Reason.EXCEPTED),
    Row(lambda _: True, Outcome.REFUSED, Reason.NOT_PASSING, on_existing(Status.NOTPASSING)),
)
"""Withdrawing a certificate needs neither an enrollment nor an active design."""


def decide(facts: Facts) -> Decision:
    return _printable(_first(TABLE, facts), facts)


def is_to_be_issued(facts: Facts) -> bool:
    """Whether a certificate that is not there would be made now."""
    return decide(facts).outcome is Outcome.ISSUED


def decide_regeneration(facts: Facts) -> Decision:
    """For new revisions: the regeneration groups, and exceptions of scope `all`."""
    return _printable(_first(REGENERATION_TABLE, facts), facts)


def on_failing_grade(facts: Facts) -> Decision:
    """The LMS sent a failing verdict, and `facts` have it: the certificate becomes `notpassing`, unless excepted. An
    `unavailable` one stays so, invalidated or not."""
    decision = _first(FAILING_TABLE, facts)
    return replace(decision, status=None) if has_status(facts, Status.UNAVAILABLE) else decision


def on_exception_removed(facts: Facts) -> Decision:
    """Staff removed an exception: a passing learner is decided on like anyone else, another loses the certificate.

    No certificate is issued, and none is made where there was none.
    """
    without = replace(facts, exception=None)
    decision = decide(without) if is_passing(without) else _first(FAILING_TABLE, without)
    if decision.outcome is Outcome.ISSUED:
        return Decision(outcome=Outcome.KEPT, reason=Reason.PASSING_SINCE)
    return decision if facts.certificate is not None else replace(decision, status=None)


def _first(table: tuple[Row, ...], facts: Facts) -> Decision:
    return next(row for row in (FORGOTTEN, *table) if row.holds(facts)).decision(facts)


def _printable(decision: Decision, facts: Facts) -> Decision:
    """Refuse an issue that cannot be printed: without an active design, or under a name that no font prints.

    All other decisions need neither.
    """
    if decision.outcome is not Outcome.ISSUED:
        return decision
    if not facts.run.design_active:
        return Decision(outcome=Outcome.REFUSED, reason=Reason.NO_ACTIVE_DESIGN)
    if not is_name_printable(facts):
        return Decision(outcome=Outcome.REFUSED, reason=Reason.NAME_NOT_PRINTABLE)
    return decision
