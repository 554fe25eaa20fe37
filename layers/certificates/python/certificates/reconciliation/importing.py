"""Import a certificate that the LMS issued itself: its id keeps working, and the learner gets no second certificate.

It becomes the learner's one certificate in the run, with the LMS's id, date, mode and grade, and without a document.
The LMS does not tell the printed name: the learner's present name is stored. A regeneration makes a document.
"""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.change import Change
from certificates.content import verify_uuid_of
from certificates.lms_api.values import LmsCertificate
from certificates.lookup import gather
from certificates.rules.days import day_of
from certificates.rules.eligibility import Reason
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, Facts, Status
from certificates.rules.predicates import is_forgotten, is_invalidated, was_issued
from certificates.settling import attempts

BY_LMS = "lms"


def import_certificate(
    course_id: str, user_id: str, lms_certificate: LmsCertificate, *, backend: Backend, now: datetime
) -> Facts | None:
    """Store the LMS's certificate. Returns the facts before, None if there was nothing to store.

    Raises NotFound `unknown-course-run` or `unknown-learner`, Busy.
    """
    for attempt in attempts():
        with attempt:
            facts = gather(course_id, user_id, backend=backend, now=now)
            if was_issued(facts) or is_forgotten(facts) or is_invalidated(facts):
                return None
            backend.certificates.write(_change(facts, lms_certificate, backend.secret))
    return facts


def _change(facts: Facts, lms_certificate: LmsCertificate, secret: bytes) -> Change:
    run, learner, before = facts.run, facts.learner, facts.certificate
    read = before.revision if before else 0
    after = Certificate(
        verify_uuid=lms_certificate.verify_uuid or verify_uuid_of(secret, run.course_id, learner.user_id),
        course_id=run.course_id,
        user_id=learner.user_id,
        status=Status.DOWNLOADABLE,
        revision=read + 1,
        mode=lms_certificate.mode,
        name=learner.printed_name,
        name_missing=not learner.has_printable_name,
        course_title=run.title,
        organization=run.organization,
        grade=lms_certificate.grade,
        issued_on=day_of(lms_certificate.created_at, run, facts.site),
        modified_at=facts.now,
        imported_at=facts.now,
        language=learner.language,
    )
    entry = HistoryEntry(
        at=facts.now,
        actor=BY_LMS,
        trigger=Trigger.IMPORT,
        change=ChangeKind.IMPORTED,
        reason=Reason.ALREADY_ISSUED.value,
    )
    return Change(
        course_id=run.course_id, user_id=learner.user_id, history=entry, revision_read=read, certificate=after
    )
