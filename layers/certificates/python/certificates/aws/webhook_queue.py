"""Tries to deliver, as messages: at once or within minutes through the queue, later by a schedule of EventBridge."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from certificates.aws.clients import scheduler, sqs
from certificates.messages.kinds import DeliveryToTry

LONGEST_DELAY_SECONDS = 900
"""The longest delay of a message in SQS."""


@dataclass(frozen=True, slots=True)
class WebhookQueue:
    """Messages of one webhook are one group: SQS hands out those of others first while many of it are under way
    ("fair queues", on standard queues).
    """

    url: str

    def send(self, message: DeliveryToTry, seconds: int = 0) -> None:
        """Have a try made after so many seconds, 900 at most."""
        sqs().send_message(
            QueueUrl=self.url,
            MessageBody=json.dumps(message.to_json()),
            DelaySeconds=seconds,
            MessageGroupId=message.webhook_id,
        )


@dataclass(frozen=True, slots=True)
class TrySchedules:
    """Schedules send to the queue `target` with `role`, and delete themselves. What is not delivered goes to
    `dead_letters`.
    """

    group: str
    role: str
    target: str
    dead_letters: str

    def put(self, message: DeliveryToTry, at: datetime) -> None:
        """Have a try made at this time. The same try again is no second schedule."""
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
