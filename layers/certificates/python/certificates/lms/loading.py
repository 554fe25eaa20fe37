"""Load an LMS file: read the whole file once, then store its rows batch by batch. `uploads/reading.py` says what a
crash between two steps means. A file is never in memory as a whole. It changes no certificate: issuing in bulk does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from certificates.aws.record_parts import Effect
from certificates.backend import Backend
from certificates.lms import rejected
from certificates.lms.header import Header, is_heading, read_header
from certificates.lms.inspection import inspect
from certificates.lms.records import Records
from certificates.lms.records_file import ReadRow, RowError, RowWarning, read_updates
from certificates.lms.resolving import require_own_usernames, resolved
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.forgotten import FORGOTTEN_LEARNER, NAMES_FORGOTTEN
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.text_table import Table
from certificates.uploads.file_sentences import file_sentence
from certificates.uploads.reading import read_on
from certificates.uploads.upload import Batch, Upload, shown_row

BATCH_ROWS = 500
"""Rows in a batch: about a second's work. The clock is read after each batch."""


def load(
    upload: Upload, *, backend: Backend, records: Records, out_of_time: Callable[[], bool], now: datetime
) -> Upload:
    """Go on with a file at its cursor, while there is time. A message in the queue continues with the rest.

    Raises Raced when another delivery works on the file.
    """
    return read_on(
        upload,
        lambda begun: _load_batches(begun, backend, records, out_of_time),
        heading=rejected.heading(),
        files=records.files,
        queue=records.queue,
        backend=backend,
        now=now,
    )


def _load_batches(upload: Upload, backend: Backend, records: Records, out_of_time: Callable[[], bool]) -> Upload:
    upload, header = _look_through(upload, backend, records, out_of_time)
    if upload.rows == upload.total:
        return upload
    run = backend.runs.run(upload.course_id)
    with records.files.open(upload.object_key, upload.etag or "", upload.cursor) as stream:
        rows = read_updates(
            stream,
            header,
            course_id=upload.course_id,
            at=_time_of_facts(upload),
            offset=upload.cursor,
            number=upload.next_row or 0,
            field_columns=run.field_columns if run is not None else {},
        )
        while not out_of_time() and (batch := list(islice(rows, BATCH_ROWS))):
            upload = _load_batch(upload, batch, backend, records)
    return upload


def _look_through(
    upload: Upload, backend: Backend, records: Records, out_of_time: Callable[[], bool]
) -> tuple[Upload, Header]:
    """Read the whole file once before any change. A file that was begun earlier needs only its header."""
    with records.files.open(upload.object_key, upload.etag or "") as stream:
        if upload.total is not None:
            return upload, read_header(Table(stream, is_heading))[0]
        inspection = inspect(stream, upload.size or 0, out_of_time)
    require_own_usernames(inspection.shared_usernames, backend)
    header = inspection.header
    upload = backend.uploads.looked_through(
        upload, kind=header.kind.value, total=inspection.rows, cursor=header.end, next_row=header.number + 1
    )
    return upload, header


def _load_batch(upload: Upload, batch: list[ReadRow], backend: Backend, records: Records) -> Upload:
    updates, errors = _unique(batch, backend)
    outcomes = records.store.write([update for _, update in updates])
    older = []
    for (number, update), written in zip(updates, outcomes, strict=True):
        if written.effect is Effect.CONTRADICTED:
            errors.append(_duplicate(number, update))
        elif written.is_older:
            older.append(_newer_stored(number, update))
    errors = _without_forgotten(errors, backend)
    errors.sort(key=lambda error: error.row)
    warnings = _warnings(batch, {number: update.user_id for number, update in updates}, errors, backend)
    warnings = sorted([*warnings, *older], key=_row_of)
    listed: list[RowError | RowWarning] = sorted([*errors, *warnings], key=_row_of)
    if listed:
        records.files.put_report_part(upload.course_id, upload.upload_id, upload.report_parts, rejected.lines(listed))
    # Rows that this file stored before a crash are its own work, so they count as applied.
    applied = sum(written.effect in {Effect.APPLIED, Effect.REPEATED} for written in outcomes)
    unchanged = sum(written.effect is Effect.UNCHANGED for written in outcomes)
    return backend.uploads.advance(
        upload,
        Batch(
            cursor=batch[-1].end,
            next_row=batch[-1].number + 1,
            applied=applied,
            unchanged=unchanged,
            errors=[_shown(error) for error in errors],
            warnings=[_shown(warning) for warning in warnings],
            has_report_part=bool(listed),
        ),
    )


def _unique(batch: list[ReadRow], backend: Backend) -> tuple[list[tuple[int, LmsUpdate]], list[RowError]]:
    """The batch's updates, one for each learner, and its bad rows."""
    updates: dict[str, tuple[int, LmsUpdate]] = {}
    errors = []
    for number, outcome in resolved(batch, backend):
        if isinstance(outcome, RowError):
            errors.append(outcome)
        elif outcome.user_id in updates:
            errors.append(_duplicate(number, outcome))
        else:
            updates[outcome.user_id] = (number, outcome)
    return list(updates.values()), errors


def _row_of(found: RowError | RowWarning) -> int:
    return found.row


def _shown(found: RowError | RowWarning) -> dict[str, Any]:
    return shown_row(found.row, found.identifier, found.reason, file_sentence(found.flaw), [found.flaw])


def _warnings(
    batch: list[ReadRow], user_ids: Mapping[int, str], errors: list[RowError], backend: Backend
) -> list[RowWarning]:
    """The warnings about rows that were not refused. `user_ids` are the learners of the rows. A forgotten learner has
    no warning, because it would name the learner again.
    """
    refused = {error.row for error in errors}
    warned = [row for row in batch if row.warnings and row.number in user_ids and row.number not in refused]
    known = backend.learners.learners({user_ids[row.number] for row in warned}) if warned else {}
    kept = [row for row in warned if (learner := known.get(user_ids[row.number])) is None or not learner.forgotten]
    return [warning for row in kept for warning in row.warnings]


def _without_forgotten(errors: list[RowError], backend: Backend) -> list[RowError]:
    """The errors. Those about a forgotten learner have no identifier."""
    forgotten = backend.learners.forgotten({error.identifier for error in errors}) if errors else ()
    return [
        RowError(error.row, "", FORGOTTEN_LEARNER, NAMES_FORGOTTEN) if error.identifier in forgotten else error
        for error in errors
    ]


def _duplicate(number: int, update: LmsUpdate) -> RowError:
    earlier = flaw(FlawId.LEARNER_IN_EARLIER_ROW, user_id=update.user_id)
    return RowError(number, _identifier(update), "duplicate-row", earlier)


def _newer_stored(number: int, update: LmsUpdate) -> RowWarning:
    return RowWarning(number, _identifier(update), "newer-stored", flaw(FlawId.NEWER_FACTS_STORED))


def _identifier(update: LmsUpdate) -> str:
    return update.account.username if update.account else update.user_id


def _time_of_facts(upload: Upload) -> datetime:
    if upload.facts_at is None:
        raise ValueError(f"upload {upload.upload_id} was never begun")
    return upload.facts_at
