"""The parts that read uploaded files: of the LMS, and with exceptions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from certificates.runtime.settings import setting

if TYPE_CHECKING:
    from certificates.exception_list.file import ExceptionFiles
    from certificates.lms.records import Records


@cache
def records() -> Records:
    """The parts beside the backend that functions for the LMS's files and events use."""
    from certificates.aws.queues import UploadQueue
    from certificates.aws.records_store import RecordsStore
    from certificates.aws.upload_files import UploadFiles
    from certificates.lms.records import Records

    files = UploadFiles(setting("BUCKET_NAME"), "records")
    return Records(RecordsStore(), files, UploadQueue(setting("RECORDS_QUEUE_URL")))


@cache
def exception_files() -> ExceptionFiles:
    """The parts beside the backend that the function for exception files uses."""
    from certificates.aws.queues import DecisionQueue, UploadQueue
    from certificates.aws.upload_files import UploadFiles
    from certificates.exception_list.file import ExceptionFiles

    files = UploadFiles(setting("BUCKET_NAME"), "exceptions")
    return ExceptionFiles(files, UploadQueue(setting("FILES_QUEUE_URL")), DecisionQueue(setting("DECISIONS_QUEUE_URL")))
