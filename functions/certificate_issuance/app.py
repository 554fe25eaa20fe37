"""Works on jobs: each message of the queue is one shard of one job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import runtime
from certificates.jobs.worker import work_on_shard
from certificates.messages.queue import OutOfTime, each_message
from certificates.messages.work import ShardWork

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

RESERVE_MS = 60_000
"""The longest that a batch takes, with retries and the hand-over to the next message."""

DELIVERIES = 5
"""Must be `maxReceiveCount` of the queue."""


def act(message: SQSRecord, out_of_time: OutOfTime) -> None:
    work_on_shard(
        *ShardWork.from_json(message.json_body),
        backend=runtime.backend(),
        clock=runtime.now,
        out_of_time=out_of_time,
        last_delivery=int(message.attributes.approximate_receive_count) >= DELIVERIES,
    )


lambda_handler = each_message(act, reserve_ms=RESERVE_MS)
