"""Follows the table's stream: tells the bus, and the queues of mail and webhooks, what has changed."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates import runtime
from certificates.aws.stream import EndedJob, Revised, told_by
from certificates.notices.telling import tell
from certificates.telemetry import logger


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    told = [told_by(record) for record in event["Records"]]
    tell(
        [each for each in told if isinstance(each, Revised)],
        [each for each in told if isinstance(each, EndedJob)],
        runtime.receivers(),
        now=runtime.now(),
    )
