"""The last phase of a reconciliation: it imports the certificates that the LMS issued itself.

The LMS shows one learner's certificate at a time. Verawood also lists the learners who have one: then only these are
asked about. Older releases are asked about every learner once, and once more when the learner passes.
`ReconciliationStore` stores who was asked about.
"""

from __future__ import annotations

from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.aws.records_store import RecordsStore
from certificates.backend import Backend
from certificates.lms_api.reading import LmsReader
from certificates.lms_api.values import LmsEnrollment
from certificates.reconciliation.importing import import_certificate
from certificates.reconciliation.learner import ReadLearner, update_of
from certificates.reconciliation.listing import RunListing
from certificates.rules.eligibility import is_to_be_issued
from certificates.rules.model import RETIRED_PREFIX
from certificates.rules.reconciliation import Reconciliation

Wanted = tuple[str, str, bool]
"""Username, user id, and whether the learner passes."""


def to_ask_about(course_id: str, listing: RunListing, backend: Backend, store: ReconciliationStore) -> list[Wanted]:
    """Learners who may have a certificate of the LMS that is not stored here. Passing learners come first."""
    walked = backend.listing.walk(course_id, "CERTIFICATE", attributes=["issued_on"])
    issued_here = {entry.user_id for entry in walked if entry.text("issued_on")}
    asked = store.without_certificate(course_id)
    known = backend.learners.user_ids_of(name for name in listing.enrollments if name not in listing.accounts)
    wanted = []
    for username in listing.enrollments:
        account = listing.accounts.get(username)
        user_id = account.user_id if account is not None else known.get(username)
        if user_id is None or user_id in issued_here or username.startswith(RETIRED_PREFIX):
            continue
        if listing.holders is not None and username not in listing.holders:
            continue
        grade = listing.grades.get(username)
        passes = grade is not None and grade[1]
        if user_id not in asked or (passes and not asked[user_id]):
            wanted.append((username, user_id, passes))
    return sorted(wanted, key=lambda one: (not one[2], one[0]))


def ask_about(
    wanted: Wanted,
    listing: RunListing,
    at: Reconciliation,
    *,
    reader: LmsReader,
    backend: Backend,
    records: RecordsStore,
    store: ReconciliationStore,
) -> tuple[int, int]:
    """Import the LMS's certificate of a learner, if there is one.

    Returns two numbers, 0 or 1 each: imported certificates, and learners who need no certificate of ours any more.
    """
    username, user_id, passes = wanted
    lms_certificate = reader.certificate(at.course_id, username)
    if lms_certificate is None:
        store.note_without_certificate(at.course_id, user_id, passes=passes, at=at.moved_at)
        return 0, 0
    if backend.learners.learner(user_id) is None:
        _store_learner(username, listing, at, records)
    before = import_certificate(at.course_id, user_id, lms_certificate, backend=backend, now=at.moved_at)
    return int(before is not None), int(before is not None and is_to_be_issued(before))


def _store_learner(username: str, listing: RunListing, at: Reconciliation, records: RecordsStore) -> None:
    """Store a learner who left before the first reconciliation and has a certificate."""
    account, (mode, active) = listing.accounts[username], listing.enrollments[username]
    read = ReadLearner(account=account, enrollment=LmsEnrollment(username, mode, active))
    records.apply([update_of(at.course_id, account, read, None, at.started_at)])
