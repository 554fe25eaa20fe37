"""Reads exception files that staff upload, and decides on the learners whom these files list: a queue for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import runtime
from certificates.exception_list.messages import act_on
from certificates.messages.queue import OutOfTime, each_message
from certificates.runtime import uploads

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

RESERVE_MS = 30_000
"""The longest that a batch takes, with retries and the hand-over to the next message."""

DELIVERIES = 5
"""Must be `maxReceiveCount` of both queues."""


def act(message: SQSRecord, out_of_time: OutOfTime) -> None:
    act_on(
        message.json_body,
        backend=runtime.backend(),
        exception_files=uploads.exception_files(),
        out_of_time=out_of_time,
        now=runtime.now(),
        last_delivery=int(message.attributes.approximate_receive_count) >= DELIVERIES,
    )


lambda_handler = each_message(act, reserve_ms=RESERVE_MS)
