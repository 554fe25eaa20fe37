"""A table of HTTP operations, and the Lambda handler that serves it.

An operation is registered once, with its path as in the template's routes. The handler and the OpenAPI document use the
same table. API Gateway finds the route: the event has its name and the values of its path. A handler gets a Request and
returns an Answer. Refusals become problems only here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aws_lambda_powertools.logging import correlation_paths

from certificates import runtime
from certificates.access import Caller
from certificates.errors import BadRequest, Busy, LmsUnavailable, NotFound, Overloaded, Refusal, Throttled, TooLarge
from certificates.http.answers import JSON, Answer, problem
from certificates.http.caller import caller
from certificates.http.doors import Door, staff_of_the_run
from certificates.http.parameters import DEFAULT_LIMIT, IDEMPOTENCY_KEY, MAX_KEY_LENGTH, MAX_LIMIT, PAGED, Parameter
from certificates.rules.course_id import parse_course_id
from certificates.telemetry import logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from certificates.backend import Backend

MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One call."""

    event: dict[str, Any]
    backend: Backend
    now: datetime
    path: dict[str, str]
    context: LambdaContext
    operation: Operation

    @property
    def caller(self) -> Caller:
        """Who calls. Raises NotSignedIn."""
        return caller(self.event, runtime.setting("USERNAME_CLAIM"))

    @property
    def course_id(self) -> str:
        """The run in the path. Raises NotFound `malformed-course-id`."""
        course_id = parse_course_id(self.path["course_id"])
        if course_id is None:
            raise NotFound("malformed-course-id", "A course id looks like course-v1:Org+Number+Run.")
        return course_id

    def read(self, parameter: Parameter) -> str | None:
        """The value of a query parameter or header. Raises LookupError if the operation does not name it."""
        if parameter not in self.operation.parameters:
            raise LookupError(f"{self.operation.path} does not say that it reads {parameter.name}")
        if parameter.place == "header":
            return self._header(parameter.name)
        return (self.event.get("queryStringParameters") or {}).get(parameter.name)

    def accepts(self, media: str) -> bool:
        """Whether the caller asks for this media type. Raises LookupError if the operation does not name it."""
        if media not in (*self.operation.also, *self.operation.media):
            raise LookupError(f"{self.operation.path} does not say that it answers with {media}")
        return media in (self._header("accept") or "")

    def _header(self, name: str) -> str | None:
        return (self.event.get("headers") or {}).get(name.lower())

    @property
    def limit(self) -> int:
        """The most items of a page. Raises BadRequest `bad-limit`."""
        limit, _ = PAGED
        text = self.read(limit) or str(DEFAULT_LIMIT)
        number = whole_number(text, most=MAX_LIMIT)
        if not number:
            raise BadRequest("bad-limit", f"limit is a whole number from 1 to {MAX_LIMIT}.", field="limit")
        return number


def whole_number(text: str, *, most: int) -> int | None:
    """The number in ASCII digits. None: the text is no number, or the number is above `most`."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    return number if (number := int(text)) <= most else None


AnyBody = TypeVar("AnyBody")


@dataclass(frozen=True, slots=True)
class RequestWith(Request, Generic[AnyBody]):
    """A call with a body, validated by its schema."""

    body: AnyBody


Handler = Callable[[Any], Answer]
"""Gets a Request, or a RequestWith the body that its annotation names."""

Completed = Callable[[Request, Answer], Answer]
"""Completes the answer of a handler, for answers that are too long to keep for repeated calls."""

_BODY = re.compile(r"RequestWith\[(\w+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`answers` maps a status to the name of a schema in `http.schemas.table`, or to None.

    An operation without a door is for the staff of the run. `also` are media types beside JSON that callers may ask for
    by `Accept`. `media` are the media types of answers that are neither problems nor redirects, and `leads_to` is the
    media type behind a redirect. `versioned`: answers have an ETag. `completed` completes the answer of the handler,
    again for each repetition of a call.
    """

    method: str
    path: str
    handler: Handler
    answers: dict[int, str | None] = field(default_factory=dict)
    max_body_bytes: int = MAX_BODY_BYTES
    idempotent: bool = False
    door: Door = staff_of_the_run
    reads: tuple[Parameter, ...] = ()
    also: tuple[str, ...] = ()
    media: tuple[str, ...] = (JSON,)
    leads_to: str | None = None
    versioned: bool = False
    completed: Completed | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Everything that the operation reads beside path and body."""
        return (*self.reads, IDEMPOTENCY_KEY) if self.idempotent else self.reads

    @property
    def body(self) -> str | None:
        """The name of the body's schema, from the handler's annotation. Schemas are imported with the first body."""
        named = _BODY.fullmatch(self.handler.__annotations__["request"])
        return named.group(1) if named else None


class Api:
    """The operations of one topic, or of several topics together."""

    def __init__(self, *parts: Api) -> None:
        self.operations: list[Operation] = [operation for part in parts for operation in part.operations]

    def operation(self, method: str, path: str, **contract: Any) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.operations.append(Operation(method=method, path=path, handler=handler, **contract))
            return handler

        return register


def lambda_handler(api: Api) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """The Lambda handler that serves these operations."""
    by_route = {f"{operation.method} {operation.path}": operation for operation in api.operations}

    @metrics.log_metrics
    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        given = _serve(by_route[event["routeKey"]], event, context)
        return {"statusCode": given.status, "headers": _headers(given), "body": given.body}

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
