"""Compares answers with the OpenAPI document: status, media type, headers, and every member of the body."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from certificates.http.openapi import document
from tests.handlers.http_events import Answer


def require_documented(route: str, answer: Answer) -> None:
    """Raises AssertionError if the document does not describe this answer of this route."""
    method, path = route.split(" ")
    problem = answer.headers.get("content-type") == "application/problem+json"
    status = "default" if problem else str(answer.status)
    known = _document()["paths"][path][method.lower()]["responses"].get(status)
    assert known is not None, f"{route} answers {answer.status}, which is not documented"
    named = known.get("headers", {})
    missing = {name for name, header in named.items() if header.get("required") and name.lower() not in answer.headers}
    assert not missing, f"{route} answers {answer.status} without {missing}"
    if "content" not in known:
        assert answer.text == "", f"{route} answers {answer.status} with a body that is not documented"
        return
    media = answer.headers["content-type"].partition(";")[0]
    assert media in known["content"], f"{route} answers with {media}, which is not documented"
    if media.endswith("json"):
        found = _validator(method.lower(), path, status, media).iter_errors(answer.json())
        faults = [f"{fault.json_path}: {fault.message}" for fault in found]
        assert not faults, f"{route} {answer.status}: {faults}"


@cache
def _validator(method: str, path: str, status: str, media: str) -> Draft202012Validator:
    """For the body of an answer. It keeps what it has looked up in the document: the next answer is faster."""
    schema = _document()["paths"][path][method]["responses"][status]["content"][media]["schema"]
    return Draft202012Validator({**schema, "components": _document()["components"]})


@cache
def _document() -> dict[str, Any]:
    """The document in a strict form: answers may have no members that it does not name."""
    made: dict[str, Any] = _closed(document("https://certificates.example"))
    return made


def _closed(value: Any) -> Any:
    if isinstance(value, list):
        return [_closed(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    closed = {name: _closed(entry) for name, entry in value.items()}
    if isinstance(value.get("properties"), dict) and "additionalProperties" not in value:
        closed["additionalProperties"] = False
    return closed
