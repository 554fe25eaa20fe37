"""Messages about uploaded files: a file arrived, or a file must be continued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from certificates.backend import Backend
from certificates.errors import BadRequest, NotFound
from certificates.messages.work import FileToReadOn
from certificates.telemetry import logger
from certificates.uploads.arrivals import Arrival, arrivals
from certificates.uploads.reading import begin_upload, give_up, store_why_ignored, upload_to_go_on_with
from certificates.uploads.upload import Upload

if TYPE_CHECKING:
    from certificates.aws.upload_files import UploadFiles

Read = Callable[[Upload], Upload]
"""Goes on with a file at its cursor, while there is time."""


def act_on_file(
    message: Mapping[str, Any], read: Read, *, files: UploadFiles, backend: Backend, now: datetime, last_delivery: bool
) -> bool:
    """Do what a message about a file asks for. Returns False if the message is about something else.

    The message is an S3 notification or a FileToReadOn. `last_delivery`: a file that still cannot be read to its end is
    refused as unfinished.
    """
    if "upload" in message:
        asked = FileToReadOn.from_json(message)
        if last_delivery:
            give_up(*asked, files=files, backend=backend, now=now)
        else:
            read(upload_to_go_on_with(*asked, backend=backend))
    elif message.get("Event") == "s3:TestEvent":
        logger.info("bucket notifications are set up")
    elif "Records" in message:
        for arrival in arrivals(message, files):
            upload = _begun(arrival, files, backend)
            if upload is None:
                continue
            if last_delivery:
                give_up(upload.course_id, upload.upload_id, files=files, backend=backend, now=now)
                continue
            done = read(upload)
            logger.info("file read", extra={"upload_id": done.upload_id, "state": done.state, "rows": done.rows})
    else:
        return False
    return True


def _begun(arrival: Arrival, files: UploadFiles, backend: Backend) -> Upload | None:
    """None: the file is of no known run. The reason is stored beside the file."""
    try:
        return begin_upload(arrival, backend=backend)
    except (BadRequest, NotFound) as refused:
        store_why_ignored(arrival, refused, files=files)
        return None
