"""The state on a learner's progress page, and the certificates that the learner can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certificates.backend import Backend
from certificates.lookup import read_run
from certificates.rules.model import Certificate, CourseRun, Facts, Learner, Status
from certificates.rules.predicates import is_enrolled_ever
from certificates.rules.progress import Progress, State, progress
from certificates.rules.visibility import is_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerStatus:
    """`certificate` is set only if it is shown. For a person unknown to the LMS, `facts` are those of a stranger."""

    progress: Progress
    certificate: Certificate | None
    facts: Facts


def read_status(course_id: str, username: str, *, backend: Backend, now: datetime) -> LearnerStatus:
    """The state of one learner's certificate in one run. Raises NotFound `unknown-course-run`.

    A person unknown to the LMS gets the same answer as a learner without enrollment.
    """
    facts = facts_of_username(course_id, username, backend=backend, now=now)
    state = progress(facts)
    shown = facts.certificate if state.state is State.AVAILABLE else None
    return LearnerStatus(progress=state, certificate=shown, facts=facts)


def shown_certificates(username: str, *, backend: Backend, now: datetime) -> list[tuple[Certificate, CourseRun]]:
    """Every certificate of this learner that is shown, newest first."""
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        return []
    issued = [
        certificate
        for certificate in backend.certificates.certificates_of(user_id)
        if certificate.status is Status.DOWNLOADABLE
    ]
    runs = backend.runs.runs_by_id(certificate.course_id for certificate in issued)
    shown = [
        (certificate, run)
        for certificate in issued
        if (run := runs.get(certificate.course_id)) is not None and is_shown(run, now)
    ]
    return sorted(shown, key=_newest, reverse=True)


MOST_COURSES = 50
"""Most courses without a certificate on one page. Courses that end last come first."""


def courses_without_certificate(username: str, *, backend: Backend, now: datetime) -> list[LearnerStatus]:
    """The state of every run with an enrollment but without a shown certificate."""
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        return []
    runs = backend.runs.runs_by_id(backend.certificates.course_ids_of(user_id))
    found = []
    for run in sorted(runs.values(), key=_last_to_end, reverse=True):
        for _, facts in backend.certificates.facts_of_many(run, [user_id], site=backend.site, now=now):
            if facts is not None and is_enrolled_ever(facts):
                state = progress(facts)
                if state.state is not State.AVAILABLE:
                    found.append(LearnerStatus(progress=state, certificate=None, facts=facts))
        if len(found) == MOST_COURSES:
            break
    return found


def _last_to_end(run: CourseRun) -> tuple[bool, str, str]:
    return run.end is None, str(run.end), run.course_id


def _newest(shown: tuple[Certificate, CourseRun]) -> tuple[str, str, str]:
    """Sorts by day of issue; within a day by the last change."""
    certificate, _ = shown
    return str(certificate.issued_on), str(certificate.modified_at), certificate.verify_uuid


def facts_of_username(course_id: str, username: str, *, backend: Backend, now: datetime) -> Facts:
    """The facts of the learner with this username. For a person unknown to the LMS, those of a stranger.

    Raises NotFound `unknown-course-run`.
    """
    user_id = backend.learners.user_id_of(username)
    if user_id is not None:
        facts = backend.certificates.facts(course_id, user_id, site=backend.site, now=now)
        if facts is not None:
            return facts
    stranger = Learner(user_id="", username=username, email="", name="")
    return Facts(run=read_run(course_id, backend=backend), learner=stranger, now=now, site=backend.site)
