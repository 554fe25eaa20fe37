"""Messages of the queues of exceptions: a file arrived, a file must be continued, learners must be decided on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from certificates.backend import Backend
from certificates.errors import BadRequest
from certificates.exception_list.deciding import decide_listed
from certificates.exception_list.file import ExceptionFiles, read_file
from certificates.messages.work import LearnersToDecide
from certificates.uploads.messages import act_on_file


def act_on(
    message: Mapping[str, Any],
    *,
    backend: Backend,
    exception_files: ExceptionFiles,
    out_of_time: Callable[[], bool],
    now: datetime,
    last_delivery: bool = False,
) -> None:
    """Do what a message asks for. After an error, SQS delivers the message again, and puts it aside in the end.

    `last_delivery`: a file that still cannot be read to its end is refused as unfinished.
    The message is an S3 notification, a FileToReadOn or LearnersToDecide.
    """
    files = exception_files.files
    read = partial(read_file, backend=backend, exception_files=exception_files, out_of_time=out_of_time, now=now)
    if "decide" in message:
        listed = LearnersToDecide.from_json(message)
        decide_listed(listed.course_id, listed.user_ids, listed.by, backend=backend, now=now)
    elif not act_on_file(message, read, files=files, backend=backend, now=now, last_delivery=last_delivery):
        raise BadRequest("unknown-message", "Neither a file, an upload to go on with nor learners to decide on.")
