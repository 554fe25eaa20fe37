"""Handles each message of a queue by itself: a failed message is delivered again, the others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates.telemetry import logger, message_failed, metrics

OutOfTime = Callable[[], bool]
Act = Callable[[SQSRecord, OutOfTime], None]


def each_message(act: Act, *, reserve_ms: int) -> Callable[[dict[str, Any], LambdaContext], Any]:
    """The Lambda handler that acts on every message of a batch.

    `act` can ask if less than `reserve_ms` milliseconds are left. It must then send a message for the rest.
    """

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
        def out_of_time() -> bool:
            return context.get_remaining_time_in_millis() < reserve_ms

        def on_message(record: SQSRecord) -> None:
            logger.append_keys(message_id=record.message_id)
            try:
                act(record, out_of_time)
            except Exception:
                message_failed()
                raise

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event, on_message, processor, context)

    return lambda_handler
