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
    responses = _document()["paths"][path][method.lower()]["responses"]
    problem = answer.headers.get("content-type") == "application/problem+json"
    known = responses.get("default" if problem else str(answer.status))
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
        validator = Draft202012Validator({**known["content"][media]["schema"], "components": _document()["components"]})
        faults = [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(answer.json())]
        assert not faults, f"{route} {answer.status}: {faults}"


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
