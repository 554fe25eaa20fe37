"""The OpenAPI document, made of the same tables of operations that the handlers serve."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from certificates.http import (
    certificates,
    designs,
    exceptions,
    invalidations,
    jobs,
    learner,
    records,
    runs,
    verification,
)
from certificates.http.api import Api, Operation
from certificates.http.doors import anyone
from certificates.http.schemas import SCHEMAS

EVERYTHING = Api(
    verification.api,
    learner.api,
    runs.api,
    designs.api,
    records.api,
    certificates.api,
    exceptions.api,
    invalidations.api,
    jobs.api,
)
"""Every operation of the interface, whichever function serves it."""

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `type` is urn:certificates:problem:<reason>; other members say what to act on.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "additionalProperties": True,
}


@cache
def document(base_url: str) -> dict[str, Any]:
    """OpenAPI 3.1."""
    _, schemas = models_json_schema(
        [(model, "validation") for model in SCHEMAS.values()], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for operation in EVERYTHING.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Course certificates", "version": "1"},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": (operation.handler.__doc__ or "").strip(),
        "responses": {
            **{str(status): _response(schema) for status, schema in operation.answers.items()},
            "default": {
                "description": "A problem",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.idempotent:
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"}})
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    if operation.door is not anyone:
        described["security"] = [{"bearer": []}]
    return described


def _response(schema: str | None) -> dict[str, Any]:
    return {"description": "Done", **({"content": _content(schema)} if schema else {})}


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
