"""Reads one learner again after news from the LMS. The news only names the learner; its content is not trusted.

If the news was a failing grade in an event, the reading also decides whether an imported certificate stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from certificates.backend import Backend
from certificates.issue import issue
from certificates.lms_api.calls import FOR_A_JOB
from certificates.lms_api.reading import LmsReader
from certificates.lookup import gather
from certificates.messages.lms import LearnerToReadAgain
from certificates.planning import Cause
from certificates.reconciliation.learner import read_learner, store_learner
from certificates.reconciliation.run import require_lms
from certificates.reconciliation.starting import require_reconciling
from certificates.rules.eligibility import on_failing_grade
from certificates.rules.events import should_decide_on_exception, should_decide_on_passing
from certificates.rules.history import Trigger
from certificates.rules.model import Facts, Outcome
from certificates.rules.predicates import has_earned, is_imported, is_passing, was_issued
from certificates.rules.trying import attempt_of
from certificates.telemetry import logger

BY_HINT = "lms"

COMMITTED_AFTER = timedelta(seconds=3)
"""The LMS sends a hint inside of a transaction. Before the transaction ends, other requests still get the old facts."""

KEPT_BY_LMS = "kept-by-lms"
"""Why a learner who fails keeps an imported certificate: the LMS still has it, by an exception of its own."""


def read_again(named: LearnerToReadAgain, *, backend: Backend, now: datetime) -> None:
    """Store the learner's present facts of the LMS. With automatic issuing on, issue. A hint withdraws nothing; after
    an event with a failing grade, an imported certificate that the LMS no longer has is withdrawn.

    Raises LmsUnavailable, Busy and Raced: the message must be delivered again.
    """
    lms, run = require_lms(backend), backend.runs.run(named.course_id)
    if run is None:
        logger.info("hint about an unknown run", extra={"course_id": named.course_id})
        return
    if not named.failed and _was_read_since(named, backend, now):
        logger.info("read since the hint", extra={"course_id": named.course_id})
        return
    reader = lms.as_service(FOR_A_JOB)
    username = named.username
    if named.user_id is not None:
        # The number never changes. A hint may have an old username.
        account = reader.account_of_id(named.user_id)
        username = account.username if account is not None else None
    if username is None:
        logger.info("hint about nobody", extra={"course_id": named.course_id})
        return
    known = named.user_id or backend.learners.user_id_of(username)
    facts = backend.certificates.facts(run.course_id, known, site=backend.site, now=now) if known else None
    read = read_learner(run, username, reader=reader, site=backend.site, own=False, known=facts)
    if not read.enrolled_ever:
        return
    user_id = store_learner(run, read, backend=backend, at=now)
    if user_id is None:
        return
    facts = gather(run.course_id, user_id, backend=backend, now=now)
    if not was_issued(facts):
        # Read, and not found: later news of this learner need not ask again.
        require_reconciling(backend).store.note_without_certificate(
            run.course_id, user_id, passes=is_passing(facts), at=now
        )
    if (cause := _cause(facts)) is not None:
        issue(run.course_id, user_id, cause=cause, backend=backend, now=now)
    elif named.failed and is_imported(facts) and not has_earned(facts):
        _withdraw_unless_kept(facts, reader, backend, now)


def _withdraw_unless_kept(facts: Facts, reader: LmsReader, backend: Backend, now: datetime) -> None:
    course_id, user_id = facts.run.course_id, facts.learner.user_id
    if reader.certificate(course_id, facts.learner.username) is None:
        cause = Cause(trigger=Trigger.GRADE, actor=BY_HINT)
        issue(course_id, user_id, cause=cause, backend=backend, now=now, decide=on_failing_grade)
        return
    logger.info("kept", extra={"course_id": course_id, "user_id": user_id, "reason": KEPT_BY_LMS})
    backend.jobs.attempted(course_id, user_id, attempt_of(facts, Outcome.KEPT, KEPT_BY_LMS, now))


def _was_read_since(named: LearnerToReadAgain, backend: Backend, now: datetime) -> bool:
    """Whether all stored facts are newer than the news. The LMS sends many hints about a learner at work: the first
    reading after them is enough.
    """
    user_id = named.user_id or (backend.learners.user_id_of(named.username) if named.username else None)
    if named.news_at is None or user_id is None:
        return False
    facts = backend.certificates.facts(named.course_id, user_id, site=backend.site, now=now)
    if facts is None or facts.enrollment is None or require_reconciling(backend).must_ask_first(facts):
        return False
    stored = facts.enrollment
    times = (stored.enrolled_at, stored.graded_at, stored.verdict_at)
    return all(at is not None and at >= named.news_at + COMMITTED_AFTER for at in times)


def _cause(facts: Facts) -> Cause | None:
    """Why a certificate is decided on now. None: it is not."""
    if should_decide_on_passing(facts):
        return Cause(trigger=Trigger.GRADE, actor=BY_HINT)
    if facts.exception is not None and should_decide_on_exception(facts):
        return Cause(trigger=Trigger.EXCEPTION_ADDED, actor=facts.exception.added_by)
    return None
