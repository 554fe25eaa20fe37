"""Clients of AWS services, made on first use and kept while the function is warm.

They come of one botocore session, for what a session has read of AWS's services serves all its clients; boto3's own
session would bring its transfer manager along. Both together are a tenth of a learner's first request.
"""

from __future__ import annotations

import os
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from botocore.session import Session
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sqs import SQSClient

_sessions: list[Session] = []
_making = Lock()  # a session makes one client at a time


def share(session: Session) -> None:
    """Make clients from a session that another library has opened; the first one that is shared serves."""
    _sessions.append(session)


@cache
def _client(service: str, read_timeout: int = 10, attempts: int = 6) -> Any:
    from botocore.config import Config

    # A signed address names the bucket's host in its region. By default it would name S3's global host, which never
    # serves regions younger than 2019, and serves no other region for up to a day after a bucket was made.
    virtual = service == "s3" and not (os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))
    config = Config(
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"} if virtual else None,
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        max_pool_connections=32,
    )
    with _making:
        return _session().create_client(service, config=config)


def _session() -> Session:
    if not _sessions:
        from botocore.session import get_session

        share(get_session())
    return _sessions[0]


def forget() -> None:
    """As if none had been made: for whoever moves to another account or region within one process."""
    _client.cache_clear()
    _sessions.clear()


def s3() -> S3Client:
    return cast("S3Client", _client("s3"))


def lambda_(read_timeout: int = 60, attempts: int = 6) -> LambdaClient:
    """`read_timeout` in seconds: a full layout of a certificate is the longest answer most callers wait for."""
    return cast("LambdaClient", _client("lambda", read_timeout, attempts))


def sqs() -> SQSClient:
    return cast("SQSClient", _client("sqs"))


def scheduler() -> EventBridgeSchedulerClient:
    return cast("EventBridgeSchedulerClient", _client("scheduler"))
