"""Decides on learners that a file added to the exception list, a few at a time.

One invocation has no time for fifty thousand certificates. With automatic issuing on, the learners that a file added go
to a queue in groups. This verb decides on one group.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from certificates.backend import Backend
from certificates.errors import Busy, NotPrintable, Refusal, Throttled
from certificates.issue import issue
from certificates.lookup import read_run
from certificates.planning import Cause
from certificates.rules.events import should_decide_on_exception
from certificates.rules.history import Trigger
from certificates.rules.model import BROKEN, Attempt, Outcome
from certificates.telemetry import learner_failed, logger


def decide_listed(course_id: str, user_ids: Sequence[str], by: str, *, backend: Backend, now: datetime) -> None:
    """Decide on learners that `by` added to the exception list, if the run issues automatically.

    A learner who fails does not stop the others, and is marked with the failed attempt. Raises the last failure, so
    that the message comes again: issued certificates stay. Raises Throttled at once.
    """
    run = read_run(course_id, backend=backend)
    cause = Cause(trigger=Trigger.EXCEPTION_ADDED, actor=by)
    broken: Exception | None = None
    for user_id, facts in backend.certificates.facts_of_many(run, user_ids, site=backend.site, now=now):
        if facts is None or facts.exception is None or not should_decide_on_exception(facts):
            continue
        if backend.deferred_to_lms(facts):
            continue
        try:
            issue(course_id, user_id, cause=cause, backend=backend, now=now)
        except Throttled:
            # Throttling is no failure of the learner: the next delivery decides on all who are left.
            raise
        except NotPrintable as refused:
            # `issue` has noted the failure, and another try would have the same result.
            logger.warning("not issued", extra={"course_id": course_id, "user_id": user_id, "reason": refused.reason})
        except Refusal as refused:
            _mark_failed(course_id, user_id, refused.reason, backend, now)
            broken = refused if isinstance(refused, Busy) else broken
        except Exception as error:
            learner_failed(course_id, user_id, error)
            _mark_failed(course_id, user_id, BROKEN, backend, now)
            broken = error
    if broken is not None:
        raise broken


def _mark_failed(course_id: str, user_id: str, reason: str, backend: Backend, now: datetime) -> None:
    logger.warning("not issued", extra={"course_id": course_id, "user_id": user_id, "reason": reason})
    backend.jobs.attempted(course_id, user_id, Attempt(outcome=Outcome.FAILED, reason=reason, at=now))
