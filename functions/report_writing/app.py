"""Writes one part of a run's report. The function that joins the parts calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.aws.documents import Documents
from certificates.lists.csv_of_run import write_part
from certificates.messages.function import lambda_function
from certificates.messages.work import ReportPart
from certificates.telemetry import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    logger.info("writing", extra={"course_id": event["course_id"], "shard": event["shard"]})
    write_part(*ReportPart.from_json(event), documents=Documents(runtime.setting("BUCKET_NAME")))
