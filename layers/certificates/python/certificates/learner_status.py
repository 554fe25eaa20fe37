"""What the progress page tells a learner, and the certificates that are theirs to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certificates.backend import Backend
from certificates.errors import NotFound
from certificates.issue import Result, issue
from certificates.planning import Cause
from certificates.rules.history import Trigger
from certificates.rules.model import Certificate, CourseRun, Facts, Learner, Status
from certificates.rules.progress import Progress, progress
from certificates.rules.request import decide_request
from certificates.rules.visibility import is_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerStatus:
    """`certificate` is set only where it is shown."""

    progress: Progress
    certificate: Certificate | None


def read_status(course_id: str, username: str, *, backend: Backend, now: datetime) -> LearnerStatus:
    """The state of one learner's certificate in one run. Raises NotFound `unknown-course-run`.

    Somebody the LMS has never reported is told what anybody without an enrollment is.
    """
    facts = _facts(course_id, username, backend, now)
    state = progress(facts)
    return LearnerStatus(progress=state, certificate=facts.certificate if state.state == "available" else None)


def request_certificate(course_id: str, username: str, *, backend: Backend, now: datetime) -> Result:
    """The learner presses the button. Raises NotFound `unknown-course-run`, `unknown-learner`, Conflict `busy`."""
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        facts = _facts(course_id, username, backend, now)
        return Result(decision=decide_request(facts), facts=facts, certificate=None, changed=False)
    cause = Cause(trigger=Trigger.LEARNER, actor=username)
    return issue(course_id, user_id, cause=cause, backend=backend, now=now, decide=decide_request)


def shown_certificates(username: str, *, backend: Backend, now: datetime) -> list[tuple[Certificate, CourseRun]]:
    """Every certificate of this learner that is shown, newest first."""
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        return []
    issued = [held for held in backend.certificates.certificates_of(user_id) if held.status is Status.DOWNLOADABLE]
    runs = backend.runs.runs_by_id(held.course_id for held in issued)
    shown = [(held, run) for held in issued if (run := runs.get(held.course_id)) is not None and is_shown(run, now)]
    return sorted(shown, key=lambda pair: (str(pair[0].issued_on), pair[0].verify_uuid), reverse=True)


def _facts(course_id: str, username: str, backend: Backend, now: datetime) -> Facts:
    user_id = backend.learners.user_id_of(username)
    if user_id is not None:
        facts = backend.certificates.facts(course_id, user_id, site=backend.site, now=now)
        if facts is not None:
            return facts
    run = backend.runs.run(course_id)
    if run is None:
        raise NotFound("unknown-course-run", f"There is no course run {course_id}.", course_id=course_id)
    nobody = Learner(user_id="", username=username, email="", name="")
    return Facts(run=run, learner=nobody, now=now, site=backend.site)
