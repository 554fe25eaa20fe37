"""Compiles designs and lays out certificates and samples with WeasyPrint, when other functions ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.aws.documents import Documents
from certificates.designs.compilation import carry_out
from certificates.messages.function import lambda_function
from certificates.messages.rendering import Rendering
from certificates.telemetry import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

ANSWERING = 10
"""Seconds before the function's timeout when a layout must end, so that the caller still gets an answer."""


@lambda_function
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    seconds = context.get_remaining_time_in_millis() / 1000 - ANSWERING
    logger.info("rendering", extra={"action": event["action"], "design": event["design"]})
    return carry_out(Rendering.from_json(event), Documents(runtime.setting("BUCKET_NAME")), seconds).to_json()
