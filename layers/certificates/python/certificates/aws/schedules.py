"""The EventBridge schedules of runs: one for each run whose certificates are still to be issued."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from certificates.aws.clients import scheduler
from certificates.messages.work import IssuanceDue

if TYPE_CHECKING:
    from types_boto3_scheduler.type_defs import TargetTypeDef


@dataclass(frozen=True, slots=True)
class Schedules:
    """The scheduler invokes `target` with `role`. Undelivered events go to the queue `dead_letters`."""

    group: str
    role: str
    target: str
    dead_letters: str

    def put(self, course_id: str, due: datetime, at: datetime) -> None:
        """Make or move the schedule that invokes `target` once, at this time."""
        client = scheduler()
        values: dict[str, Any] = {
            "Name": _name(course_id),
            "GroupName": self.group,
            "ScheduleExpression": f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Description": f"Issue the certificates of {course_id}",
            "Target": self._target(course_id, due),
        }
        try:
            client.create_schedule(**values)
        except client.exceptions.ConflictException:
            client.update_schedule(**values)

    def remove(self, course_id: str) -> None:
        """Remove the schedule. A missing schedule is no error."""
        client = scheduler()
        try:
            client.delete_schedule(Name=_name(course_id), GroupName=self.group)
        except client.exceptions.ResourceNotFoundException:
            return

    def _target(self, course_id: str, due: datetime) -> TargetTypeDef:
        return {
            "Arn": self.target,
            "RoleArn": self.role,
            "Input": json.dumps(IssuanceDue(course_id, due).to_json()),
            "DeadLetterConfig": {"Arn": self.dead_letters},
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
        }


def _name(course_id: str) -> str:
    """A schedule's name has at most 64 characters of a few kinds. Course ids are longer and have other characters."""
    return hashlib.sha256(course_id.encode()).hexdigest()[:40]
