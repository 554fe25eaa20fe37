"""Sends the messages of tries: through the queue within 15 minutes, or by a schedule of EventBridge later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from certificates.aws.clients import scheduler, sqs
from certificates.messages.notices import DeliveryToTry

LONGEST_DELAY_SECONDS = 900
"""The longest delay of a message in SQS."""


@dataclass(frozen=True, slots=True)
class WebhookQueue:
    """The messages of one webhook are one group of a fair queue: while one group has many messages in work, SQS
    delivers messages of other groups first.
    """

    url: str

    def send(self, message: DeliveryToTry, seconds: int = 0) -> None:
        """Have a try made after this number of seconds, at most 900."""
        sqs().send_message(
            QueueUrl=self.url,
            MessageBody=json.dumps(message.to_json()),
            DelaySeconds=seconds,
            MessageGroupId=message.webhook_id,
        )


@dataclass(frozen=True, slots=True)
class TrySchedules:
    """A schedule sends to the queue `target` with `role`, and deletes itself. Undelivered messages go to the queue
    `dead_letters`.
    """

    group: str
    role: str
    target: str
    dead_letters: str

    def put(self, message: DeliveryToTry, at: datetime) -> None:
        """Have a try made at this time. A repeated call makes no second schedule."""
        client = scheduler()
        text = json.dumps(message.to_json(), sort_keys=True)
        try:
            client.create_schedule(
                Name=hashlib.sha256(text.encode()).hexdigest()[:60],
                GroupName=self.group,
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self.target,
                    "RoleArn": self.role,
                    "Input": text,
                    "DeadLetterConfig": {"Arn": self.dead_letters},
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
                },
            )
        except client.exceptions.ConflictException:
            return
