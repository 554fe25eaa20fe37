"""Parts of the backend that are imported and made at their first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from certificates.aws.job_results import JobResults
    from certificates.aws.job_store import JobStore
    from certificates.aws.listing_store import ListingStore
    from certificates.aws.queues import JobQueue
    from certificates.aws.report_writer import ReportWriter
    from certificates.aws.schedules import Schedules
    from certificates.aws.upload_store import UploadStore

_Part = TypeVar("_Part")


class _AtFirstUse:
    """Stands for a part of the backend that is imported and made at its first use: no learner's request uses it.

    The settings are read before: a function whose setting is missing must not start.
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> object:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


def at_first_use(make: Callable[[], _Part]) -> _Part:
    return cast("_Part", _AtFirstUse(make))


def writer_of_parts(function: str) -> ReportWriter:
    from certificates.aws.report_writer import ReportWriter

    return ReportWriter(function)


def listing_store() -> ListingStore:
    from certificates.aws.listing_store import ListingStore

    return ListingStore()


def upload_store() -> UploadStore:
    from certificates.aws.upload_store import UploadStore

    return UploadStore()


def job_store() -> JobStore:
    from certificates.aws.job_store import JobStore

    return JobStore()


def job_queue(url: str) -> JobQueue:
    from certificates.aws.queues import JobQueue

    return JobQueue(url)


def job_results(bucket: str) -> JobResults:
    from certificates.aws.job_results import JobResults

    return JobResults(bucket)


def schedules(**names: str) -> Schedules:
    from certificates.aws.schedules import Schedules

    return Schedules(**names)
