"""Exception files that instructors upload, and the learners they list, from the two queues of both."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates import runtime
from certificates.exception_processing import act_on
from certificates.telemetry import logger, metrics

RESERVE_MS = 30_000
"""What a page may take at worst, its retries and the hand-over included."""


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    def on_message(record: SQSRecord) -> None:
        logger.append_keys(message_id=record.message_id)
        try:
            act_on(
                record.json_body,
                backend=runtime.backend(),
                exception_files=runtime.exception_files(),
                out_of_time=lambda: context.get_remaining_time_in_millis() < RESERVE_MS,
                now=runtime.now(),
            )
        except Exception:
            logger.exception("message failed")
            raise

    # A message that fails comes again by itself; the others of its batch are done.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, on_message, processor, context)
