"""Request: a learner presses *Request certificate*."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from certificates.backend import Backend
from certificates.issue import Decide, Issued, issue
from certificates.learner_status import facts_of_username
from certificates.planning import Cause
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.history import Trigger
from certificates.rules.model import Facts, Outcome
from certificates.rules.request import decide_request
from certificates.rules.trying import attempt_of

if TYPE_CHECKING:
    from certificates.lms_api.reading import LmsReader

FRESH = timedelta(minutes=1)

SETTLED = frozenset({Reason.SELF_GENERATION_OFF, Reason.NOT_YET_AVAILABLE, Reason.INVALIDATED, Reason.ALREADY_ISSUED})
"""Refusals that do not depend on the LMS: it is not asked."""


def request_certificate(
    course_id: str, username: str, *, backend: Backend, now: datetime, own: LmsReader | None = None
) -> Issued:
    """Decide on the learner's own request and carry out the decision. Raises NotFound `unknown-course-run`, and Busy.

    With an LMS, the learner is read first, with the learner's `own` token or else with the service's. Raises
    LmsUnavailable if this fails: nothing is issued on old facts.
    """
    decide: Decide = decide_request
    if backend.lms is not None:
        known = facts_of_username(course_id, username, backend=backend, now=now)
        if decide_request(known).reason not in SETTLED:
            reader = own or backend.lms.as_service()
            decide = _read_anew(known, username, reader, own=own is not None, backend=backend)
    user_id = backend.learners.user_id_of(username)
    if user_id is None:
        facts = facts_of_username(course_id, username, backend=backend, now=now)
        return Issued(decision=decide(facts), facts=facts, certificate=None, changed=False)
    cause = Cause(trigger=Trigger.LEARNER, actor=username)
    issued = issue(course_id, user_id, cause=cause, backend=backend, now=now, decide=decide)
    remembered = issued.decision.reason is Reason.NAME_NOT_PRINTABLE
    if issued.decision.outcome is Outcome.REFUSED and not issued.changed and not remembered:
        attempt = attempt_of(issued.facts, Outcome.REFUSED, issued.decision.reason.value, now)
        backend.jobs.attempted(course_id, user_id, attempt)
    return issued


def look_again(course_id: str, username: str, *, own: LmsReader, backend: Backend, now: datetime) -> None:
    """Read the learner again for a page with the present state, unless the last reading is less than a minute old.

    Raises LmsUnavailable, NotFound `unknown-course-run`.
    """
    facts = facts_of_username(course_id, username, backend=backend, now=now)
    read_at = facts.enrollment.enrolled_at if facts.enrollment is not None else None
    if decide_request(facts).reason not in SETTLED and (read_at is None or now - read_at > FRESH):
        _read_anew(facts, username, own, own=True, backend=backend)


def _read_anew(known: Facts, username: str, reader: LmsReader, *, own: bool, backend: Backend) -> Decide:
    """Store the present facts of the LMS. `known` are the stored facts, and `own`: the reader has the learner's token.
    Returns the decision to use for this learner.
    """
    # Imported only with an LMS: functions start faster without it.
    from certificates.reconciliation.learner import read_learner, store_learner

    read = read_learner(known.run, username, reader=reader, site=backend.site, own=own, known=known)
    store_learner(known.run, read, backend=backend, at=known.now)
    return decide_request if read.enrolled_ever else _decide_without_enrollment


def _decide_without_enrollment(facts: Facts) -> Decision:
    """The LMS has no enrollment, so an enrollment from an older file does not count."""
    return decide_request(replace(facts, enrollment=None))
