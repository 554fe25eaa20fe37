"""What the records verbs act on besides the backend."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.record_files import RecordFiles
from certificates.aws.record_queue import RecordQueue
from certificates.aws.records_store import RecordsStore


@dataclass(frozen=True, slots=True)
class Records:
    store: RecordsStore
    files: RecordFiles
    queue: RecordQueue
