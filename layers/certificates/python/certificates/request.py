"""Request: a learner presses *Request certificate*."""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.issue import Issued, issue
from certificates.learner_status import facts_of_username
from certificates.planning import Cause
from certificates.rules.history import Trigger
from certificates.rules.model import Attempt, Outcome
from certificates.rules.request import decide_request


def request_certificate(course_id: str, username: str, *, backend: Backend, now: datetime) -> Issued:
    """Decide on the learner's own request and make it so. Raises NotFound `unknown-course-run`, and Busy."""
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        facts = facts_of_username(course_id, username, backend=backend, now=now)
        return Issued(decision=decide_request(facts), facts=facts, certificate=None, changed=False)
    cause = Cause(trigger=Trigger.LEARNER, actor=username)
    issued = issue(course_id, user_id, cause=cause, backend=backend, now=now, decide=decide_request)
    if issued.decision.outcome is Outcome.REFUSED and not issued.changed:
        attempt = Attempt(outcome=Outcome.REFUSED, reason=issued.decision.reason.value, at=now)
        backend.jobs.attempted(course_id, user_id, attempt)
    return issued
