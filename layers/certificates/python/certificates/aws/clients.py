"""Clients of AWS services, made on first use and kept while the function is warm."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sqs import SQSClient


@cache
def _client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4" if service == "s3" else None,
        connect_timeout=2,
        # A full layout of a certificate is the longest answer anybody waits for.
        read_timeout=60 if service == "lambda" else 10,
        retries={"total_max_attempts": 6, "mode": "standard"},
        max_pool_connections=32,
    )
    return boto3.Session().client(service, config=config)  # type: ignore[call-overload]


def s3() -> S3Client:
    return cast("S3Client", _client("s3"))


def lambda_() -> LambdaClient:
    return cast("LambdaClient", _client("lambda"))


def sqs() -> SQSClient:
    return cast("SQSClient", _client("sqs"))


def scheduler() -> EventBridgeSchedulerClient:
    return cast("EventBridgeSchedulerClient", _client("scheduler"))
