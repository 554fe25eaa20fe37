"""Messages of the LMS queues: a file arrived, a file must be continued, an Open edX event happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from certificates.backend import Backend
from certificates.errors import BadRequest, NotFound
from certificates.lms.events import parse
from certificates.lms.following import follow
from certificates.lms.loading import load, load_on
from certificates.lms.records import Records
from certificates.messages.work import FileToReadOn
from certificates.telemetry import logger
from certificates.uploads.arrivals import Arrival, arrivals
from certificates.uploads.reading import begin_upload, give_up, store_why_ignored


def act_on(
    message: Mapping[str, Any],
    *,
    backend: Backend,
    records: Records,
    out_of_time: Callable[[], bool],
    now: datetime,
    last_delivery: bool = False,
) -> None:
    """Do what a message asks for. After an error, SQS delivers the message again, and puts it aside in the end.

    `last_delivery`: a file that still cannot be read to its end is refused as unfinished.
    The message is an S3 notification, EventBridge's event, or a FileToReadOn.
    """
    if "detail-type" in message:
        event = parse(message, now=now)
        if event is None:
            # A type that the product does not read, or a run that never has certificates.
            logger.info("event ignored", extra={"event_type": message["detail-type"], "event_id": message.get("id")})
        else:
            follow(event, backend=backend, records=records, now=now)
    elif "upload" in message and last_delivery:
        give_up(*FileToReadOn.from_json(message), files=records.files, backend=backend, now=now)
    elif "upload" in message:
        load_on(*FileToReadOn.from_json(message), backend=backend, records=records, out_of_time=out_of_time, now=now)
    elif message.get("Event") == "s3:TestEvent":
        logger.info("bucket notifications are set up")
    elif "Records" in message:
        for arrival in arrivals(message, records.files):
            if last_delivery:
                _give_up(arrival, backend, records, now)
                continue
            _load(arrival, backend, records, out_of_time, now)
    else:
        raise BadRequest("unknown-message", "Neither an event, a file nor an upload to go on with.")


def _give_up(arrival: Arrival, backend: Backend, records: Records, now: datetime) -> None:
    """The function died or failed at this file in every delivery."""
    try:
        upload = begin_upload(arrival, backend=backend)
    except (BadRequest, NotFound) as refused:
        store_why_ignored(arrival, refused, files=records.files)
    else:
        give_up(upload.course_id, upload.upload_id, files=records.files, backend=backend, now=now)


def _load(arrival: Arrival, backend: Backend, records: Records, out_of_time: Callable[[], bool], now: datetime) -> None:
    try:
        upload = load(arrival, backend=backend, records=records, out_of_time=out_of_time, now=now)
    except (BadRequest, NotFound) as refused:
        store_why_ignored(arrival, refused, files=records.files)
    else:
        logger.info("file loaded", extra={"upload_id": upload.upload_id, "state": upload.state, "rows": upload.rows})
