"""Request: a learner presses *Request certificate*."""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.issue import Issued, issue
from certificates.learner_status import facts_of_username
from certificates.planning import Cause
from certificates.rules.eligibility import Reason
from certificates.rules.history import Trigger
from certificates.rules.model import Outcome
from certificates.rules.request import decide_request
from certificates.rules.trying import attempt_of


def request_certificate(course_id: str, username: str, *, backend: Backend, now: datetime) -> Issued:
    """Decide on the learner's own request and make it so. Raises as `issue` does."""
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        facts = facts_of_username(course_id, username, backend=backend, now=now)
        return Issued(decision=decide_request(facts), facts=facts, certificate=None, changed=False)
    cause = Cause(trigger=Trigger.LEARNER, actor=username)
    issued = issue(course_id, user_id, cause=cause, backend=backend, now=now, decide=decide_request)
    remembered = issued.decision.reason is Reason.NAME_NOT_PRINTABLE
    if issued.decision.outcome is Outcome.REFUSED and not issued.changed and not remembered:
        attempt = attempt_of(issued.facts, Outcome.REFUSED, issued.decision.reason.value, now)
        backend.jobs.attempted(course_id, user_id, attempt)
    return issued
