"""A client of an AWS service under test."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody


class Service:
    """Notes its calls, and answers as the test says: always the same, or one answer of a list after another. It raises
    an answer that is an error.
    """

    def __init__(self, **answers: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            self.calls.append((operation, asked))
            answer = self.answers.get(operation, {})
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def s3_of(monkeypatch: pytest.MonkeyPatch, module: ModuleType, **answers: Any) -> Service:
    """A module's client of S3."""
    service = Service(**answers)
    monkeypatch.setattr(module, "s3", lambda: service)
    return service


def body(content: bytes) -> StreamingBody:
    """The body of an answer of S3 or Lambda."""
    return StreamingBody(io.BytesIO(content), len(content))


def answer(value: object, **further: Any) -> dict[str, Any]:
    """The answer of a function on Lambda."""
    return {"Payload": body(json.dumps(value).encode()), **further}


def refusal(code: str, message: str = "", status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")
