"""The Lambda handler that serves a table of operations. Refusals become problems only here.

API Gateway finds the route: the event has its name and the values of its path.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from certificates import runtime
from certificates.errors import (
    BadRequest,
    Busy,
    InternalError,
    LmsUnavailable,
    NotFound,
    Overloaded,
    Refusal,
    Throttled,
    TooLarge,
)
from certificates.http.answers import Answer, problem
from certificates.http.api import Api, Operation
from certificates.http.parameters import IDEMPOTENCY_KEY, MAX_KEY_LENGTH
from certificates.http.requests import Request, RequestWith
from certificates.messages.function import lambda_function
from certificates.telemetry import logger, request_failed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from certificates.backend import Backend


def lambda_handler(api: Api) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """The Lambda handler that serves these operations. HEAD has the answer of GET without its body."""
    by_route = {f"{operation.method} {operation.path}": operation for operation in api.operations}

    @lambda_function
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        # Powertools' option for this would import a query language for JSON.
        logger.set_correlation_id(event["requestContext"]["requestId"])
        method, _, path = event["routeKey"].partition(" ")
        head = method == "HEAD"
        given = _serve(by_route[f"GET {path}" if head else event["routeKey"]], event, context)
        answered = {"statusCode": given.status, "headers": _headers(given), "body": "" if head else given.body}
        return answered | ({"isBase64Encoded": True} if given.in_base64 and not head else {})

    return handle


def _headers(given: Answer) -> dict[str, str]:
    """No cache may keep an answer to one caller for another caller."""
    usual = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    if given.body:
        usual["Content-Type"] = given.content_type
    return {**usual, **given.headers}


def _serve(operation: Operation, event: dict[str, Any], context: LambdaContext) -> Answer:
    logger.append_keys(operation=event["routeKey"])
    try:
        parts = (event, _backend(event), runtime.now(), event.get("pathParameters") or {}, context, operation)
        request = Request(*parts)
        operation.door(request)
        _check_path(request.path)
        if operation.body:
            request = RequestWith(*parts, _body(event, operation.body, operation.max_body_bytes))
        return _handle(operation, request)
    except Refusal as refusal:
        logger.info("refused", extra={"reason": refusal.reason})
        return problem(refusal)
    except Throttled as throttled:
        logger.warning("throttled", extra={"call": str(throttled)})
        return problem(Overloaded())
    except Exception as error:
        # Lambda counts no error then: `request_failed` does.
        request_failed(error)
        return problem(InternalError(event["requestContext"]["requestId"]))


MAX_ID_LENGTH = 255
"""Most bytes of an id in a path: more than our ids have, and few enough for a key of the table."""

_UNKNOWN = {
    "user_id": ("unknown-learner", "No learner is known under this id."),
    "job_id": ("unknown-job", "There is no such job of this run."),
    "upload_id": ("unknown-upload", "No such upload of this run."),
    "list_id": ("unknown-status-list", "There is no such status list."),
    "webhook_id": ("unknown-webhook", "There is no such webhook."),
    "delivery_id": ("unknown-delivery", "There is no such delivery, or it is older than 30 days."),
}


def _check_path(path: dict[str, str]) -> None:
    """Raises NotFound for an id that cannot exist: empty, or too long for a key of the table."""
    for name, (reason, message) in _UNKNOWN.items():
        if name in path and not 0 < len(path[name].encode(errors="replace")) <= MAX_ID_LENGTH:
            raise NotFound(reason, message)


def _handle(operation: Operation, request: Request) -> Answer:
    given = _handled_once(operation, request)
    return operation.completed(request, given) if operation.completed and given.status < 300 else given


def _handled_once(operation: Operation, request: Request) -> Answer:
    key = request.read(IDEMPOTENCY_KEY) if operation.idempotent else None
    if not key:
        return operation.handler(request)
    if len(key) > MAX_KEY_LENGTH:
        raise BadRequest("bad-idempotency-key", f"An Idempotency-Key has at most {MAX_KEY_LENGTH} characters.")
    from certificates.aws.idempotency import once
    from certificates.http.kept_answers import packed, unpacked

    def run() -> dict[str, Any]:
        try:
            return packed(operation.handler(request))
        except (Busy, LmsUnavailable):
            # Nothing was decided, so no answer is kept.
            raise
        except Refusal as refusal:
            return packed(problem(refusal))

    target = f"{operation.method} {request.event['rawPath']}"
    body = request.event.get("body") or ""
    return unpacked(once(request.caller.username, key, target, body, run, request.context))


def _backend(event: dict[str, Any]) -> Backend:
    return runtime.backend(f"https://{event['requestContext']['domainName']}")


def _body(event: dict[str, Any], schema: str, max_bytes: int) -> Any:
    """The body as a value of its schema. Raises BadRequest `not-json` or `invalid-body`, TooLarge `body-too-large`."""
    text: str = event.get("body") or ""
    if event.get("isBase64Encoded"):
        import base64

        body = base64.b64decode(text)
    else:
        # Half of a surrogate pair is no character. The JSON reader refuses it with its own message.
        body = text.encode(errors="surrogatepass")
    # Some programs begin every text with a byte order mark (RFC 8259, 8.1: a reader may leave it out).
    body = body.removeprefix(codecs.BOM_UTF8)
    if len(body) > max_bytes:
        raise TooLarge(
            "body-too-large",
            f"The body may have at most {max_bytes} bytes.",
            max_bytes=max_bytes,
        )
    # Pydantic is imported with the first body: most requests of learners have none.
    from certificates.http.schemas.validation import validate

    return validate(schema, body)
