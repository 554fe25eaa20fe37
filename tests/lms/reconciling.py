"""A backend that reconciles with the LMS of the tests: its queue is a list, its pauses take no time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.aws.records_store import RecordsStore
from certificates.aws.stage import Stage
from certificates.messages.lms import ReconciliationStep
from certificates.reconciliation.means import Reconciling
from certificates.reconciliation.messages import act_on_lms_message
from certificates.reconciliation.starting import begin_reconciliation
from certificates.rules.reconciliation import Reconciliation
from tests.lms.connecting import connection
from tests.lms.fake import KEY, FakeLms

NOW = datetime(2026, 11, 29, 2, tzinfo=UTC)


@dataclass
class Queue:
    """Delivers one message after the other."""

    waiting: list[dict[str, Any]] = field(default_factory=list)

    def send(self, message: Any) -> None:
        self.waiting.append(message.to_json())

    def read_for_job(self, course_id: str, job_id: str, by: str) -> None:
        from certificates.messages.lms import ReconciliationToBegin

        self.send(ReconciliationToBegin(course_id, job_id, by))


@dataclass
class Clock:
    """A clock that is a second later at every call."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def sleep(self, seconds: float) -> None:
        """A pause without waiting."""
        self.now += timedelta(seconds=seconds)


def reconciling(backend: Any, lms: FakeLms, **changed: Any) -> Any:
    """The backend that reads from this LMS."""
    means = Reconciling(
        ReconciliationStore(),
        RecordsStore(workers=1),
        Stage(backend.documents.bucket),
        Queue(),  # type: ignore[arg-type]
    )
    return replace(backend, lms=connection(lms, **changed), reconciling=means)


def deliver(
    backend: Any,
    *,
    clock: Callable[[], datetime] | None = None,
    out_of_time: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], object] | None = None,
) -> int:
    """Deliver messages until the queue is empty. A failed message stays in the queue, as in SQS, and raises."""
    queue, delivered, clock = backend.reconciling.queue, 0, clock or Clock()
    sleep = sleep or getattr(clock, "sleep", lambda _: None)
    while queue.waiting:
        act_on_lms_message(
            queue.waiting[0],
            backend=backend,
            clock=clock,
            out_of_time=out_of_time,
            sleep=sleep,
        )
        queue.waiting.pop(0)
        delivered += 1
    return delivered


def reconcile(
    backend: Any,
    course_id: str = KEY,
    *,
    now: datetime = NOW,
    sleep: Callable[[float], object] | None = None,
    **wanted: Any,
) -> Reconciliation:
    """One reconciliation from its beginning to its end."""
    begun = begin_reconciliation(course_id, by="ines", backend=backend, now=now, **wanted)
    deliver(backend, clock=Clock(now), sleep=sleep)
    ended = backend.reconciling.store.reconciliation(course_id, begun.reconciliation_id)
    assert ended is not None
    return ended


def step_of(begun: Reconciliation) -> ReconciliationStep:
    return ReconciliationStep(begun.course_id, begun.reconciliation_id, begun.version)
