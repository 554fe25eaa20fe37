"""Load an LMS file: look it through, then record it page by page.

What a crash between two steps means: a page that was recorded and not yet counted is recorded again, which changes
nothing, and then counted. A page is counted once, however often its message is delivered, since counting holds only
while the cursor stands where the page began. A file is never looked at whole in memory, and changes no certificate:
that is what issuing in bulk is for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from itertools import islice

from certificates.arrivals import Arrival, course_of, upload_id_of
from certificates.aws.record_parts import Effect
from certificates.aws.upload_store import Page, Upload
from certificates.backend import Backend
from certificates.errors import BadRequest, NotFound
from certificates.lms import rejected
from certificates.lms.header import Header, read_header
from certificates.lms.records import Records
from certificates.lms.records_file import ReadRow, RowError, inspect, read_reports
from certificates.lms.report import Report
from certificates.telemetry import logger

PAGE_ROWS = 500
"""Rows recorded between two looks at the clock: about a second's work."""


def load(
    arrival: Arrival, *, backend: Backend, records: Records, out_of_time: Callable[[], bool], now: datetime
) -> Upload:
    """Take up a file and load it, as far as the time goes; the rest is handed on through the queue.

    Raises NotFound `unknown-course-run`, BadRequest `bad-object-key`; Raced when another delivery is at it.
    """
    course_id = course_of(arrival.key)
    if backend.runs.run(course_id) is None:
        raise NotFound("unknown-course-run", f"There is no course run {course_id}.", course_id=course_id)
    upload = backend.uploads.begin(
        course_id,
        upload_id_of(course_id, arrival, backend),
        object_key=arrival.key,
        etag=arrival.etag,
        size=arrival.size,
        reported_at=arrival.at,
    )
    return _read_on(upload, backend, records, out_of_time, now)


def load_on(
    course_id: str,
    upload_id: str,
    *,
    backend: Backend,
    records: Records,
    out_of_time: Callable[[], bool],
    now: datetime,
) -> Upload:
    """Go on with a file where its cursor stands. Raises NotFound `unknown-upload`; Raced."""
    upload = backend.uploads.upload(course_id, upload_id)
    if upload is None:
        raise NotFound("unknown-upload", "No such upload of this run.")
    return _read_on(upload, backend, records, out_of_time, now)


def _read_on(
    upload: Upload, backend: Backend, records: Records, out_of_time: Callable[[], bool], now: datetime
) -> Upload:
    if upload.state == "processing":
        upload = _load_what_there_is_time_for(upload, backend, records, out_of_time, now)
    if upload.state == "done":
        # After the report is recorded, never before: until then another delivery may have to put it together again.
        records.files.remove_report_parts(upload.course_id, upload.upload_id, upload.report_parts)
    return upload


def _load_what_there_is_time_for(
    upload: Upload, backend: Backend, records: Records, out_of_time: Callable[[], bool], now: datetime
) -> Upload:
    try:
        upload = _load_pages(upload, backend, records, out_of_time)
    except BadRequest as refused:
        problem = {"reason": refused.reason, "message": refused.message, **refused.values}
        upload = backend.uploads.refuse(upload, problem, now=now)
        logger.warning("file refused", extra={"upload_id": upload.upload_id, "reason": refused.reason})
        return upload
    if upload.rows < (upload.total or 0):
        records.queue.read_on(upload.course_id, upload.upload_id)
        return upload
    report_key = None
    if upload.report_parts:
        report_key = records.files.put_report(
            upload.course_id, upload.upload_id, rejected.heading(), upload.report_parts
        )
    return backend.uploads.finish(upload, report_key=report_key, now=now)


def _load_pages(upload: Upload, backend: Backend, records: Records, out_of_time: Callable[[], bool]) -> Upload:
    upload, header = _look_through(upload, backend, records)
    if upload.rows == upload.total:
        return upload
    with records.files.open(upload.object_key, upload.etag or "", upload.cursor) as stream:
        rows = read_reports(
            stream,
            header,
            course_id=upload.course_id,
            at=_reported_at(upload),
            offset=upload.cursor,
            number=upload.next_row or 0,
        )
        while not out_of_time() and (page := list(islice(rows, PAGE_ROWS))):
            upload = _record(upload, page, backend, records)
    return upload


def _look_through(upload: Upload, backend: Backend, records: Records) -> tuple[Upload, Header]:
    """Read the whole file once before anything is changed; a file taken up before has its header read alone."""
    with records.files.open(upload.object_key, upload.etag or "") as stream:
        if upload.total is not None:
            return upload, read_header(stream)
        inspection = inspect(stream, upload.size or 0)
    header = inspection.header
    upload = backend.uploads.looked_through(
        upload, kind=header.kind.value, total=inspection.rows, cursor=header.end, next_row=header.number + 1
    )
    return upload, header


def _record(upload: Upload, page: list[ReadRow], backend: Backend, records: Records) -> Upload:
    reports, errors = _unique(page)
    effects = records.store.apply([report for _, report in reports])
    for (number, report), effect in zip(reports, effects, strict=True):
        if effect is Effect.CONTRADICTED:
            errors.append(_duplicate(number, report))
    errors.sort(key=lambda error: error.row)
    if errors:
        records.files.put_report_part(upload.course_id, upload.upload_id, upload.report_parts, rejected.lines(errors))
    # What this very file has recorded before a crash is its own work: it counts as applied.
    applied = sum(effect in {Effect.APPLIED, Effect.REPEATED} for effect in effects)
    unchanged = sum(effect is Effect.UNCHANGED for effect in effects)
    return backend.uploads.advance(
        upload,
        Page(
            cursor=page[-1].end,
            next_row=page[-1].number + 1,
            applied=applied,
            unchanged=unchanged,
            errors=[asdict(error) for error in errors],
            reported=bool(errors),
        ),
    )


def _unique(page: list[ReadRow]) -> tuple[list[tuple[int, Report]], list[RowError]]:
    """The page's reports, one a learner, and its bad rows."""
    reports: dict[str, tuple[int, Report]] = {}
    errors = []
    for row in page:
        if isinstance(row.said, RowError):
            errors.append(row.said)
        elif row.said.user_id in reports:
            errors.append(_duplicate(row.number, row.said))
        else:
            reports[row.said.user_id] = (row.number, row.said)
    return list(reports.values()), errors


def _duplicate(number: int, report: Report) -> RowError:
    username = report.account.username if report.account else report.user_id
    return RowError(number, username, "duplicate-row", f"A row further up is about learner {report.user_id} already.")


def _reported_at(upload: Upload) -> datetime:
    if upload.reported_at is None:
        raise ValueError(f"upload {upload.upload_id} was never taken up")
    return upload.reported_at
