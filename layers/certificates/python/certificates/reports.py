"""Reports for staff: CSV files, written in a stream and handed out by a link of minutes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from certificates.aws.listing_store import ListingStore
from certificates.backend import Backend
from certificates.listing import list_exceptions, list_invalidations
from certificates.rules.model import CourseRun, Facts, Learner
from certificates.run_settings import read_run
from certificates.spreadsheet import BYTE_ORDER_MARK, line

_PAGE = 500

Row = Iterable[object]

CERTIFICATES_HEADING = (
    "user_id",
    "username",
    "email",
    "name",
    "mode",
    "enrolled",
    "grade",
    "status",
    "verify_uuid",
    "certificate_name",
    "issued_on",
    "revision",
    "modified_at",
    "exception_added_by",
    "exception_added_at",
    "exception_note",
    "invalidated_by",
    "invalidated_at",
    "invalidation_note",
    "revalidated_by",
    "revalidated_at",
    "last_outcome",
    "last_reason",
)
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


def certificates_report(course_id: str, *, backend: Backend, now: datetime) -> str:
    """A link to a CSV of every learner and certificate of the run. Raises NotFound `unknown-course-run`."""
    run = read_run(course_id, backend=backend)
    rows = map(_certificate_row, _learners(run, backend, now))
    return _publish(course_id, "certificates", CERTIFICATES_HEADING, rows, backend, now)


def exceptions_report(course_id: str, *, backend: Backend, now: datetime) -> str:
    """A link to a CSV of the exception list."""
    return _publish(course_id, "exceptions", EXCEPTIONS_HEADING, _exception_rows(course_id), backend, now)


def invalidations_report(course_id: str, *, backend: Backend, now: datetime) -> str:
    """A link to a CSV of every invalidation there has been in the run."""
    return _publish(course_id, "invalidations", INVALIDATIONS_HEADING, _invalidation_rows(course_id), backend, now)


def _publish(course_id: str, kind: str, heading: Row, rows: Iterable[Row], backend: Backend, now: datetime) -> str:
    key = f"reports/{course_id}/{kind}-{now:%Y%m%dT%H%M%S%f}Z.csv"
    with tempfile.TemporaryFile() as file:
        file.write(BYTE_ORDER_MARK + line(heading))
        file.writelines(map(line, rows))
        file.seek(0)
        backend.documents.put_stream(key, file, "text/csv; charset=utf-8")
    return backend.documents.link(key, f"{kind}.csv", attachment=True)


def _learners(run: CourseRun, backend: Backend, now: datetime) -> Iterator[Facts]:
    listed = ListingStore().walk(run.course_id, "ENROLLMENT")
    while user_ids := [entry.user_id for entry in islice(listed, _PAGE)]:
        for _, facts in backend.certificates.facts_of_many(run, user_ids, site=backend.site, now=now):
            if facts is not None:
                yield facts


def _certificate_row(facts: Facts) -> Row:
    learner, enrollment, held = facts.learner, facts.enrollment, facts.certificate
    entry, invalidation, last = facts.exception, facts.invalidation, facts.last_attempt
    return (
        *(learner.user_id, learner.username, learner.email, learner.name),
        *((enrollment.mode, enrollment.active, enrollment.grade) if enrollment else (None,) * 3),
        *((held.status, held.verify_uuid, held.name, held.issued_on, held.revision) if held else (None,) * 5),
        held.modified_at if held else None,
        *((entry.added_by, entry.added_at, entry.note) if entry else (None,) * 3),
        *(
            (invalidation.invalidated_by, invalidation.invalidated_at, invalidation.note)
            if invalidation
            else [None] * 3
        ),
        *((invalidation.revalidated_by, invalidation.revalidated_at) if invalidation else (None,) * 2),
        *((last.outcome, last.reason) if last else (None,) * 2),
    )


def _exception_rows(course_id: str) -> Iterator[Row]:
    after = None
    while True:
        page = list_exceptions(course_id, limit=_PAGE, after=after)
        for item in page.items:
            entry, held = item.entry, item.certificate
            yield (
                *(entry.user_id, *_names(item.learner), entry.note, entry.added_by, entry.added_at),
                held.status if held else None,
            )
        if (after := page.next_after) is None:
            return


def _invalidation_rows(course_id: str) -> Iterator[Row]:
    after = None
    while True:
        page = list_invalidations(course_id, limit=_PAGE, after=after)
        for item in page.items:
            said = item.invalidation
            yield (
                *(said.user_id, *_names(item.learner), said.note, said.invalidated_by, said.invalidated_at),
                *(said.active, said.revalidated_by, said.revalidated_at),
            )
        if (after := page.next_after) is None:
            return


def _names(learner: Learner | None) -> tuple[str | None, str | None]:
    return (learner.username, learner.email) if learner else (None, None)
