"""Requests for tests of the interface's own modules, without a function and without AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from certificates.http.answers import Answer, answer
from certificates.http.api import Operation
from certificates.http.doors import anyone
from certificates.http.parameters import Parameter
from certificates.http.requests import Request

NOW = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)


def nothing(request: Request) -> Answer:
    """A handler without an effect."""
    return answer({})


def request(
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    reads: tuple[Parameter, ...] = (),
    path: dict[str, str] | None = None,
    claims: dict[str, Any] | None = None,
    also: tuple[str, ...] = (),
    backend: Any = None,
) -> Request:
    """A call of an operation that reads `reads` and answers with JSON or `also`."""
    event: dict[str, Any] = {"queryStringParameters": query, "headers": headers}
    if claims is not None:
        event["requestContext"] = {"authorizer": {"jwt": {"claims": claims}}}
    operation = Operation(method="GET", path="/things", handler=nothing, reads=reads, also=also, door=anyone)
    context: Any = SimpleNamespace(function_name="function")
    return Request(event, backend, NOW, path or {}, context, operation)
