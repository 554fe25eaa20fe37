"""Does what a test asks for, with the rights of the function's role, and returns the result."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An HTTP event is returned. A direct event `{"service", "call", "arguments"}` is an AWS call to make."""
    if "requestContext" in event:
        return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}
    if "Records" in event:
        print(json.dumps(event))
        failed = [record for record in event["Records"] if record["body"] == "poison"]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}
    try:
        getattr(boto3.client(event["service"]), event["call"])(**event["arguments"])
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    return {"error": None, "secret": os.environ["SECRET"]}
