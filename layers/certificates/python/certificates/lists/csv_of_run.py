"""The report of a run: every learner and certificate, in one CSV.

A run is listed in SHARDS parts. The parts of a small run are read one after the other. Those of a large run are
written in parallel, each by an invocation of `report_writing`, and then joined. If a part fails, the report fails: a
link always leads to a complete report. The bucket removes the rest after a day, as everything under `reports/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.aws.report_listing import LearnerInReport, learners_in_report
from certificates.aws.table import SHARDS
from certificates.lists.csv_of_lists import publish, report_name
from certificates.lookup import read_run
from certificates.spreadsheet import line

if TYPE_CHECKING:
    from certificates.aws.documents import Documents
    from certificates.backend import Backend

MOST_INLINE = 250
"""Most learners in the first shard of a small run: 4,000 in the run. They take a request two or three seconds, as long
as it takes to start the invocations for a large run."""

RUN_HEADING = (
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
    "imported_at",
)


def certificates_report(course_id: str, *, backend: Backend, now: datetime) -> str:
    """A link to the CSV. Raises NotFound `unknown-course-run`, and PartFailed when a part could not be written."""
    read_run(course_id, backend=backend)
    lines = _lines_here(course_id) if _is_small(course_id, backend) else _lines_of_parts(course_id, backend, now)
    return publish(course_id, "certificates", RUN_HEADING, lines, backend=backend, now=now)


def write_part(course_id: str, shard: int, part: str, *, documents: Documents) -> None:
    """Write the learners of one shard, without heading, to the object `part`: the work of `report_writing`."""
    documents.put_lines(part, _lines(course_id, shard))


def _is_small(course_id: str, backend: Backend) -> bool:
    """Judged by the first shard: learners are spread evenly over all shards."""
    _, beyond = backend.listing.page(course_id, 0, "ENROLLMENT", after=None, limit=MOST_INLINE)
    return beyond is None


def _lines_here(course_id: str) -> Iterator[bytes]:
    for shard in range(SHARDS):
        yield from _lines(course_id, shard)


def _lines_of_parts(course_id: str, backend: Backend, now: datetime) -> Iterator[bytes]:
    name = report_name(course_id, "certificates", now)
    parts = [f"{name}/{shard:02d}.csv" for shard in range(SHARDS)]
    for part in backend.report_writer.write(course_id, parts):
        yield from backend.documents.chunks(part)


def _lines(course_id: str, shard: int) -> Iterator[bytes]:
    return map(line, map(_row, learners_in_report(course_id, shard)))


def _row(learner_in_run: LearnerInReport) -> Iterable[object]:
    learner, enrollment, certificate = learner_in_run.learner, learner_in_run.enrollment, learner_in_run.certificate
    entry, invalidation, last = learner_in_run.exception, learner_in_run.invalidation, learner_in_run.last_attempt
    return (
        *(learner.user_id, learner.username, learner.email, learner.name),
        *((enrollment.mode, enrollment.active, enrollment.grade) if enrollment else (None,) * 3),
        *(
            (certificate.status, certificate.verify_uuid, certificate.name, certificate.issued_on, certificate.revision)
            if certificate
            else (None,) * 5
        ),
        certificate.modified_at if certificate else None,
        *((entry.added_by, entry.added_at, entry.note) if entry else (None,) * 3),
        *(
            (invalidation.invalidated_by, invalidation.invalidated_at, invalidation.note)
            if invalidation
            else [None] * 3
        ),
        *((invalidation.revalidated_by, invalidation.revalidated_at) if invalidation else (None,) * 2),
        *((last.outcome, last.reason) if last else (None,) * 2),
        certificate.imported_at if certificate else None,
    )
