"""A reconciliation, step by step: ask the LMS one question, store the answer, count the step.

| step                                | a crash after it leaves    | and then                            |
|-------------------------------------|----------------------------|-------------------------------------|
| the LMS is asked for a page         | nothing                    | the page is asked for again         |
| the page is kept in the bucket      | a page that is not counted | it replaces itself                  |
| the step is counted, once           | a step that is done        | the next delivery goes on after it  |
| facts of a batch are stored         | facts that are not counted | stored again, they change nothing |

Facts are written after the last page of every listing: a missing page must not mean that learners have left.
Then the certificates that the LMS issued itself are imported. Only after this step anything is issued here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from certificates.aws.listing_store import ListingStore
from certificates.backend import Backend
from certificates.errors import LmsUnavailable, Raced
from certificates.lms_api.calls import FOR_A_JOB
from certificates.lms_api.oauth import LmsMisconfigured
from certificates.lms_api.reading import ACCOUNTS_A_CALL, LmsReader
from certificates.messages.kinds import ReconciliationStep
from certificates.reconciliation.certificates import Wanted, ask_about, to_ask_about
from certificates.reconciliation.comparing import compare_batch
from certificates.reconciliation.ending import finish_reconciliation
from certificates.reconciliation.learner import needs_identity
from certificates.reconciliation.listing import RunListing
from certificates.reconciliation.means import Reconciling
from certificates.reconciliation.starting import require_reconciling
from certificates.rules.model import CourseRun
from certificates.rules.reconciliation import (
    CERTIFICATES_UNREAD,
    Phase,
    Reconciliation,
    ReconciliationState,
    has_shrunk,
)
from certificates.telemetry import logger

COMPARED_A_STEP = 200
"""Learners whose facts are stored in one step: some seconds."""

LONGEST_PAUSE = 90.0
"""Seconds that a step itself waits if the LMS asks to wait."""

PAUSES = (5.0, 15.0, 40.0)
"""Seconds between tries if the LMS does not answer. After the last try, the queue delivers the step again."""

BETWEEN_CALLS = 0.5
"""Seconds from call to call: the LMS allows global staff 120 calls a minute."""

BETWEEN_CERTIFICATES = 0.1
"""There may be one call for each learner, and the LMS has no limit for it."""

_WITHOUT_CALLS = frozenset({Phase.SELECTING, Phase.COMPARING})


@dataclass(slots=True)
class _Work:
    """The work of one delivery on one run. Loaded pages are kept for the next step."""

    run: CourseRun
    means: Reconciling
    reader: LmsReader
    backend: Backend
    percent: int
    listing: RunListing | None = None
    wanted: list[Wanted] | None = None
    steps: dict[Phase, Callable[[Reconciliation], Reconciliation]] = field(init=False)

    def __post_init__(self) -> None:
        self.steps = {
            Phase.ENROLLMENTS: self.list_enrollments,
            Phase.GRADES: self.list_grades,
            Phase.BETA_TESTERS: self.list_beta_testers,
            Phase.HOLDERS: self.list_holders,
            Phase.SELECTING: self.select,
            Phase.ACCOUNTS: self.read_accounts,
            Phase.MISSING: self.look_for_missing,
            Phase.IDENTITIES: self.read_identity,
            Phase.COMPARING: self.compare,
            Phase.CERTIFICATES: self.read_certificate,
        }

    def list_enrollments(self, at: Reconciliation) -> Reconciliation:
        page = self.reader.enrollments(at.course_id, at.cursor)
        self._keep(at, Phase.ENROLLMENTS, [[row.username, row.mode, row.active] for row in page.rows])
        counted = replace(at, listed=at.listed + len(page.rows), unread=at.unread + page.unread)
        return self._following(counted, page.cursor, Phase.GRADES, pages_of="enrollments")

    def list_grades(self, at: Reconciliation) -> Reconciliation:
        page = self.reader.grades(at.course_id, at.cursor)
        self._keep(at, Phase.GRADES, [[row.username, str(row.percent), row.passed] for row in page.rows])
        return self._following(
            replace(at, unread=at.unread + page.unread), page.cursor, Phase.BETA_TESTERS, pages_of="grades"
        )

    def _following(self, at: Reconciliation, cursor: str | None, then: Phase, *, pages_of: str) -> Reconciliation:
        pages = at.page + 1
        if cursor is not None:
            return replace(at, cursor=cursor, page=pages)
        self.means.stage.put(at, f"{pages_of}/pages", pages)
        return at.turned_to(then)

    def list_beta_testers(self, at: Reconciliation) -> Reconciliation:
        found = self.reader.beta_testers(at.course_id)
        self.means.stage.put(at, "beta-testers", None if found is None else sorted(found))
        return at.turned_to(Phase.HOLDERS)

    def list_holders(self, at: Reconciliation) -> Reconciliation:
        page = self.reader.certificate_holders(at.course_id, at.cursor)
        if page is None:
            self.means.stage.put(at, f"{Phase.HOLDERS.value}/pages", None)
            return at.turned_to(Phase.SELECTING)
        self._keep(at, Phase.HOLDERS, [[username] for username in page.rows])
        return self._following(at, page.cursor, Phase.SELECTING, pages_of=Phase.HOLDERS.value)

    def select(self, at: Reconciliation) -> Reconciliation:
        """Choose the accounts to read, and the missing learners. If the run shrank too much, staff must confirm
        first."""
        listing = self._listing(at)
        active = [username for username, (_, active) in listing.enrollments.items() if active]
        stored = self._stored_active()
        counted = replace(at, active=len(active), active_before=len(stored))
        if has_shrunk(len(stored), len(active), self.percent) and not at.accepts_shrinking:
            return counted.ended(ReconciliationState.ASKS, at.moved_at, "shrunk")
        known = ListingStore().learners(stored)
        missing = sorted(
            user_id for user_id in stored if user_id not in known or known[user_id].username not in listing.enrollments
        )
        usernames = [*active, *self._left_with_certificate(listing)]
        self.means.stage.put(at, "selected", {"usernames": sorted(usernames), "missing": missing})
        return counted.turned_to(Phase.ACCOUNTS)

    def _left_with_certificate(self, listing: RunListing) -> list[str]:
        """Usernames of learners who left, are unknown here, and have a certificate of the LMS or may have one."""
        left = [
            username
            for username, (_, active) in listing.enrollments.items()
            if not active and (listing.holders is None or username in listing.holders)
        ]
        known = self.backend.learners.user_ids_of(left)
        return [username for username in left if username not in known]

    def _stored_active(self) -> list[str]:
        """Ids of the learners who are stored as active."""
        listed = ListingStore().walk(self.run.course_id, "ENROLLMENT", attributes=["active"])
        return [entry.user_id for entry in listed if entry.raw.get("active", {}).get("BOOL")]

    def read_accounts(self, at: Reconciliation) -> Reconciliation:
        wanted = self._selected(at)["usernames"][at.position : at.position + ACCOUNTS_A_CALL]
        if not wanted:
            self.means.stage.put(at, "accounts/pages", at.page)
            return at.turned_to(Phase.MISSING)
        found = self.reader.accounts(wanted)
        self._keep(at, Phase.ACCOUNTS, [[one.username, one.user_id, one.email, one.name] for one in found])
        return replace(at, page=at.page + 1, position=at.position + len(wanted))

    def look_for_missing(self, at: Reconciliation) -> Reconciliation:
        """Look for active stored learners without a listed username: renamed, retired, or removed."""
        missing = self._selected(at)["missing"]
        if at.position >= len(missing):
            self.means.stage.put(at, "missing/pages", at.page)
            return at.turned_to(Phase.IDENTITIES)
        found = self.reader.account_of_id(missing[at.position])
        row = [missing[at.position], *([found.username, found.email, found.name] if found else [None, None, None])]
        self._keep(at, Phase.MISSING, [row])
        return replace(at, page=at.page + 1, position=at.position + 1)

    def read_identity(self, at: Reconciliation) -> Reconciliation:
        """One learner in a step, if it matters: the run requires it, the mode needs it, and the learner passes."""
        wanted = (
            self._without_identity(at) if at.page == 0 and at.position == 0 else self.means.stage.get(at, "identify")
        )
        if at.position == 0:
            self.means.stage.put(at, "identify", wanted)
        if at.position >= len(wanted):
            self.means.stage.put(at, "identities/pages", at.page)
            self.listing = None
            return at.turned_to(Phase.COMPARING)
        username = wanted[at.position]
        said = self.reader.identity(username)
        until = said.expires_at.isoformat() if said.expires_at else None
        self._keep(at, Phase.IDENTITIES, [[username, said.verified, until]])
        return replace(at, page=at.page + 1, position=at.position + 1)

    def _without_identity(self, at: Reconciliation) -> list[str]:
        listing = self._listing(at)
        return sorted(
            username
            for username, (mode, active) in listing.enrollments.items()
            if active
            and needs_identity(self.run, mode, self.backend.site)
            and (grade := listing.grades.get(username)) is not None
            and grade[1]
        )

    def compare(self, at: Reconciliation) -> Reconciliation:
        listing = self._listing(at, whole=True)
        names = listing.order[at.position : at.position + COMPARED_A_STEP]
        if not names:
            return at.turned_to(Phase.CERTIFICATES)
        done = compare_batch(names, listing, self.run, at, backend=self.backend, means=self.means)
        return replace(
            at,
            position=at.position + len(names),
            total=len(listing.order),
            compared=at.compared + done.compared,
            changed=at.changed + done.changed,
            differences=at.differences + done.differences,
            to_issue=at.to_issue + done.to_issue,
        )

    def read_certificate(self, at: Reconciliation) -> Reconciliation:
        """One learner a step."""
        listing, store = self._listing(at, whole=True), self.means.store
        if self.wanted is None and at.position == 0:
            self.wanted = to_ask_about(at.course_id, listing, self.backend, store)
            self.means.stage.put(at, "wanted", self.wanted)
        if self.wanted is None:
            self.wanted = [
                (username, user_id, passes) for username, user_id, passes in self.means.stage.get(at, "wanted")
            ]
        if at.position >= len(self.wanted):
            return finish_reconciliation(at, self.run, backend=self.backend)
        imported, settled = ask_about(
            self.wanted[at.position],
            listing,
            at,
            reader=self.reader,
            backend=self.backend,
            records=self.means.records,
            store=store,
        )
        return replace(
            at,
            position=at.position + 1,
            total=len(self.wanted),
            imported=at.imported + imported,
            to_issue=at.to_issue - settled,
        )

    def _keep(self, at: Reconciliation, phase: Phase, rows: list[list[Any]]) -> None:
        self.means.stage.put(at, f"{phase.value}/{at.page:05d}", rows)

    def _selected(self, at: Reconciliation) -> Any:
        return self.means.stage.get(at, "selected")

    def _listing(self, at: Reconciliation, *, whole: bool = False) -> RunListing:
        if self.listing is None or (whole and not self.listing.whole):
            self.listing = RunListing.load(at, self.means.stage, whole=whole)
        return self.listing


def work_on_reconciliation(
    step: ReconciliationStep,
    *,
    backend: Backend,
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
    last_delivery: bool = False,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Continue a reconciliation until it ends or the time is over; then a message continues it. `last_delivery`: if
    this delivery fails too, the reconciliation ends as broken. Raises the error of a failed step: the message is then
    delivered again.
    """
    means = require_reconciling(backend)
    at = means.store.reconciliation(step.course_id, step.reconciliation_id)
    run = backend.runs.run(step.course_id)
    if at is None or run is None or backend.lms is None:
        logger.warning("no such reconciliation", extra={"course_id": step.course_id})
        return
    work, failed = _Work(run, means, backend.lms.as_service(FOR_A_JOB), backend, backend.lms.shrink_percent), 0
    try:
        while at.state is ReconciliationState.RUNNING:
            if at.until is not None and clock() > at.until and _may_wait_for_another_night(at):
                at = means.store.move(at, _ended_early(at, clock(), "window-over"), clock())
                break
            # Each step has its own time limit. The connection keeps the service's token.
            work.reader = backend.lms.as_service(FOR_A_JOB)
            try:
                after = work.steps[at.phase](at)
            except LmsMisconfigured:
                at = means.store.move(at, _ended_early(at, clock(), "lms-refused"), clock())
                break
            except LmsUnavailable as error:
                # An LMS that answers and asks to wait is no failure.
                failed += not error.busy
                if not _wait(error, failed, sleep, out_of_time):
                    if not last_delivery:
                        raise
                    at = means.store.move(at, _ended_early(at, clock(), "lms-unavailable"), clock())
                    break
                continue
            failed = 0
            asked = at.phase
            at = means.store.move(at, after, clock())
            if asked not in _WITHOUT_CALLS and at.state is ReconciliationState.RUNNING:
                sleep(BETWEEN_CERTIFICATES if asked is Phase.CERTIFICATES else BETWEEN_CALLS)
            if out_of_time() and at.state is ReconciliationState.RUNNING:
                means.queue.send(ReconciliationStep(at.course_id, at.reconciliation_id, at.version))
                return
    except Raced:
        logger.info("another delivery is ahead", extra={"reconciliation_id": step.reconciliation_id})
        return
    _told(at)


