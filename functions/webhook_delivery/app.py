"""SQS: delivers changes of certificates to webhooks. Each message is a change to deliver, or a try to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import runtime
from certificates.messages.queue import OutOfTime, each_message
from certificates.notices.webhook_delivery import act_on_webhook_message
from certificates.runtime import webhooks

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def act(message: SQSRecord, _: OutOfTime) -> None:
    act_on_webhook_message(message.json_body, means=webhooks.delivering(), clock=runtime.now)


lambda_handler = each_message(act, reserve_ms=0)
