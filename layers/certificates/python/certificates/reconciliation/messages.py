"""Messages of the queue for the LMS: continue with a run, begin one for a job, read one learner again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from certificates.backend import Backend
from certificates.errors import BadRequest, LmsUnavailable
from certificates.messages.lms import LearnerToReadAgain, ReconciliationStep, ReconciliationToBegin
from certificates.reconciliation.again import COMMITTED_AFTER, read_again
from certificates.reconciliation.deliveries import LONGEST_PAUSE, work_on_reconciliation
from certificates.reconciliation.starting import begin_for_job, require_reconciling
from certificates.telemetry import logger, message_failed

MOST_TRIES_OF_HINT = 5
"""Then the hint is dropped: the next night reads the learner."""


def act_on_lms_message(
    message: Mapping[str, Any],
    *,
    backend: Backend,
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """After an error, SQS delivers the message again, and puts it aside in the end.

    An LMS that does not answer is no error here: the message goes to the end of the queue, behind the others.
    """
    if "step" in message:
        step = ReconciliationStep.from_json(message)
        work_on_reconciliation(step, backend=backend, clock=clock, out_of_time=out_of_time, sleep=sleep)
    elif "begin" in message:
        course_id, job_id, by = ReconciliationToBegin.from_json(message)
        begin_for_job(course_id, job_id, by=by, backend=backend, now=clock())
    elif "learner" in message:
        _act_on_hint(LearnerToReadAgain.from_json(message), backend, clock, sleep)
    else:
        raise BadRequest("unknown-message", "Neither a run to read, a job that waits, nor a learner.")


def _act_on_hint(
    hint: LearnerToReadAgain, backend: Backend, clock: Callable[[], datetime], sleep: Callable[[float], object]
) -> None:
    if hint.news_at is not None:
        seconds = (hint.news_at + COMMITTED_AFTER - clock()).total_seconds()
        if 0 < seconds <= COMMITTED_AFTER.total_seconds():
            sleep(seconds)
    try:
        read_again(hint, backend=backend, now=clock())
    except LmsUnavailable as error:
        message_failed(error)
        if hint.tries + 1 == MOST_TRIES_OF_HINT:
            logger.warning("hint dropped", extra={"course_id": hint.course_id})
            return
        sleep(min(error.retry_after, LONGEST_PAUSE))
        require_reconciling(backend).queue.send(hint._replace(tries=hint.tries + 1))
