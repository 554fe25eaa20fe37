"""Messages of the LMS queues: a file arrived, a file must be continued, an Open edX event happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from certificates.backend import Backend
from certificates.errors import BadRequest
from certificates.lms.events import parse
from certificates.lms.following import follow
from certificates.lms.loading import load
from certificates.lms.records import Records
from certificates.telemetry import logger
from certificates.uploads.messages import act_on_file


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
    read = partial(load, backend=backend, records=records, out_of_time=out_of_time, now=now)
    if "detail-type" in message:
        _act_on_event(message, backend, records, now)
    elif not act_on_file(message, read, files=records.files, backend=backend, now=now, last_delivery=last_delivery):
        raise BadRequest("unknown-message", "Neither an event, a file nor an upload to go on with.")


def _act_on_event(message: Mapping[str, Any], backend: Backend, records: Records, now: datetime) -> None:
    event = parse(message, now=now)
    if event is None:
        # A type that the product does not read, or a run that never has certificates.
        logger.info("event ignored", extra={"event_type": message["detail-type"], "event_id": message.get("id")})
    else:
        follow(event, backend=backend, records=records, now=now)
