"""Follow an Open edX event: store its update, then decide if such an event decides by itself.

The facts are read after the update is stored, so a late or repeated event decides on the facts of today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from certificates.backend import Backend
from certificates.errors import Busy, Conflict, NotFound, NotPrintable, Throttled
from certificates.issue import issue
from certificates.lms.events import Event, Subject
from certificates.lms.records import Records
from certificates.lookup import gather
from certificates.planning import Cause
from certificates.rules.eligibility import on_failing_grade
from certificates.rules.events import (
    should_become_notpassing,
    should_decide_on_identity,
    should_decide_on_mode_change,
    should_decide_on_passing,
)
from certificates.rules.history import Trigger
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.model import Facts
from certificates.telemetry import logger, metrics

ACTOR = "lms"


@dataclass(frozen=True, slots=True)
class _Follower:
    backend: Backend
    now: datetime

    def on_grade(self, update: LmsUpdate, course_id: str) -> None:
        """Passing decides if automatic issuing is on. Failing makes the certificate `notpassing`, unless excepted.

        Only the newest event does so. If a newer file contradicts the certificate, staff decide.
        """
        facts = gather(course_id, update.user_id, backend=self.backend, now=self.now)
        cause = Cause(trigger=Trigger.GRADE, actor=ACTOR)
        if should_decide_on_passing(facts):
            if self.backend.deferred_to_lms(facts):
                return
            issue(course_id, update.user_id, cause=cause, backend=self.backend, now=self.now)
        elif facts.certificate is not None and should_become_notpassing(update, facts):
            if self.backend.withdrawal_deferred_to_lms(facts):
                return
            issue(course_id, update.user_id, cause=cause, backend=self.backend, now=self.now, decide=on_failing_grade)

    def on_enrollment(self, course_id: str, user_id: str) -> None:
        self._decide_where(should_decide_on_mode_change, Trigger.ENROLLMENT, course_id, user_id)

    def on_identity(self, user_id: str) -> None:
        """An identity check belongs to no run: it decides in every run of the learner. What fails in one run does not
        stop the others. Raises the last failure that may pass, so that the event comes again. Raises Throttled at once.
        """
        broken: Exception | None = None
        for course_id in self.backend.certificates.course_ids_of(user_id):
            try:
                self._decide_where(should_decide_on_identity, Trigger.IDENTITY, course_id, user_id)
            except NotFound as unknown:
                # The run may have no settings yet. The other runs are still decided.
                logger.info("nothing to decide", extra={"course_id": course_id, "reason": unknown.reason})
            except Throttled:
                raise
            except NotPrintable as refused:
                logger.warning("not issued", extra={"course_id": course_id, "reason": refused.reason})
            except Exception as error:
                logger.warning("not decided", extra={"course_id": course_id, "error": type(error).__name__})
                broken = error
        if broken is not None:
            raise broken

    def _decide_where(
        self, should_decide: Callable[[Facts], bool], trigger: Trigger, course_id: str, user_id: str
    ) -> None:
        facts = gather(course_id, user_id, backend=self.backend, now=self.now)
        if should_decide(facts) and not self.backend.deferred_to_lms(facts):
            cause = Cause(trigger=trigger, actor=ACTOR)
            issue(course_id, user_id, cause=cause, backend=self.backend, now=self.now)


def follow(event: Event, *, backend: Backend, records: Records, now: datetime) -> None:
    """Store an event's update and act on it. Raises Busy or Raced: the event must be delivered again later."""
    update = event.update
    (effect,) = records.store.apply([update])
    about = {"event_id": event.event_id, "event_type": event.event_type, "user_id": update.user_id}
    logger.info("event stored", extra={**about, "course_id": update.course_id, "effect": effect.value})
    metrics.add_metric(name=f"LmsEvents.{event.subject.value}.{effect.value}", unit=MetricUnit.Count, value=1)
    follower = _Follower(backend, now)
    try:
        if event.subject is Subject.IDENTITY:
            follower.on_identity(update.user_id)
        elif event.subject is Subject.GRADE and update.grade is None and update.passing is None:
            # Its number may be a percentage, see `events._grade_summary`.
            logger.warning("grade ignored", extra=about)
        elif event.subject is Subject.GRADE and update.course_id is not None:
            follower.on_grade(update, update.course_id)
        elif update.course_id is not None and update.enrolled is not None and update.enrolled.active:
            follower.on_enrollment(update.course_id, update.user_id)
    except NotFound as unknown:
        # The update is stored. The run's settings or the learner's profile may come later.
        logger.info("nothing to decide", extra={**about, "reason": unknown.reason})
    except Busy:
        raise
    except Conflict as refused:
        logger.warning("not issued", extra={**about, "reason": refused.reason})
