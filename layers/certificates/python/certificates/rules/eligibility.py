"""May a certificate be issued? One table, read from the top: the first row that holds decides.

    decide                the shared decision of every trigger
    decide_regeneration   the same table where a new revision is wanted, with the two rows that differ
    on_failing_grade      the LMS says failed
    on_exception_removed  an exception was removed

Issuing looks at no date, pacing or switch: a certificate is issued early and shown when due (`visibility`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from certificates.rules.model import Facts, Outcome, Status
from certificates.rules.predicates import (
    carries_certificate,
    has_earned,
    is_downloadable,
    is_enrolled_ever,
    is_excepted,
    is_identity_missing,
    is_invalidated,
    is_mode_eligible,
    is_passing,
    is_regular_learner,
)


class Reason(StrEnum):
    """Why a decision came out as it did. Stable: callers, problem types, metrics and reports build on these words."""

    INVALIDATED = "invalidated"
    NOT_ENROLLED = "not-enrolled"
    MODE_NOT_ELIGIBLE = "mode-not-eligible"
    NOT_A_REGULAR_LEARNER = "not-a-regular-learner"
    NOT_PASSING = "not-passing"
    IDENTITY_MISSING = "identity-missing"
    ALREADY_ISSUED = "already-issued"
    ISSUED = "issued"
    NO_ACTIVE_DESIGN = "no-active-design"
    EXCEPTED = "excepted"
    PASSING_SINCE = "passing-since"
    SELF_GENERATION_OFF = "self-generation-off"
    NOT_YET_AVAILABLE = "not-yet-available"
    NOT_REQUESTED = "not-requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`status` is what the record is to say, None when nothing is to be written: the record says it already,
    or the row writes nothing. `issued` always writes: a revision with today's name, grade and design.
    """

    outcome: Outcome
    reason: Reason
    status: Status | None = None


Write = Callable[[Facts], Status | None]


def nothing(_: Facts) -> Status | None:
    return None


def on_existing(status: Status) -> Write:
    """Written over a certificate that exists; none is created."""
    return lambda facts: status if facts.certificate is not None else None


def on_undelivered(status: Status) -> Write:
    """Written over a certificate that exists and is not downloadable; none is created."""
    return lambda facts: status if facts.certificate is not None and not is_downloadable(facts) else None


def always(status: Status) -> Write:
    """Written whatever is recorded; the certificate is created when absent."""
    return lambda _: status


@dataclass(frozen=True, slots=True)
class Row:
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
    """Judged by the mode the certificate was issued under: a new enrollment mode does not re-issue."""
    certificate = facts.certificate
    return certificate is not None and is_downloadable(facts) and carries_certificate(certificate.mode, facts)


TABLE: tuple[Row, ...] = (
    Row(is_invalidated, Outcome.REFUSED, Reason.INVALIDATED, on_existing(Status.UNAVAILABLE)),
    Row(lambda f: not is_enrolled_ever(f), Outcome.REFUSED, Reason.NOT_ENROLLED),
    Row(lambda f: not is_mode_eligible(f), Outcome.REFUSED, Reason.MODE_NOT_ELIGIBLE),
    Row(lambda f: not is_regular_learner(f) and not is_excepted(f), Outcome.REFUSED, Reason.NOT_A_REGULAR_LEARNER),
    Row(lambda f: not has_earned(f), Outcome.REFUSED, Reason.NOT_PASSING, on_undelivered(Status.NOTPASSING)),
    Row(is_identity_missing, Outcome.REFUSED, Reason.IDENTITY_MISSING, always(Status.UNVERIFIED)),
    Row(holds_eligible_certificate, Outcome.KEPT, Reason.ALREADY_ISSUED),
    Row(lambda _: True, Outcome.ISSUED, Reason.ISSUED, always(Status.DOWNLOADABLE)),
)
"""The rows of the contract, in its order."""

REGENERATION_TABLE: tuple[Row, ...] = tuple(
    # A grade that has since dropped does not take away a certificate already received: it gets its new revision.
    replace(row, holds=lambda f: not has_earned(f) and not is_downloadable(f))
    if row.reason is Reason.NOT_PASSING
    else row
    for row in TABLE
    # A new revision is wanted, so a certificate that is already there is no reason to keep it as it is.
    if row.reason is not Reason.ALREADY_ISSUED
)
"""The shared table but for two rows. All others stand: an active invalidation stays, a mode that no longer carries a
certificate makes no new revision and leaves the old one, an identity now missing makes it `unverified`."""

FAILING_TABLE: tuple[Row, ...] = (
    Row(is_invalidated, Outcome.REFUSED, Reason.INVALIDATED, on_existing(Status.UNAVAILABLE)),
    # The event was overtaken by a newer grade or verdict.
    Row(is_passing, Outcome.KEPT, Reason.PASSING_SINCE),
    Row(is_excepted, Outcome.KEPT, Reason.EXCEPTED),
    Row(lambda _: True, Outcome.REFUSED, Reason.NOT_PASSING, on_existing(Status.NOTPASSING)),
)
"""Taking away needs neither enrollment nor an active design."""


def decide(facts: Facts) -> Decision:
    return _with_design(_first(TABLE, facts), facts)


def is_to_be_issued(facts: Facts) -> bool:
    """Whether a certificate that is not there would be made now."""
    return decide(facts).outcome is Outcome.ISSUED


def decide_regeneration(facts: Facts) -> Decision:
    """For certificates to be made anew: the regeneration groups, and exceptions of scope `all`."""
    return _with_design(_first(REGENERATION_TABLE, facts), facts)


def on_failing_grade(facts: Facts) -> Decision:
    """The LMS says failed: what is recorded becomes `notpassing`, unless excepted. `facts` hold the failing verdict."""
    return _first(FAILING_TABLE, facts)


def on_exception_removed(facts: Facts) -> Decision:
    """An exception was removed: who passes is decided on as anybody, who does not loses the certificate."""
    without = replace(facts, exception=None)
    return decide(without) if is_passing(without) else on_failing_grade(without)


def _first(table: tuple[Row, ...], facts: Facts) -> Decision:
    return next(row for row in table if row.holds(facts)).decision(facts)


def _with_design(decision: Decision, facts: Facts) -> Decision:
    """Where staff set the run's design inactive, a decision is refused before anything is written.

    A decision that writes nothing keeps its own reason, which tells the reader more. An invalidation is never held up:
    it takes away and needs no design.
    """
    if facts.run.design_active or decision.status is None or decision.reason is Reason.INVALIDATED:
        return decision
    return Decision(outcome=Outcome.REFUSED, reason=Reason.NO_ACTIVE_DESIGN)
