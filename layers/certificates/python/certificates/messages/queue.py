"""Handles each message of a queue or a stream by itself: a failed message is delivered again, the others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates.messages.function import lambda_function
from certificates.telemetry import logger, message_failed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

_Entry = TypeVar("_Entry")
OutOfTime = Callable[[], bool]
Act = Callable[[SQSRecord, OutOfTime], None]


def _counting_failures(act: Callable[[_Entry], None]) -> Callable[[_Entry], None]:
    """The same, with a line of log and a count when it fails. A batch that names its failed entries logs nothing."""

    # Powertools gives the argument by this name.
    def counted(record: _Entry) -> None:
        try:
            act(record)
        except Exception as error:
            message_failed(error)
            raise

    return counted


def each_message(act: Act, *, reserve_ms: int) -> Callable[[dict[str, Any], LambdaContext], Any]:
    """The Lambda handler that acts on every message of a batch.

    `act` can ask if less than `reserve_ms` milliseconds are left. It must then send a message for the rest.
    """

    @lambda_function
    def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
        def out_of_time() -> bool:
            return context.get_remaining_time_in_millis() < reserve_ms

        @_counting_failures
        def on_message(record: SQSRecord) -> None:
            logger.append_keys(message_id=record.message_id)
            act(record, out_of_time)

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event, on_message, processor, context)

    return lambda_handler


def each_entry(event: dict[str, Any], act: Callable[[DynamoDBRecord], None], context: LambdaContext) -> Any:
    """Act on every entry of the table's stream. The answer names the failed ones."""
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(event, _counting_failures(act), processor, context)
