"""Events as API Gateway's HTTP API sends them (payload format 2.0), and answers as it reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


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
    claims: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`path` as typed into a browser, with its query; `body` is sent as JSON, or as it is when a string."""
        target, _, query = path.partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": target,
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
        if pairs:
            event["queryStringParameters"] = {name: unquote(value) for name, _, value in pairs}
        if body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        if self.username is not None:
            event["requestContext"]["authorizer"] = {
                "jwt": {"claims": {"username": self.username, **self.claims}, "scopes": None}
            }
        result = self.handler(event, Context())
        return Answer(result["statusCode"], _headers(result), result.get("body") or "")


def _headers(result: dict[str, Any]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in (result.get("headers") or {}).items()}
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers[name.lower()] = ", ".join(values)
    return headers


def encoded(course_id: str) -> str:
    return quote(course_id, safe="")
