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

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from certificates.backend import Backend
from certificates.lms_api.reading import ACCOUNTS_A_CALL, LmsReader
from certificates.reconciliation.certificates import Wanted, ask_about, to_ask_about
from certificates.reconciliation.comparing import compare_batch
from certificates.reconciliation.ending import finish_reconciliation
from certificates.reconciliation.listing import RunListing
from certificates.reconciliation.means import Reconciling
from certificates.rules.model import CourseRun
from certificates.rules.predicates import needs_identity
from certificates.rules.reconciliation import Phase, Reconciliation, ReconciliationState, has_shrunk

COMPARED_A_STEP = 200
"""Learners whose facts are stored in one step: some seconds."""


@dataclass(slots=True)
class Steps:
    """The steps of one delivery. Loaded pages are kept for the next step. `of` has the step of each phase."""

    run: CourseRun
    means: Reconciling
    reader: LmsReader
    backend: Backend
    percent: int
    listing: RunListing | None = None
    wanted: list[Wanted] | None = None
    of: dict[Phase, Callable[[Reconciliation], Reconciliation]] = field(init=False)

    def __post_init__(self) -> None:
        self.of = {
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
        return at.without(Phase.BETA_TESTERS, Phase.HOLDERS) if found is None else at.turned_to(Phase.HOLDERS)

    def list_holders(self, at: Reconciliation) -> Reconciliation:
        page = self.reader.certificate_holders(at.course_id, at.cursor)
        if page is None:
            self.means.stage.put(at, f"{Phase.HOLDERS.value}/pages", None)
            return at.without(Phase.HOLDERS, Phase.SELECTING)
        self._keep(at, Phase.HOLDERS, [[username] for username in page.rows])
        return self._following(at, page.cursor, Phase.SELECTING, pages_of=Phase.HOLDERS.value)

    def select(self, at: Reconciliation) -> Reconciliation:
        """Choose the accounts to read, and the missing learners. If the run shrank too much, staff confirm first."""
        listing = self._listing(at)
        active = [username for username, (_, active) in listing.enrollments.items() if active]
        stored = self._stored_active()
        counted = replace(at, active=len(active), active_before=len(stored))
        if has_shrunk(len(stored), len(active), self.percent) and not at.accepts_shrinking:
            return counted.ended(ReconciliationState.ASKS, at.moved_at, "shrunk")
        known = self.backend.learners.learners(stored)
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
        listed = self.backend.listing.walk(self.run.course_id, "ENROLLMENT", attributes=["active"])
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
        identity = self.reader.identity(username)
        until = identity.expires_at.isoformat() if identity.expires_at else None
        self._keep(at, Phase.IDENTITIES, [[username, identity.verified, until]])
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
        """One learner in a step."""
        listing, store = self._listing(at, whole=True), self.means.store
        if self.wanted is None and at.position == 0:
            self.wanted = to_ask_about(at.course_id, listing, self.backend, store)
            self.means.stage.put(at, "wanted", self.wanted)
        if self.wanted is None:
            self.wanted = [
                (username, user_id, passes) for username, user_id, passes in self.means.stage.get(at, "wanted")
            ]
        if at.position >= len(self.wanted):
            store.note_certificates_read(at.course_id, at=at.moved_at)
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
