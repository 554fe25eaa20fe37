"""The parts beside the backend that a reconciliation uses."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.queues import ReconciliationQueue
from certificates.aws.reconciliation_store import ReconciliationStore
from certificates.aws.records_store import RecordsStore
from certificates.aws.stage import Stage


@dataclass(frozen=True, slots=True)
class Reconciling:
    store: ReconciliationStore
    records: RecordsStore
    stage: Stage
    queue: ReconciliationQueue
