"""Reports for staff: CSV files, written as a stream; a link to a report works for minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from certificates.backend import Backend
from certificates.lists.entries import list_exceptions, list_invalidations
from certificates.rules.model import Learner
from certificates.rules.moments import id_of_moment
from certificates.spreadsheet import BYTE_ORDER_MARK, line

_PAGE = 500

Row = Iterable[object]

EXCEPTIONS_HEADING = ("user_id", "username", "email", "note", "added_by", "added_at", "certificate_status")
INVALIDATIONS_HEADING = (
    "user_id",
    "username",
    "email",
    "note",
    "invalidated_by",
    "invalidated_at",
    "active",
    "revalidated_by",
    "revalidated_at",
)


def exceptions_report(course_id: str, *, backend: Backend, now: datetime) -> str:
    """A link to a CSV of the exception list."""
    lines = map(line, _exception_rows(course_id, backend))
    return publish(course_id, "exceptions", EXCEPTIONS_HEADING, lines, backend=backend, now=now)


def invalidations_report(course_id: str, *, backend: Backend, now: datetime) -> str:
    """A link to a CSV of all invalidations of the run, closed ones too."""
    lines = map(line, _invalidation_rows(course_id, backend))
    return publish(course_id, "invalidations", INVALIDATIONS_HEADING, lines, backend=backend, now=now)


def publish(course_id: str, kind: str, heading: Row, lines: Iterable[bytes], *, backend: Backend, now: datetime) -> str:
    """Store a CSV of the heading and these lines, and return a link to it."""
    key = f"{report_name(course_id, kind, now)}.csv"
    backend.documents.put_lines(key, chain([BYTE_ORDER_MARK + line(heading)], lines))
    return backend.documents.link(key, f"{kind}.csv", attachment=True)


def report_name(course_id: str, kind: str, now: datetime) -> str:
    """The beginning of the keys of a report and its parts."""
    return f"reports/{course_id}/{kind}-{id_of_moment(now)}"


def _exception_rows(course_id: str, backend: Backend) -> Iterator[Row]:
    after = None
    while True:
        page = list_exceptions(course_id, limit=_PAGE, after=after, backend=backend)
        for item in page.items:
            entry, held = item.entry, item.certificate
            yield (
                *(entry.user_id, *_names(item.learner), entry.note, entry.added_by, entry.added_at),
                held.status if held else None,
            )
        if (after := page.next_after) is None:
            return


def _invalidation_rows(course_id: str, backend: Backend) -> Iterator[Row]:
    after = None
    while True:
        page = list_invalidations(course_id, limit=_PAGE, after=after, backend=backend)
        for item in page.items:
            entry = item.invalidation
            yield (
                *(entry.user_id, *_names(item.learner), entry.note, entry.invalidated_by, entry.invalidated_at),
                *(entry.active, entry.revalidated_by, entry.revalidated_at),
            )
        if (after := page.next_after) is None:
            return


def _names(learner: Learner | None) -> tuple[str | None, str | None]:
    return (learner.username, learner.email) if learner else (None, None)
