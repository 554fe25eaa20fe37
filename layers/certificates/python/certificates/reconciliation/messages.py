"""Messages of the queue for the LMS: go on with a run, begin one for a job, read one learner again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from certificates.backend import Backend
from certificates.errors import BadRequest
from certificates.messages.kinds import LearnerToReadAgain, ReconciliationStep, ReconciliationToBegin
from certificates.reconciliation.again import read_again
from certificates.reconciliation.starting import begin_for_job
from certificates.reconciliation.steps import work_on_reconciliation


def act_on_lms_message(
    message: Mapping[str, Any],
    *,
    backend: Backend,
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
    last_delivery: bool = False,
) -> None:
    """After an error, SQS delivers the message again, and puts it aside in the end."""
    if "step" in message:
        step = ReconciliationStep.from_json(message)
        work_on_reconciliation(step, backend=backend, clock=clock, out_of_time=out_of_time, last_delivery=last_delivery)
    elif "begin" in message:
        course_id, job_id, by = ReconciliationToBegin.from_json(message)
        begin_for_job(course_id, job_id, by=by, backend=backend, now=clock())
    elif "learner" in message:
        read_again(LearnerToReadAgain.from_json(message), backend=backend, now=clock())
    else:
        raise BadRequest("unknown-message", "Neither a run to read, a job that waits, nor a learner.")
