"""Removes the documents that certificates no longer name, from the table's stream of changes."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates import runtime
from certificates.aws.documents import Documents
from certificates.document_removal import remove_obsolete
from certificates.telemetry import logger


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    documents = Documents(runtime.setting("BUCKET_NAME"))
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event, lambda record: remove_obsolete(record.raw_event["dynamodb"], documents), processor, context
    )
