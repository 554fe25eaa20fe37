"""The parts beside the backend that reading the LMS's files and events needs."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.queues import UploadQueue
from certificates.aws.records_store import RecordsStore
from certificates.aws.upload_files import UploadFiles


@dataclass(frozen=True, slots=True)
class Records:
    store: RecordsStore
    files: UploadFiles
    queue: UploadQueue
