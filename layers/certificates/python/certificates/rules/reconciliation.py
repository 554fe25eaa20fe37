"""How far a reconciliation has come, and what it finds to be different from the LMS: values and pure rules.

A reconciliation lists a whole run of the LMS first, page by page, and writes facts only when every page has come.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from certificates.rules.model import Facts
from certificates.rules.predicates import is_downloadable, is_mode_eligible, is_passing

RETIRED_PREFIX = "retired__user_"
"""How an LMS calls somebody whose account was retired, unless its operator has chosen another word."""

SMALL_RUN = 20
"""A run of so few active learners may shrink by any share: two people who leave are no sign of a fault."""


class Phase(StrEnum):
    """What is read, in this order. Nothing is written before COMPARING."""

    ENROLLMENTS = "enrollments"
    GRADES = "grades"
    BETA_TESTERS = "beta-testers"
    SELECTING = "selecting"
    ACCOUNTS = "accounts"
    MISSING = "missing"
    IDENTITIES = "identities"
    COMPARING = "comparing"


class ReconciliationState(StrEnum):
    """`asks`: the run has shrunk so much that staff are asked first. `broken`: nothing was written; `why` says why."""

    RUNNING = "running"
    FINISHED = "finished"
    BROKEN = "broken"
    ASKS = "asks"


class DifferenceKind(StrEnum):
    """What staff are told about a learner: the LMS and what is stored here do not fit together."""

    HOLDER_NOT_PASSING = "holder-not-passing"
    HOLDER_NOT_ENROLLED = "holder-not-enrolled"
    HOLDER_IN_OTHER_MODE = "holder-in-other-mode"
    HOLDER_RENAMED = "holder-renamed"
    GRADE_MISSING = "grade-missing"
    ACCOUNT_MISSING = "account-missing"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`cursor`, `page` and `position` are the place in a phase; `version` is the optimistic lock of all of it.

    `active` counts active learners of the LMS, `compared` those whose facts are in step, `differences` those who are
    listed for staff. `until` ends a nightly reading that is still reading then. `job_id` waits for the end of it.
    """

    course_id: str
    reconciliation_id: str
    state: ReconciliationState
    phase: Phase
    started_by: str
    started_at: datetime
    moved_at: datetime
    finished_at: datetime | None = None
    until: datetime | None = None
    job_id: str | None = None
    accepts_shrinking: bool = False
    cursor: str | None = None
    page: int = 0
    position: int = 0
    total: int = 0
    listed: int = 0
    active: int = 0
    active_before: int = 0
    unread: int = 0
    compared: int = 0
    changed: int = 0
    differences: int = 0
    to_issue: int = 0
    why: str = ""
    version: int = 0

    def turned_to(self, phase: Phase, **changed: object) -> Reconciliation:
        """At the beginning of another phase."""
        return replace(self, phase=phase, cursor=None, page=0, position=0, total=0, **changed)  # type: ignore[arg-type]

    def ended(self, state: ReconciliationState, now: datetime, why: str = "") -> Reconciliation:
        return replace(self, state=state, finished_at=now, why=why)

    @property
    def reads(self) -> bool:
        """Whether the LMS is still being read, so that nothing is written yet."""
        return self.phase is not Phase.COMPARING


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the LMS says of a learner, as far as differences go."""

    active: bool
    has_account: bool = True
    has_grade: bool = True
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """`since` is when the difference was found first, by kind."""

    user_id: str
    since: dict[str, datetime] = field(default_factory=dict)


def has_shrunk(active_before: int, active: int, percent: int) -> bool:
    """Whether a run has lost more of its active learners than `percent` of them since it was last read."""
    return active_before >= SMALL_RUN and (active_before - active) * 100 > active_before * percent


def differences_of(facts: Facts, heard: Heard) -> frozenset[DifferenceKind]:
    """What staff are told of a learner, whose facts are in step with the LMS by now. Nothing is taken away for it."""
    found = {
        DifferenceKind.RETIRED: heard.retired,
        DifferenceKind.ACCOUNT_MISSING: not heard.has_account,
        DifferenceKind.GRADE_MISSING: heard.active and not heard.has_grade,
    }
    certificate = facts.certificate
    if certificate is not None and is_downloadable(facts):
        excepted = facts.exception is not None
        renamed = facts.learner.has_printable_name and facts.learner.printed_name != certificate.name
        found |= {
            DifferenceKind.HOLDER_NOT_PASSING: heard.active and not is_passing(facts) and not excepted,
            DifferenceKind.HOLDER_NOT_ENROLLED: not heard.active,
            DifferenceKind.HOLDER_IN_OTHER_MODE: heard.active and not is_mode_eligible(facts),
            DifferenceKind.HOLDER_RENAMED: renamed and not heard.retired,
        }
    return frozenset(kind for kind, holds in found.items() if holds)
