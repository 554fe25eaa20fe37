"""Removes documents that no certificate names: after each change in the table's stream, and in a monthly sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.aws.changed_lists import have_signed
from certificates.aws.documents import Documents
from certificates.documents.removal import remove_obsolete
from certificates.messages.function import lambda_function
from certificates.messages.queue import each_entry
from certificates.messages.work import DocumentsToSweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 15_000


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    documents = Documents(runtime.setting("BUCKET_NAME"))
    if "sweep" in event:
        return _sweep(DocumentsToSweep.from_json(event), documents, context)

    def follow(record: DynamoDBRecord) -> None:
        if images := record.dynamodb:
            remove_obsolete(images.old_image, images.new_image, documents)

    # A stream has two readers at most. This one also calls the function that signs status lists.
    have_signed(event["Records"], runtime.setting("STATUS_LISTS_FUNCTION"))
    return each_entry(event, follow, context)


def _sweep(asked: DocumentsToSweep, documents: Documents, context: LambdaContext) -> None:
    from certificates.aws.certificate_store import CertificateStore
    from certificates.aws.continuation import go_on
    from certificates.documents.sweep import sweep

    late = runtime.out_of_time(context, SPARE_MILLISECONDS)
    rest = sweep(asked.after, documents=documents, certificates=CertificateStore(), now=runtime.now(), out_of_time=late)
    if rest is not None:
        go_on(context.function_name, DocumentsToSweep(rest).to_json())
