"""A table of HTTP operations.

An operation is registered once, with its path as in the template's routes. The handler and the OpenAPI document use the
same table. A handler gets a Request and returns an Answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from certificates.http.answers import JSON, Answer
from certificates.http.doors import Door, staff_of_the_run
from certificates.http.parameters import IDEMPOTENCY_KEY, Parameter
from certificates.http.requests import Request

MAX_BODY_BYTES = 64 * 1024

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
