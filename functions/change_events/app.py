"""Follows the table's stream: tells the bus, and the queues of mail and webhooks, what has changed.

Every minute, it shows the certificates that were issued early and whose run shows them by now.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from certificates import runtime
from certificates.aws.stream import told_by
from certificates.messages.kinds import WaitingToShow
from certificates.notices.showing import show_due
from certificates.notices.telling import tell
from certificates.telemetry import logger

SPARE_MILLISECONDS = 10_000


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    now = runtime.now()
    if "show" in event:
        WaitingToShow.from_json(event)
        show_due(runtime.showing(), now=now, out_of_time=runtime.out_of_time(context, SPARE_MILLISECONDS))
        return
    records = [told for record in event["Records"] if (told := told_by(record)) is not None]
    tell(records, runtime.receivers(), now=now)
