"""One delivery of a reconciliation's message: it does steps until the reconciliation ends or the time is over.

The queue delivers one message at a time: everything else that is asked of the LMS waits for this delivery. So a
delivery makes few tries. Then the message goes to the end of the queue, and the reconciliation stores when the next try
may be. A run that the LMS cannot read therefore does not keep the others waiting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from certificates.backend import Backend
from certificates.errors import LmsUnavailable, Raced
from certificates.lms_api.calls import FOR_A_JOB
from certificates.lms_api.connection import LmsConnection
from certificates.lms_api.oauth import LmsMisconfigured
from certificates.messages.lms import ReconciliationStep
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
        ended = _Delivery(steps, backend.lms, clock, out_of_time, sleep).work(at)
    except Raced:
        logger.info("another delivery is ahead", extra={"reconciliation_id": step.reconciliation_id})
        return
    if ended is not None:
        _log_end(ended)


@dataclass(slots=True)
class _Delivery:
    """`failed` counts the tries without an answer of the LMS, since its last answer to a step."""

    steps: Steps
    lms: LmsConnection
    clock: Callable[[], datetime]
    out_of_time: Callable[[], bool]
    sleep: Callable[[float], object]
    failed: int = 0

    def work(self, at: Reconciliation) -> Reconciliation | None:
        """Do steps. Returns the ended reconciliation; None: a message for the rest was sent. Raises Raced."""
        if self._is_early(at):
            # Under a new version: the queue drops a message that it has just had.
            self._send(self._stored(at, at))
            return None
        while at.state is ReconciliationState.RUNNING:
            if at.until is not None and self.clock() > at.until and at.may_wait_for_another_night:
                return self._stored(at, at.ended_early("window-over", self.clock()))
            # Each step has its own time. The connection keeps the service's token.
            self.steps.reader = self.lms.as_service(FOR_A_JOB)
            try:
                after = self.steps.of[at.phase](at)
            except LmsMisconfigured:
                lms_not_read(at.course_id, "lms-refused")
                return self._stored(at, at.ended_early("lms-refused", self.clock()))
            except LmsUnavailable as error:
                if not self._waits_for_another_try(error):
                    return self._after_failure(at, error)
            else:
                self.failed, asked = 0, at.phase
                at = self._stored(at, replace(after, tries=0, next_try_at=None))
                if at.state is ReconciliationState.RUNNING and self._is_over_after(asked):
                    self._send(at)
                    return None
        return at

    def _is_early(self, at: Reconciliation) -> bool:
        """Waits for the time of the next try. True: it is still too early, and other messages are to have their
        turn."""
        if at.next_try_at is None or at.state is not ReconciliationState.RUNNING:
            return False
        seconds = (at.next_try_at - self.clock()).total_seconds()
        if seconds > 0:
            self.sleep(min(seconds, LONGEST_PAUSE))
        return seconds > LONGEST_PAUSE

    def _waits_for_another_try(self, error: LmsUnavailable) -> bool:
        """Waits before the next try of this delivery. False: there is no other try in this delivery."""
        self.failed += not error.busy
        if self.out_of_time() or self.failed > len(PAUSES) or (error.busy and error.retry_after > LONGEST_PAUSE):
            return False
        if error.busy:
            self.sleep(error.retry_after)
        else:
            self.sleep(PAUSES[self.failed - 1] * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
        return True

    def _after_failure(self, at: Reconciliation, error: LmsUnavailable) -> Reconciliation | None:
        """As `work`. An LMS that answers, and wants to be asked later, has not failed."""
        message_failed(error)
        now = self.clock()
        if error.busy:
            later = replace(at, next_try_at=now + timedelta(seconds=error.retry_after))
        else:
            later = at.after_failure(now, share=random.uniform(0.5, 1.0))  # noqa: S311 - jitter
        at = self._stored(at, later)
        if at.state is ReconciliationState.RUNNING:
            self._send(at)
            return None
        lms_not_read(at.course_id, "lms-unavailable")
        return at

    def _is_over_after(self, asked: Phase) -> bool:
        """Whether the time of this delivery is over. Waits between calls of the LMS."""
        if asked not in _WITHOUT_CALLS:
            self.sleep(BETWEEN_CERTIFICATES if asked is Phase.CERTIFICATES else BETWEEN_CALLS)
        return self.out_of_time()

    def _stored(self, before: Reconciliation, after: Reconciliation) -> Reconciliation:
        return self.steps.means.store.move(before, after, self.clock())

    def _send(self, at: Reconciliation) -> None:
        self.steps.means.queue.send(ReconciliationStep(at.course_id, at.reconciliation_id, at.version))


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
