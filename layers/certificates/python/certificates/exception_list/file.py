"""Reads an exception file: checks the whole file, then adds its learners batch by batch, with a result for each row.

An entry stores the row that added it. So a batch that is repeated after a crash recognizes its own entries and counts
them as added. A row that names the learner of an earlier row, one by username and the other by e-mail, is recognized
too, however far apart the rows are. `uploads/reading.py` says what a crash between two steps means.

With automatic issuing on, the added learners go to a queue: one invocation has no time for fifty thousand certificates
(`deciding.py`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from certificates.aws.queues import DecisionQueue, UploadQueue
from certificates.aws.upload_files import UploadFiles
from certificates.backend import Backend
from certificates.exception_list.batch import ADDED, RowResult, list_batch, to_decide
from certificates.lookup import read_run
from certificates.rules.exception_file import Layout, examine, read_entries
from certificates.rules.files import MAX_EXCEPTION_FILE_BYTES, check_size
from certificates.spreadsheet import BYTE_ORDER_MARK, line
from certificates.uploads.reading import read_on
from certificates.uploads.upload import Batch, Upload, shown_row

BATCH_ROWS = 500
"""Rows in a batch: about a second's work. The clock is read after each batch."""

RESULT_HEADING = ("row", "identifier", "result", "message", "user_id", "username", "email")
"""The columns of a result."""


@dataclass(frozen=True, slots=True)
class ExceptionFiles:
    """What the reader of exception files uses beside the backend."""

    files: UploadFiles
    queue: UploadQueue
    decisions: DecisionQueue


def read_file(
    upload: Upload,
    *,
    backend: Backend,
    exception_files: ExceptionFiles,
    out_of_time: Callable[[], bool],
    now: datetime,
) -> Upload:
    """Go on with a file at its cursor, while there is time. A message in the queue continues with the rest.

    Raises Raced when another delivery works on the file.
    """
    return read_on(
        upload,
        lambda begun: _list_batches(begun, backend, exception_files, out_of_time, now),
        heading=BYTE_ORDER_MARK + line(RESULT_HEADING),
        files=exception_files.files,
        queue=exception_files.queue,
        backend=backend,
        now=now,
    )


def _list_batches(
    upload: Upload,
    backend: Backend,
    exception_files: ExceptionFiles,
    out_of_time: Callable[[], bool],
    now: datetime,
) -> Upload:
    check_size(upload.size or 0, MAX_EXCEPTION_FILE_BYTES)
    with tempfile.TemporaryFile() as file:
        with exception_files.files.open(upload.object_key, upload.etag or "") as stream:
            shutil.copyfileobj(stream, file)
        upload, layout = _look_through(upload, file, backend)
        with closing(read_entries(file, layout)) as entries:
            # Read from the first row, even after an interruption: duplicates depend on all rows above.
            rows = islice(entries, upload.rows, None)
            while not out_of_time() and (batch := list(islice(rows, BATCH_ROWS))):
                run = read_run(upload.course_id, backend=backend)
                lines = list_batch(batch, run=run, upload=upload, backend=backend, now=now)
                exception_files.decisions.decide(upload.course_id, to_decide(lines), upload.uploaded_by)
                upload = _count(upload, lines, backend, exception_files.files)
    return upload


def _look_through(upload: Upload, file: BinaryIO, backend: Backend) -> tuple[Upload, Layout]:
    """Read the whole file before any change: a file that breaks off at its end is refused whole."""
    layout = examine(file)
    if upload.total is None:
        upload = backend.uploads.looked_through(upload, kind="exceptions", total=layout.rows, cursor=0, next_row=0)
    return upload, layout


def _shown(outcome: RowResult) -> dict[str, Any]:
    return shown_row(outcome.row, outcome.identifier, outcome.result, outcome.message, outcome.flaws)


def _count(upload: Upload, lines: Sequence[RowResult], backend: Backend, files: UploadFiles) -> Upload:
    report = b"".join(
        line(
            [
                outcome.row,
                outcome.identifier,
                outcome.result,
                outcome.message,
                outcome.user_id,
                outcome.username,
                outcome.email,
            ]
        )
        for outcome in lines
    )
    files.put_report_part(upload.course_id, upload.upload_id, upload.report_parts, report)
    errors = [_shown(outcome) for outcome in lines if outcome.result != ADDED]
    warnings = [_shown(outcome) for outcome in lines if outcome.result == ADDED and outcome.flaws]
    batch = Batch(
        cursor=upload.rows + len(lines),
        next_row=lines[-1].row + 1,
        applied=len(lines) - len(errors),
        unchanged=0,
        errors=errors,
        warnings=warnings,
        has_report_part=True,
    )
    return backend.uploads.advance(upload, batch)