def _may_wait_for_another_night(at: Reconciliation) -> bool:
    """Facts are recorded to the end once all have come. Certificates go on for a job that waits for them."""
    return at.reads or (at.phase is Phase.CERTIFICATES and at.job_id is None)


def _ended_early(at: Reconciliation, now: datetime, why: str) -> Reconciliation:
    """Broken, with nothing written. Or in step, with some of the LMS's certificates unread: then nothing is issued."""
    if at.reads:
        return at.ended(ReconciliationState.BROKEN, now, why)
    return at.ended(ReconciliationState.FINISHED, now, CERTIFICATES_UNREAD)


def _wait(
    error: LmsUnavailable, failed: int, sleep: Callable[[float], object], out_of_time: Callable[[], bool]
) -> bool:
    """Wait as long as the LMS asks, or longer from try to try. False: too long for this delivery."""
    seconds = float(error.retry_after) if error.busy else PAUSES[min(failed, len(PAUSES)) - 1]
    if seconds > LONGEST_PAUSE or out_of_time() or (not error.busy and failed > len(PAUSES)):
        return False
    sleep(seconds)
    return True


def _told(at: Reconciliation) -> None:
    logger.info(
        "reconciliation ended",
        extra={
            "course_id": at.course_id,
            "reconciliation_id": at.reconciliation_id,
            "state": at.state.value,
            "why": at.why,
            "active": at.active,
            "compared": at.compared,
            "imported": at.imported,
            "differences": at.differences,
        },
    )
