"""AWS refuses calls: throttling, conflicts, unprocessed keys, a service that is down."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber
from werkzeug.wrappers import Response

from tests.s3_server import Answer, Asked, refused, standing_between


@contextmanager
def throttled(share: float, seed: int = 1) -> Iterator[None]:
    """AWS refuses this share of the requests, as under load. Each retry has the same chance."""
    chance, lock, real = random.Random(seed), Lock(), BotocoreStubber.__call__

    def throttle(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        with lock:
            unlucky = chance.random() < share
        return _too_many(event_name, request) if unlucky else real(stubber, event_name, request, **rest)

    def throttle_object(_: Asked, answer: Answer) -> Response:
        with lock:
            unlucky = chance.random() < share
        return refused(HTTPStatus.SERVICE_UNAVAILABLE, "SlowDown") if unlucky else answer()

    with patch.object(BotocoreStubber, "__call__", throttle), standing_between(throttle_object):
        yield


@dataclass
class Transactions:
    """Counts the transactions, and their entries, that were sent to DynamoDB and that DynamoDB accepted."""

    sent: int = 0
    taken: int = 0
    entries_sent: int = 0
    entries_claimed: int = 0


@contextmanager
def transactions_throttled(share: float, seed: int = 1) -> Iterator[Transactions]:
    """DynamoDB cancels this share of all transactions because of throttling; botocore does not retry them."""
    chance, lock, real = random.Random(seed), Lock(), BotocoreStubber.__call__
    seen = Transactions()

    def throttle(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        if not _is_transaction(request):
            return real(stubber, event_name, request, **rest)
        entries = len(_body(request)["TransactItems"])
        with lock:
            unlucky = chance.random() < share
            seen.sent, seen.entries_sent = seen.sent + 1, seen.entries_sent + entries
        if unlucky:
            return _cancelled(request)
        answer = real(stubber, event_name, request, **rest)
        if answer.status_code == HTTPStatus.OK:
            with lock:
                seen.taken, seen.entries_claimed = seen.taken + 1, seen.entries_claimed + entries
        return answer

    with patch.object(BotocoreStubber, "__call__", throttle):
        yield seen


@contextmanager
def transactions_cancelled(*reasons: str) -> Iterator[list[str]]:
    """The next transactions are cancelled, one for each of these reasons. Later ones are accepted.

    The last entry of the transaction gets the reason. The yielded list holds the reasons that are left.
    """
    left, real = list(reasons), BotocoreStubber.__call__

    def cancel(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        if left and _is_transaction(request):
            return _cancelled(request, left.pop(0))
        return real(stubber, event_name, request, **rest)

    with patch.object(BotocoreStubber, "__call__", cancel):
        yield left


@contextmanager
def in_conflict(operation: str, times: int) -> Iterator[None]:
    """So many calls such as `PutItem` are refused because a transaction works on the item."""
    left, real = [operation] * times, BotocoreStubber.__call__

    def refuse(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        if left and event_name == f"before-send.dynamodb.{operation}":
            left.pop()
            kind = "com.amazonaws.dynamodb.v20120810#TransactionConflictException"
            return _refused(request, {"__type": kind, "message": "Transaction is ongoing for the item"})
        return real(stubber, event_name, request, **rest)

    with patch.object(BotocoreStubber, "__call__", refuse):
        yield


@contextmanager
def keys_unprocessed(taken: int) -> Iterator[list[int]]:
    """Of each BatchGetItem, DynamoDB looks up the first `taken` keys and returns the others unprocessed, as under load.

    Yields how many keys each call asked for.
    """
    asked: list[int] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def claim_a_few(client: Any, operation: str, values: Any) -> Any:
        if operation != "BatchGetItem":
            return real(client, operation, values)
        ((table, wanted),) = values["RequestItems"].items()
        keys = wanted["Keys"]
        asked.append(len(keys))
        left = {table: {**wanted, "Keys": keys[taken:]}} if keys[taken:] else {}
        if not taken:
            return {"Responses": {}, "UnprocessedKeys": left}
        return real(client, operation, {"RequestItems": {table: {**wanted, "Keys": keys[:taken]}}}) | {
            "UnprocessedKeys": left
        }

    with patch.object(BaseClient, "_make_api_call", claim_a_few):
        yield asked


@contextmanager
def turned_away(operation: str, code: str) -> Iterator[None]:
    """Calls such as `s3.PutObject`, and all their retries, are answered with this code of throttling."""
    real = BotocoreStubber.__call__

    def refuse(stubber: Any, event_name: str, request: Any, **rest: Any) -> Any:
        if event_name != f"before-send.{operation}":
            return real(stubber, event_name, request, **rest)
        body = f"<Error><Code>{code}</Code><Message>Please reduce your request rate.</Message></Error>".encode()
        return AWSResponse(
            request.url, HTTPStatus.SERVICE_UNAVAILABLE, {"content-type": "application/xml"}, _Body(body)
        )

    def refuse_object(asked: Asked, answer: Answer) -> Response:
        turned = f"s3.{asked.operation}" == operation
        return refused(HTTPStatus.SERVICE_UNAVAILABLE, code) if turned else answer()

    with patch.object(BotocoreStubber, "__call__", refuse), standing_between(refuse_object):
        yield


@contextmanager
def out_of_order(*operations: str) -> Iterator[None]:
    """Calls such as `s3.DeleteObject` fail, as when a service is down for longer than the client retries."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def fail(client: Any, operation: str, values: Any) -> Any:
        if f"{client.meta.service_model.service_name}.{operation}" in operations:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "We are out of order."}}, operation)
        return real(client, operation, values)

    def fail_object(asked: Asked, answer: Answer) -> Response:
        fails = f"s3.{asked.operation}" in operations
        return refused(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError") if fails else answer()

    with patch.object(BaseClient, "_make_api_call", fail), standing_between(fail_object):
        yield


def _too_many(event_name: str, request: Any) -> AWSResponse:
    if event_name.startswith("before-send.s3"):
        body = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
        return AWSResponse(request.url, 503, {"content-type": "application/xml"}, _Body(body))
    if _is_transaction(request):
        return _cancelled(request)
    return _refused(request, {"__type": "com.amazonaws#ThrottlingException", "message": "Rate exceeded"})


def _is_transaction(request: Any) -> bool:
    return _header(request, "X-Amz-Target").endswith(".TransactWriteItems")


def _cancelled(request: Any, reason: str = "ThrottlingError") -> AWSResponse:
    """DynamoDB's answer to a transaction that it cancels because of its last entry, here because of throttling.

    See "Handling errors" of TransactWriteItems in the DynamoDB API Reference.
    """
    codes = ["None" for _ in _body(request)["TransactItems"]]
    codes[-1] = reason
    said = _SAID.get(reason, "")
    reasons = [{"Code": code} if code == "None" else {"Code": code, "Message": said} for code in codes]
    return _refused(
        request,
        {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "CancellationReasons": reasons,
            "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
            f"[{', '.join(codes)}]",
        },
    )


_SAID = {
    "ConditionalCheckFailed": "The conditional request failed",
    "ThrottlingError": "Throughput exceeds the current capacity of your table or index.",
    "TransactionConflict": "Transaction is ongoing for the item",
}


def _refused(request: Any, document: dict[str, Any]) -> AWSResponse:
    content = _Body(json.dumps(document).encode())
    return AWSResponse(request.url, HTTPStatus.BAD_REQUEST, {"content-type": "application/x-amz-json-1.0"}, content)


class _Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.content


def _header(request: Any, name: str) -> str:
    value = request.headers.get(name, "")
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: Any) -> Any:
    return json.loads(request.body)
