"""One delivery of a reconciliation's message: it does steps until the reconciliation ends or the time is over.

The queue delivers one message at a time: everything else that is asked of the LMS waits for this delivery. So a
delivery makes few tries. Then the message goes to the end of the queue, and the reconciliation stores when the next try
may be. A run that the LMS cannot read therefore does not keep the others waiting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from certificates.backend import Backend
from certificates.errors import LmsUnavailable, Raced
from certificates.lms_api.calls import FOR_A_JOB
from certificates.lms_api.oauth import LmsMisconfigured
from certificates.messages.lms import ReconciliationStep
from certificates.reconciliation.means import Reconciling
from certificates.reconciliation.starting import require_reconciling
from certificates.reconciliation.steps import Steps
from certificates.rules.reconciliation import Phase, Reconciliation, ReconciliationState
from certificates.telemetry import lms_not_read, logger, message_failed

LONGEST_PAUSE = 40.0
"""Seconds that a delivery waits by itself. Other messages wait as long. With a step, it fits the function's reserve."""

PAUSES = (2.0, 8.0)
"""Seconds between the tries of one delivery if the LMS does not answer."""

BETWEEN_CALLS = 0.5
"""Seconds from call to call: the LMS lets global staff ask 120 times a minute."""

BETWEEN_CERTIFICATES = 0.1
"""Shorter: there may be one call for each learner, and the LMS sets no limit for them."""

_WITHOUT_CALLS = frozenset({Phase.SELECTING, Phase.COMPARING})


def work_on_reconciliation(
    step: ReconciliationStep,
    *,
    backend: Backend,
    clock: Callable[[], datetime],
    out_of_time: Callable[[], bool],
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Continue a reconciliation until it ends or the time is over. Then send a message for the rest."""
    means = require_reconciling(backend)
    at = means.store.reconciliation(step.course_id, step.reconciliation_id)
    run = backend.runs.run(step.course_id)
    if at is None or run is None or backend.lms is None:
        logger.warning("no such reconciliation", extra={"course_id": step.course_id})
        return
    steps = Steps(run, means, backend.lms.as_service(FOR_A_JOB), backend, backend.lms.shrink_percent)
    try:
        if _is_early(at, clock(), sleep):
            _hand_on(at, means, clock())
            return
        failed = 0
        while at.state is ReconciliationState.RUNNING:
            if at.until is not None and clock() > at.until and at.may_wait_for_another_night:
                at = means.store.move(at, at.ended_early("window-over", clock()), clock())
                break
            # Each step has its own time. The connection keeps the service's token.
            steps.reader = backend.lms.as_service(FOR_A_JOB)
            try:
                after = steps.of[at.phase](at)
            except LmsMisconfigured:
                lms_not_read(at.course_id, "lms-refused")
                at = means.store.move(at, at.ended_early("lms-refused", clock()), clock())
                break
            except LmsUnavailable as error:
                failed += not error.busy
                if _pause(error, failed, sleep, out_of_time):
                    continue
                message_failed(error)
                at = means.store.move(at, _after_failure(at, error, clock()), clock())
                if at.state is ReconciliationState.RUNNING:
                    _send(at, means)
                    return
                lms_not_read(at.course_id, "lms-unavailable")
                break
            failed, asked = 0, at.phase
            at = means.store.move(at, replace(after, tries=0, next_try_at=None), clock())
            if at.state is ReconciliationState.RUNNING:
                if asked not in _WITHOUT_CALLS:
                    sleep(BETWEEN_CERTIFICATES if asked is Phase.CERTIFICATES else BETWEEN_CALLS)
                if out_of_time():
                    _send(at, means)
                    return
    except Raced:
        logger.info("another delivery is ahead", extra={"reconciliation_id": step.reconciliation_id})
        return
    _log_end(at)


def _is_early(at: Reconciliation, now: datetime, sleep: Callable[[float], object]) -> bool:
    """Waits for the time of the next try. True: it is still too early, and other messages are to have their turn."""
    if at.next_try_at is None or at.state is not ReconciliationState.RUNNING:
        return False
    seconds = (at.next_try_at - now).total_seconds()
    if seconds > 0:
        sleep(min(seconds, LONGEST_PAUSE))
    return seconds > LONGEST_PAUSE


def _hand_on(at: Reconciliation, means: Reconciling, now: datetime) -> None:
    """Under a new version: the queue drops a message that it has just had."""
    _send(means.store.move(at, at, now), means)


def _send(at: Reconciliation, means: Reconciling) -> None:
    means.queue.send(ReconciliationStep(at.course_id, at.reconciliation_id, at.version))


def _pause(
    error: LmsUnavailable, failed: int, sleep: Callable[[float], object], out_of_time: Callable[[], bool]
) -> bool:
    """Waits before the next try of this delivery. False: there is no other try in this delivery."""
    if out_of_time() or failed > len(PAUSES) or (error.busy and error.retry_after > LONGEST_PAUSE):
        return False
    sleep(error.retry_after if error.busy else PAUSES[failed - 1] * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
    return True


def _after_failure(at: Reconciliation, error: LmsUnavailable, now: datetime) -> Reconciliation:
    """An LMS that answers, and wants to be asked later, has not failed."""
    if error.busy:
        return replace(at, next_try_at=now + timedelta(seconds=error.retry_after))
    return at.after_failure(now, share=random.uniform(0.5, 1.0))  # noqa: S311 - jitter


def _log_end(at: Reconciliation) -> None:
    logger.info(
        "reconciliation ended",
        extra={
            "course_id": at.course_id,
            "reconciliation_id": at.reconciliation_id,
            "state": at.state.value,
            "why": at.why,
            "active": at.active,
            "compared": at.compared,
            "imported": at.imported,
            "differences": at.differences,
        },
    )
