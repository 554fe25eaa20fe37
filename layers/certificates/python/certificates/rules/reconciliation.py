"""The progress of a reconciliation, and the differences between the LMS and the table: values and pure rules.

A reconciliation first lists a whole run of the LMS, page by page. It writes facts only after the last page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from certificates.rules.model import Facts
from certificates.rules.predicates import is_downloadable, is_imported, is_mode_eligible, is_passing

SMALL_RUN = 20
"""A run with so few active learners may shrink by any share: two people who leave are no sign of a fault."""


FIRST_PAUSE, LONGEST_BACKOFF = timedelta(minutes=1), timedelta(minutes=15)
"""After the first failed delivery, and at most. Each pause is twice as long as the one before."""

MOST_TRIES = 10
"""Failed deliveries in a row before a reconciliation ends. An LMS may be away for an hour."""

CERTIFICATES_UNREAD = "certificates-unread"
"""Why nothing is issued after a reading: some of the LMS's own certificates were not read yet."""


class Phase(StrEnum):
    """The steps, in this order. Nothing is written before COMPARING. CERTIFICATES imports the LMS's own ones."""

    ENROLLMENTS = "enrollments"
    GRADES = "grades"
    BETA_TESTERS = "beta-testers"
    HOLDERS = "certificate-holders"
    SELECTING = "selecting"
    ACCOUNTS = "accounts"
    MISSING = "missing"
    IDENTITIES = "identities"
    COMPARING = "comparing"
    CERTIFICATES = "certificates"


class ReconciliationState(StrEnum):
    """`asks`: the run shrank so much that staff must confirm. `broken`: nothing was written, and `why` has the
    reason."""

    RUNNING = "running"
    FINISHED = "finished"
    BROKEN = "broken"
    ASKS = "asks"


class DifferenceKind(StrEnum):
    """How the LMS and the table contradict each other about a learner. Staff see this."""

    HOLDER_NOT_PASSING = "holder-not-passing"
    HOLDER_NOT_ENROLLED = "holder-not-enrolled"
    HOLDER_IN_OTHER_MODE = "holder-in-other-mode"
    HOLDER_RENAMED = "holder-renamed"
    GRADE_MISSING = "grade-missing"
    ACCOUNT_MISSING = "account-missing"
    RETIRED = "retired"
    CERTIFICATE_GONE = "certificate-gone"
    """A certificate was imported, and the LMS does not list it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`cursor`, `page` and `position` are the place in a phase; `version` is the optimistic lock.

    `active` counts active learners of the LMS, `compared` those whose facts are in step, `differences` those listed for
    staff, `imported` the imported certificates. A nightly reconciliation that still reads at `until` ends. The job
    `job_id` starts after the end. `tries` counts failed deliveries in a row; the next one waits until `next_try_at`.
    `not_listed` are phases without a result: this release of the LMS has no such list.
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
    imported: int = 0
    tries: int = 0
    next_try_at: datetime | None = None
    not_listed: tuple[str, ...] = ()
    why: str = ""
    version: int = 0

    def turned_to(self, phase: Phase, **changed: object) -> Reconciliation:
        """At the beginning of another phase."""
        return replace(self, phase=phase, cursor=None, page=0, position=0, total=0, **changed)  # type: ignore[arg-type]

    def ended(self, state: ReconciliationState, now: datetime, why: str = "") -> Reconciliation:
        return replace(self, state=state, finished_at=now, why=why)

    def without(self, phase: Phase, then: Phase) -> Reconciliation:
        """At the beginning of the phase `then`. The LMS has no list for `phase`."""
        return self.turned_to(then, not_listed=(*self.not_listed, phase.value))

    def ended_early(self, why: str, now: datetime) -> Reconciliation:
        """Broken, with nothing written. Or in step, with some of the LMS's certificates unread: nothing is issued."""
        if self.reads:
            return self.ended(ReconciliationState.BROKEN, now, why)
        return self.ended(ReconciliationState.FINISHED, now, CERTIFICATES_UNREAD)

    def after_failure(self, now: datetime, *, share: float) -> Reconciliation:
        """With the time of the next try, after this `share` of the pause. Ended, if the tries were too many."""
        if self.tries + 1 >= MOST_TRIES:
            return self.ended_early("lms-unavailable", now)
        pause = min(LONGEST_BACKOFF, FIRST_PAUSE * 2**self.tries)
        return replace(self, tries=self.tries + 1, next_try_at=now + pause * share)

    @property
    def may_wait_for_another_night(self) -> bool:
        """Facts are stored to the end, once all are there. Certificates are read to the end if a job waits."""
        return self.reads or (self.phase is Phase.CERTIFICATES and self.job_id is None)

    @property
    def reads(self) -> bool:
        """Whether the LMS is still being read. Nothing is written yet."""
        return self.phase not in {Phase.COMPARING, Phase.CERTIFICATES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the LMS says about a learner, as far as differences need it. `certified` None: the LMS lists no holders."""

    active: bool
    has_account: bool = True
    has_grade: bool = True
    retired: bool = False
    certified: bool | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """`since` has for each kind the time when the difference was first found."""

    user_id: str
    since: dict[str, datetime] = field(default_factory=dict)


def has_shrunk(active_before: int, active: int, percent: int) -> bool:
    """Whether a run lost more than `percent` of its active learners since the last reconciliation."""
    return active_before >= SMALL_RUN and (active_before - active) * 100 > active_before * percent


def differences_of(facts: Facts, heard: Heard) -> frozenset[DifferenceKind]:
    """The differences of a learner whose facts are in step with the LMS now. No certificate changes because of them."""
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
            DifferenceKind.HOLDER_RENAMED: renamed and not heard.retired,
            DifferenceKind.CERTIFICATE_GONE: is_imported(facts) and heard.certified is False and not heard.retired,
        }
        if not is_imported(facts):
            # The LMS has kept its own certificate beside its own facts, for example for its own exceptions.
            found |= {
                DifferenceKind.HOLDER_NOT_PASSING: heard.active and not is_passing(facts) and not excepted,
                DifferenceKind.HOLDER_NOT_ENROLLED: not heard.active,
                DifferenceKind.HOLDER_IN_OTHER_MODE: heard.active and not is_mode_eligible(facts),
            }
    return frozenset(kind for kind, holds in found.items() if holds)
