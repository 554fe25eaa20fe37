"""Injects faults: a process that dies at a chosen AWS call, throttling, conflicts. It also has a renderer without cost.

with calls() as made:                     # names of the AWS calls that were made
    act()
with killed_at(Point(3, "after")):        # dies just after its fourth call has taken effect
    act()
tried = at_every_call(world, act, check)  # all of them, each in a cloud of its own, then the event once more
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import Any, Literal, TypeVar
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber
from werkzeug.wrappers import Response

from certificates.aws.renderer import Renderer
from certificates.errors import Conflict, NotFound
from certificates.rendering.attaching import Attachment
from certificates.rendering.fields import Fields
from tests.s3_server import Answer, Asked, refused, standing_between

World = TypeVar("World")
Moment = Literal["before", "after"]


class Killed(BaseException):
    """The process has died. No `except Exception` catches this, and threads that still run make no more AWS calls."""


@dataclass(frozen=True, slots=True)
class Point:
    """The `call`-th AWS call, counted from 0, `before` or `after` it takes effect."""

    call: int
    moment: Moment


@contextmanager
def calls() -> Iterator[list[str]]:
    """The names of the AWS calls made inside, such as `s3.PutObject`, in their order."""
    made: list[str] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def note(client: Any, operation: str, values: Any) -> Any:
        made.append(f"{client.meta.service_model.service_name}.{operation}")
        return real(client, operation, values)

    def note_object(asked: Asked, answer: Answer) -> Response:
        made.append(f"s3.{asked.operation}")
        return answer()

    with patch.object(BaseClient, "_make_api_call", note), standing_between(note_object):
        yield made


@contextmanager
def killed_at(point: Point) -> Iterator[None]:
    """The process inside the block dies at this point. The block catches Killed and its consequences.

    A call over HTTP cannot raise Killed: from this point on, S3 carries out no call, and answers with an error.
    """
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    lock, count, dead = Lock(), 0, False

    def dies() -> tuple[bool, bool]:
        """Whether this call is dropped, and whether its answer is dropped."""
        nonlocal count, dead
        with lock:
            if dead:
                return True, True
            mine, count = count, count + 1
            dead = mine == point.call
        return dead and point.moment == "before", dead

    def die_in_time(client: Any, operation: str, values: Any) -> Any:
        not_made, unheard = dies()
        if not_made:
            raise Killed
        answer = real(client, operation, values)
        if unheard:
            raise Killed
        return answer

    def answer_in_time(_: Asked, answer: Answer) -> Response:
        not_made, unheard = dies()
        heard = refused(HTTPStatus.BAD_REQUEST, "Killed") if not_made else answer()
        return refused(HTTPStatus.BAD_REQUEST, "Killed") if unheard else heard

    with patch.object(BaseClient, "_make_api_call", die_in_time), standing_between(answer_in_time):
        try:
            yield
        except Killed:
            pass
        except Exception:
            if not dead:
                raise


def at_every_call(
    world: Callable[[], AbstractContextManager[World]],
    act: Callable[[World], object],
    check: Callable[[World], None],
) -> int:
    """Kills `act` before and after every AWS call that it makes. Returns the number of points.

    `world` makes a cloud with what the act needs. At each point the act is killed and then repeated, as AWS delivers an
    event again. `check` then looks at the world; it also looks at the world after an undisturbed act.
    """
    with world() as undisturbed, calls() as made:
        act(undisturbed)
        total = len(made)
        check(undisturbed)
    moments: tuple[Moment, ...] = ("before", "after")
    points = [Point(call, moment) for call in range(total) for moment in moments]
    for point in points:
        with world() as disturbed:
            with killed_at(point):
                act(disturbed)
            act(disturbed)
            try:
                check(disturbed)
            except AssertionError as error:
                error.add_note(f"killed {point.moment} {made[point.call]}, call {point.call} of {total}")
                raise
    return len(points)


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


@dataclass(frozen=True, slots=True)
class CheapRenderer(Renderer):
    """Stores a few bytes with the certificate's text, instead of a layout that takes 0.3 seconds."""

    def prepare(
        self, design_digest: str, fields: Fields, document: str, attachments: Sequence[Attachment] = ()
    ) -> Callable[[], None]:
        said = f"%PDF- {fields.name} {fields.verify_uuid} {fields.revision}"
        return partial(self.documents.put_certificate, document, said.encode())

    def compile(self, design_digest: str) -> tuple[str, ...]:
        return ()

    def preview(self, design_digest: str, document: str, fields: Fields) -> None:
        self.documents.put_certificate(document, b"%PDF- a sample")


def cheap(backend: Any) -> Any:
    """The backend with a renderer that costs nothing, for tests that do not look at the PDF.

    Certificates have no credential: their random entries of status lists would change the names of documents each time.
    `test_status_lists` tests these.
    """
    renderer = CheapRenderer("design-compilation", backend.documents, backend.credentials)
    return replace(backend, renderer=renderer, gives_credentials=False)


@dataclass(frozen=True, slots=True)
class _Interrupted(CheapRenderer):
    """Calls `happens` once, after the first document is stored and before its certificate is written."""

    happens: list[Callable[[], object]]

    def prepare(self, design_digest: str, fields: Any, document: str, attachments: Any = ()) -> Callable[[], None]:
        store = CheapRenderer.prepare(self, design_digest, fields, document, attachments)

        def store_interrupted() -> None:
            store()
            if self.happens:
                self.happens.pop()()

        return store_interrupted


def interrupted(backend: Any, happens: Callable[[], object]) -> Any:
    """A cheap backend that calls `happens` while the first certificate is being issued."""
    renderer = _Interrupted("design-compilation", backend.documents, backend.credentials, [happens])
    return replace(backend, renderer=renderer, gives_credentials=False)


@contextmanager
def done_already() -> Iterator[None]:
    """Refusals that only mean that an earlier try has succeeded."""
    try:
        yield
    except Conflict as refused:
        if refused.reason not in {"already-invalidated", "job-running"}:
            raise
    except NotFound as refused:
        if refused.reason != "not-invalidated":
            raise
