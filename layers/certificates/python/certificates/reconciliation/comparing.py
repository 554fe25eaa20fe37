"""Brings the stored facts of some learners into step with the LMS, and notes differences for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certificates.aws.record_parts import Effect
from certificates.backend import Backend
from certificates.lms_api.values import LmsAccount, LmsEnrollment, LmsGrade
from certificates.reconciliation.learner import ReadLearner, update_of
from certificates.reconciliation.listing import MISSING_MARK, RunListing
from certificates.reconciliation.means import Reconciling
from certificates.rules.eligibility import is_to_be_issued
from certificates.rules.lms_update import Enrolled, LmsUpdate
from certificates.rules.model import RETIRED_PREFIX, CourseRun, Facts
from certificates.rules.reconciliation import DifferenceKind, Heard, Reconciliation, differences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Counts of learners: compared, changed, with differences, and due for a certificate that they do not have."""

    compared: int
    changed: int
    differences: int
    to_issue: int


def compare_batch(
    names: Sequence[str],
    listing: RunListing,
    run: CourseRun,
    at: Reconciliation,
    *,
    backend: Backend,
    means: Reconciling,
) -> Compared:
    """Store the LMS's facts about these learners and note differences. A repetition has the same result. The facts have
    the time when the reading began: later updates from the LMS are newer.
    """
    found = _who(names, listing, at, backend)
    facts = dict(backend.certificates.facts_of_many(run, found, site=backend.site, now=at.started_at))
    updates = [
        update
        for user_id, (username, account) in found.items()
        if (update := _update(user_id, username, account, listing, run, facts.get(user_id), at)) is not None
    ]
    effects = means.records.apply(updates)
    differences: dict[str, frozenset[DifferenceKind]] = {}
    to_issue = 0
    for user_id, now in backend.certificates.facts_of_many(run, found, site=backend.site, now=at.started_at):
        if now is None:
            continue
        username, account = found[user_id]
        differences[user_id] = differences_of(now, _heard(username, account, listing))
        to_issue += is_to_be_issued(now) and now.enrollment is not None and now.enrollment.active
    return Compared(
        compared=len(updates),
        changed=sum(effect is Effect.APPLIED for effect in effects),
        differences=means.store.note_differences(run.course_id, differences, at=at.started_at),
        to_issue=to_issue,
    )


def _who(
    names: Sequence[str], listing: RunListing, at: Reconciliation, backend: Backend
) -> dict[str, tuple[str | None, LmsAccount | None]]:
    """The learners by id: the username in the listing (None: in no listing), and the account.

    A learner who left and is unknown here does not matter. If some rows could not be read, a missing learner with an
    account may be in one of them, and has not left.
    """
    listed = [name for name in names if not name.startswith(MISSING_MARK)]
    found: dict[str, tuple[str | None, LmsAccount | None]] = {}
    unsure = [name for name in listed if name not in listing.accounts or not listing.enrollments[name][1]]
    known = backend.learners.user_ids_of(unsure)
    renamed = {account.username for account in listing.missing.values() if account is not None}
    for name in listed:
        account = listing.accounts.get(name)
        if account is not None and (listing.enrollments[name][1] or name in known or name in renamed):
            found[account.user_id] = (name, account)
        elif name in known:
            found.setdefault(known[name], (name, None))
    for name in names:
        if name.startswith(MISSING_MARK):
            user_id = name.removeprefix(MISSING_MARK)
            account = listing.missing[user_id]
            if not at.unread or account is None or account.username.startswith(RETIRED_PREFIX):
                found.setdefault(user_id, (None, account))
    return found


def _update(
    user_id: str,
    username: str | None,
    account: LmsAccount | None,
    listing: RunListing,
    run: CourseRun,
    facts: Facts | None,
    at: Reconciliation,
) -> LmsUpdate | None:
    stored = facts.enrollment if facts is not None else None
    if username is None:
        if stored is None or stored.mode is None:
            return None
        # The listing is complete, and this learner is not in it.
        return LmsUpdate(
            user_id=user_id, at=at.started_at, course_id=run.course_id, enrolled=Enrolled(stored.mode, False)
        )
    mode, active = listing.enrollments[username]
    if account is None or account.username.startswith(RETIRED_PREFIX):
        # The username of a retired account does not identify the learner.
        return LmsUpdate(user_id=user_id, at=at.started_at, course_id=run.course_id, enrolled=Enrolled(mode, active))
    grade = listing.grades.get(username)
    read = ReadLearner(
        account=account,
        enrollment=LmsEnrollment(username, mode, active),
        grade=LmsGrade(username, *grade) if grade is not None else None,
        identity=listing.identities.get(username),
        beta_tester=None if listing.beta_testers is None else username in listing.beta_testers,
    )
    return update_of(run.course_id, account, read, stored, at.started_at)


def _heard(username: str | None, account: LmsAccount | None, listing: RunListing) -> Heard:
    if username is None:
        retired = account is not None and account.username.startswith(RETIRED_PREFIX)
        return Heard(active=False, has_account=account is not None, retired=retired)
    active = listing.enrollments[username][1]
    return Heard(
        active=active,
        has_account=account is not None or not active,
        has_grade=username in listing.grades,
        retired=username.startswith(RETIRED_PREFIX),
        certified=None if listing.holders is None else username in listing.holders,
    )
