"""Reads an uploaded file batch by batch: shared by the readers of LMS files and of exception files.

A function may die after it acted on a batch and before it counted the batch. The next delivery acts on the batch again,
which changes nothing, and counts it. A batch counts once, however often its message is delivered: the count is written
only if the cursor is still at the beginning of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from certificates.backend import Backend
from certificates.errors import BadRequest, NotFound, Refusal, TooLarge
from certificates.lookup import read_run
from certificates.rules.files import FileReason
from certificates.rules.flaws import Flaw, FlawId, flaw
from certificates.spreadsheet import BYTE_ORDER_MARK, line
from certificates.staff_sentences import sentence_of, words_of
from certificates.telemetry import logger
from certificates.uploads.arrivals import Arrival, course_of, upload_id_of
from certificates.uploads.upload import COPIED, Upload, UploadState

if TYPE_CHECKING:
    from certificates.aws.queues import UploadQueue
    from certificates.aws.upload_files import UploadFiles

LoadBatches = Callable[[Upload], Upload]
"""Acts on batches while there is time, and counts them."""


def begin_upload(arrival: Arrival, *, backend: Backend) -> Upload:
    """The upload of a file that has arrived. Raises NotFound `unknown-course-run`, BadRequest `bad-object-key`."""
    course_id = course_of(arrival.key)
    read_run(course_id, backend=backend)
    return backend.uploads.begin(
        course_id,
        upload_id_of(course_id, arrival, backend),
        object_key=arrival.key,
        etag=arrival.etag,
        size=arrival.size,
        arrived_at=arrival.at,
    )


def upload_to_go_on_with(course_id: str, upload_id: str, *, backend: Backend) -> Upload:
    """An upload to go on with. Raises NotFound `unknown-upload`."""
    upload = backend.uploads.upload(course_id, upload_id)
    if upload is None:
        raise NotFound("unknown-upload", "No such upload of this run.")
    return upload


def read_on(
    upload: Upload,
    load_batches: LoadBatches,
    *,
    heading: bytes,
    files: UploadFiles,
    queue: UploadQueue,
    backend: Backend,
    now: datetime,
) -> Upload:
    """Continue with a file at its cursor: finish it, refuse it whole, or send a message for the rest.

    Raises Raced when another delivery works on the file.
    """
    if upload.state is UploadState.PROCESSING:
        upload = _read_while_there_is_time(upload, load_batches, heading, files, queue, backend, now)
    _put_result_beside(upload, heading, files)
    if upload.state is UploadState.DONE:
        # Only after the result is stored: until then, another delivery may need the parts.
        files.remove_report_parts(upload.course_id, upload.upload_id, upload.report_parts)
    return upload


def give_up(course_id: str, upload_id: str, *, files: UploadFiles, backend: Backend, now: datetime) -> Upload | None:
    """Refuse a file that could not be read to its end in all deliveries. None: the file is not in process.

    Otherwise the file would be in process for ever.
    """
    upload = backend.uploads.upload(course_id, upload_id)
    if upload is None or upload.state is not UploadState.PROCESSING:
        return None
    given_up = flaw(FlawId.FILE_GIVEN_UP, rows=upload.rows)
    upload = backend.uploads.refuse(upload, _problem(FileReason.NOT_FINISHED.value, given_up), now=now)
    logger.error("file given up", extra={"upload_id": upload_id, "rows": upload.rows})
    _put_result_beside(upload, b"", files)
    return upload


def store_why_ignored(arrival: Arrival, refused: Refusal, *, files: UploadFiles) -> None:
    """Store a result beside a file that was copied to an unknown run: people look for it in the folder."""
    logger.warning("file ignored", extra={"reason": refused.reason, "object_key": arrival.key})
    files.put_beside(arrival.key, _refusal(refused.reason, sentence_of(refused)))


def _put_result_beside(upload: Upload, heading: bytes, files: UploadFiles) -> None:
    """Store the result beside a copied file: people look for it there."""
    if upload.uploaded_by != COPIED:
        return
    key = upload.object_key
    if upload.state is UploadState.REFUSED and upload.problem is not None:
        files.put_beside(key, _refusal(str(upload.problem["reason"]), str(upload.problem["message"])))
    elif upload.state is UploadState.DONE and upload.report_key:
        files.copy_report(upload.report_key, key)
    elif upload.state is UploadState.DONE:
        files.put_beside(key, heading)


def _problem(reason: str, why: str | Flaw, values: Mapping[str, object] = MappingProxyType({})) -> dict[str, Any]:
    """Why the whole file is refused. The pages have the flaw in every language; the message is English."""
    if isinstance(why, str):
        return {"reason": reason, "message": why, **values}
    return {"reason": reason, "message": words_of(why), **values, "flaws": [why.to_wire()]}


def _refusal(reason: str, message: str) -> bytes:
    return BYTE_ORDER_MARK + line(["reason", "message"]) + line([reason, message])


def _read_while_there_is_time(
    upload: Upload,
    load_batches: LoadBatches,
    heading: bytes,
    files: UploadFiles,
    queue: UploadQueue,
    backend: Backend,
    now: datetime,
) -> Upload:
    try:
        upload = load_batches(upload)
    except (BadRequest, TooLarge) as refused:
        upload = backend.uploads.refuse(upload, _problem(refused.reason, refused.message, refused.values), now=now)
        logger.warning("file refused", extra={"upload_id": upload.upload_id, "reason": refused.reason})
        return upload
    if upload.rows < (upload.total or 0):
        queue.read_on(upload.course_id, upload.upload_id)
        return upload
    report_key = None
    if upload.report_parts:
        report_key = files.put_report(upload.course_id, upload.upload_id, heading, upload.report_parts)
    return backend.uploads.finish(upload, report_key=report_key, now=now)
