"""Events of the function `learner_records`: SQS records with S3 notifications and EventBridge events."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from tests.moto_cloud import client_of


def sqs_event(*bodies: dict[str, Any]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1790000000000"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:records",
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def upload(key: str, content: bytes, at: datetime = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)) -> dict[str, Any]:
    """Put a file into the bucket and return the notification that S3 sends of it."""
    client_of("s3").put_object(Bucket=os.environ["BUCKET_NAME"], Key=key, Body=content)
    return arrived(key, at)


def arrived(key: str, at: datetime) -> dict[str, Any]:
    """The notification that S3 sends of an object in the bucket."""
    found = client_of("s3").head_object(Bucket=os.environ["BUCKET_NAME"], Key=key)
    described = {
        "key": quote_plus(key, safe="/"),
        "size": found["ContentLength"],
        "eTag": found["ETag"].strip('"'),
        "sequencer": "0",
    }
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-west-1",
                "eventTime": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
                "eventName": "ObjectCreated:Put",
                "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": os.environ["BUCKET_NAME"]}, "object": described},
            }
        ]
    }


def download(key: str) -> bytes:
    return client_of("s3").get_object(Bucket=os.environ["BUCKET_NAME"], Key=key)["Body"].read()


@dataclass
class Context:
    """Lambda's context. The time ends after the code has read it a number of times."""

    looks: int = 1_000_000
    function_name: str = "learner-records"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:learner-records"
    aws_request_id: str = "5f1c1b8e"
    seen: int = field(default=0)

    def get_remaining_time_in_millis(self) -> int:
        self.seen += 1
        return 900_000 if self.seen <= self.looks else 1_000
