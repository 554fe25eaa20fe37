"""Reads one learner from the LMS and stores the facts. The facts have the time before the first question: updates that
come in the meantime are newer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certificates.aws.records_store import RecordsStore
from certificates.backend import Backend
from certificates.lms_api.reading import LmsReader
from certificates.lms_api.values import LmsAccount, LmsCertificate, LmsEnrollment, LmsGrade, LmsIdentity
from certificates.reconciliation.importing import import_certificate
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from certificates.rules.model import CourseRun, Enrollment, Facts, Site
from certificates.rules.predicates import needs_identity, was_issued


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLearner:
    """The LMS's facts about one learner in one run. Without an account, the LMS has nobody with this username.

    `identity`, `beta_tester` and `certificate` are None if they were not read, or the LMS does not show them.
    """

    account: LmsAccount | None
    enrollment: LmsEnrollment | None = None
    grade: LmsGrade | None = None
    identity: LmsIdentity | None = None
    beta_tester: bool | None = None
    certificate: LmsCertificate | None = None

    @property
    def enrolled_ever(self) -> bool:
        return self.account is not None and self.enrollment is not None


def read_learner(
    run: CourseRun, username: str, *, reader: LmsReader, site: Site, own: bool, known: Facts | None
) -> ReadLearner:
    """Ask the LMS for everything that a decision needs, also for a certificate that the LMS may have issued itself.

    `own`: the reader reads as this learner. `known` are the stored facts. Raises LmsUnavailable.
    """
    account = reader.account(username)
    enrollment = reader.enrollment(run.course_id, username) if account is not None else None
    if account is None or enrollment is None:
        return ReadLearner(account=account)
    return ReadLearner(
        account=account,
        enrollment=enrollment,
        grade=reader.grade(run.course_id, username),
        identity=reader.identity(username) if needs_identity(run, enrollment.mode, site) else None,
        # Beta testers are read for the whole run at once: see `steps`.
        beta_tester=run.course_id in reader.rights().beta_tester_in if own else None,
        certificate=None if was_issued(known) else reader.certificate(run.course_id, username),
    )


def store_learner(run: CourseRun, read: ReadLearner, *, backend: Backend, at: datetime) -> str | None:
    """Store what was read, and return the learner's id: None if the LMS knows nobody.

    Raises Raced, Throttled, Busy.
    """
    if read.account is None:
        return None
    stored = None
    if read.enrollment is None:
        facts = backend.certificates.facts(run.course_id, read.account.user_id, site=backend.site, now=at)
        stored = facts.enrollment if facts is not None else None
    RecordsStore(workers=1).apply([update_of(run.course_id, read.account, read, stored, at)])
    if read.certificate is not None:
        import_certificate(run.course_id, read.account.user_id, read.certificate, backend=backend, now=at)
    return read.account.user_id


def update_of(
    course_id: str, account: LmsAccount, read: ReadLearner, stored: Enrollment | None, at: datetime
) -> LmsUpdate:
    """The update with the read facts. A learner with a stored enrollment and none in the LMS has left."""
    enrolled = None
    if read.enrollment is not None:
        enrolled = Enrolled(read.enrollment.mode, read.enrollment.active)
    elif stored is not None and stored.mode is not None:
        enrolled = Enrolled(stored.mode, False)
    return LmsUpdate(
        user_id=account.user_id,
        at=at,
        account=Account(account.username, account.email),
        name=account.name or None,
        language=account.language,
        identity=Identity(read.identity.verified, read.identity.expires_at) if read.identity else None,
        course_id=course_id,
        enrolled=enrolled,
        beta_tester=read.beta_tester,
        grade=read.grade.percent if read.grade else None,
        passing=read.grade.passed if read.grade else None,
    )
