"""Works on jobs: each message of the queue is one shard of one job."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates import runtime
from certificates.job_worker import work_on_shard
from certificates.telemetry import logger, metrics

RESERVE_MS = 60_000
"""What a page may take at worst, its retries and the hand-over included."""

DELIVERIES = 5
"""As the queue's `maxReceiveCount` has it."""


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    def on_message(record: SQSRecord) -> None:
        try:
            work_on_shard(
                **record.json_body,
                backend=runtime.backend(),
                clock=runtime.now,
                out_of_time=lambda: context.get_remaining_time_in_millis() < RESERVE_MS,
                last_delivery=int(record.attributes.approximate_receive_count) >= DELIVERIES,
            )
        except Exception:
            logger.exception("message failed", extra={"message_id": record.message_id})
            raise

    # A message that fails comes again by itself; the others of its batch are done.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, on_message, processor, context)
