"""Events as API Gateway's HTTP API sends them (payload format 2.0), and answers as it reads them."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from tests.template import functions, routes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    content: bytes = b""
    cookies: tuple[str, ...] = ()

    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def reason(self) -> str:
        """The reason of a problem."""
        return str(self.json()["type"]).removeprefix("urn:certificates:problem:")

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and reason of a problem."""
        return self.status, self.reason


class Context:
    function_name = "function"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 30_000


@dataclass(frozen=True)
class Caller:
    """Calls a handler as a signed-in person would over HTTP; `username` None: without a token."""

    handler: Any
    username: str | None = "zoe"
    claims: dict[str, Any] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`path` is typed into a browser, with its query. `body` is sent as JSON, or unchanged if it is a text."""
        target, _, query = path.partition("?")
        route, values = routed(method, target)
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": unquote(target),
            "rawQueryString": query,
            "headers": {name.lower().replace("_", "-"): value for name, value in headers.items()},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                "domainName": "api.execute-api.eu-west-1.amazonaws.com",
                "http": {"method": method, "path": target, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
                "requestId": "id",
                "stage": "$default",
                "timeEpoch": 1_795_500_000_000,
            },
            "isBase64Encoded": False,
        }
        if values:
            event["pathParameters"] = values
        if pairs:
            event["queryStringParameters"] = {name: unquote(value) for name, _, value in pairs}
        if body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        if self.username is not None:
            event["requestContext"]["authorizer"] = {
                "jwt": {"claims": {"username": self.username, **self.claims}, "scopes": None}
            }
        result = self.handler(event, Context())
        return answered(result)


def answered(result: dict[str, Any]) -> Answer:
    """The answer that a client sees, after API Gateway and decompression."""
    headers = {name.lower(): value for name, value in result["headers"].items()}
    content = base64.b64decode(result["body"]) if result.get("isBase64Encoded") else result["body"].encode()
    plain = gzip.decompress(content) if headers.get("content-encoding") == "gzip" else content
    return Answer(
        result["statusCode"], headers, plain.decode(errors="replace"), content, tuple(result.get("cookies", ()))
    )


def routed(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The template's route for a path, and the values in it, decoded as API Gateway does. Raises LookupError."""
    for route, pattern in _patterns(method):
        if found := pattern.fullmatch(path):
            return f"{method} {route}", {name: unquote(value) for name, value in found.groupdict().items()}
    raise LookupError(f"API Gateway answers 404: no route {method} {path}")


def _pattern(path: str) -> str:
    """A greedy variable, written with a plus, takes the rest of the path."""
    one = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
    return re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", one)


@cache
def _patterns(method: str) -> list[tuple[str, re.Pattern[str]]]:
    """The routes of a method, those with the fewest variables first."""
    paths = sorted(
        (path for known, path in routes() if known == method), key=lambda path: ("+}" in path, path.count("{"), path)
    )
    return [(path, re.compile(_pattern(path))) for path in paths]


@cache
def function_of(route: str) -> str:
    """The folder of the function that the template sends this route to, such as `GET /me/certificates`."""
    for properties in functions().values():
        for event in properties.get("Events", {}).values():
            if event["Type"] == "HttpApi" and route == f"{event['Properties']['Method']} {event['Properties']['Path']}":
                return str(properties["CodeUri"]).removeprefix("functions/")
    raise LookupError(route)


def encoded(course_id: str) -> str:
    return quote(course_id, safe="")
