"""The OpenAPI document, made from the same tables of operations that the handlers serve."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from certificates.http import (
    certificates,
    credentials,
    designs,
    exceptions,
    forgetting,
    invalidations,
    jobs,
    learner,
    mails,
    pictures,
    reconciliations,
    records,
    runs,
    verification,
    webhooks,
)
from certificates.http.answers import HTML, JSON, PROBLEM
from certificates.http.api import Api, Operation
from certificates.http.doors import anyone
from certificates.http.parameters import Parameter
from certificates.http.problems import PREFIX, PROBLEMS
from certificates.http.schemas.table import SCHEMAS

EVERYTHING = Api(
    verification.api,
    credentials.api,
    pictures.api,
    learner.api,
    runs.api,
    designs.api,
    reconciliations.api,
    records.api,
    certificates.api,
    exceptions.api,
    invalidations.api,
    jobs.api,
    webhooks.api,
    mails.api,
    forgetting.api,
)
"""Every operation of the interface, whichever function serves it."""

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. Other members are for programs.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "oneOf": [
                {
                    "const": f"{PREFIX}{reason}",
                    "description": f"{' or '.join(map(str, known.statuses))}: {known.meaning}",
                }
                for reason, known in PROBLEMS.items()
            ]
        },
        "title": {"type": "string"},
        "status": {"enum": sorted({status for known in PROBLEMS.values() for status in known.statuses})},
        "detail": {"type": "string", "description": "For people. The words may change."},
    },
    "additionalProperties": True,
}

_OF_THE_GATEWAY = {
    401: "No token, or one that is not valid",
    413: "The request is too large for the gateway",
    429: "Too many requests for the gateway: wait, then try again",
    503: "The function is busy or unavailable: wait, then try again",
}
"""Answers of API Gateway itself, as `{"message"}`. They are no problem documents."""

_GATEWAY = {"type": "object", "required": ["message"], "properties": {"message": {"type": ["string", "null"]}}}

_LOCATION = {"description": "Works for minutes.", "required": True, "schema": {"type": "string", "format": "uri"}}
_REFERENCE = {"type": "string", "format": "uri-reference"}
_OWN_ADDRESS = {"description": "A path.", "required": True, "schema": _REFERENCE}
_ETAG = {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "Seconds to wait before another try.", "schema": {"type": "string"}}


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
            "schemas": {**schemas.get("$defs", {}), "Problem": _PROBLEM, "GatewayAnswer": _GATEWAY},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": (operation.handler.__doc__ or "").strip(),
        "description": operation.door.__doc__,
        "responses": {
            **{str(status): _response(operation, status, schema) for status, schema in operation.answers.items()},
            **{str(status): _of_the_gateway(status) for status in _OF_THE_GATEWAY if _can_occur(operation, status)},
            "default": {"description": "A problem", "content": _refusals(operation)},
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    parameters += map(_parameter, operation.parameters)
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = {"required": True, "content": {JSON: _schema(operation.body)}}
    if operation.door is not anyone:
        described["security"] = [{"bearer": []}]
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": False,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }


def _response(operation: Operation, status: int, schema: str | None) -> dict[str, Any]:
    if status == 302 and operation.leads_to is None:
        return {
            "description": "The way to the id's own address, for an id with capitals, hyphens, blanks or a full stop",
            "headers": {"Location": _OWN_ADDRESS},
        }
    if status == 302 and HTML in operation.also:
        return {
            "description": f"The way to {operation.leads_to}, an address that works for minutes; without the file, "
            "callers who prefer HTML are led to the page that says why",
            "headers": {"Location": {**_LOCATION, "description": "An address or a path.", "schema": _REFERENCE}},
        }
    if status == 302:
        asked = f", for `Accept: {operation.leads_to}`" if operation.leads_to in operation.also else ""
        return {"description": f"The way to {operation.leads_to}{asked}", "headers": {"Location": _LOCATION}}
    described: dict[str, Any] = {"description": "Done"}
    if operation.versioned:
        described["headers"] = {"ETag": _ETAG}
    if schema:
        described["content"] = {media: _schema(schema) for media in operation.media}
        if HTML in operation.also:
            described["content"][HTML] = {"schema": {"type": "string"}}
    return described


def _refusals(operation: Operation) -> dict[str, Any]:
    """The media types of refusals. Callers who get a page get refusals as pages too."""
    as_page = HTML in operation.also and operation.leads_to is None
    return {PROBLEM: _schema("Problem")} | ({HTML: {"schema": {"type": "string"}}} if as_page else {})


def _can_occur(operation: Operation, status: int) -> bool:
    """The gateway checks the token of operations that need one, and the size of bodies."""
    return {401: operation.door is not anyone, 413: operation.body is not None}.get(status, True)


def _of_the_gateway(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": _OF_THE_GATEWAY[status],
        "content": {JSON: _schema("GatewayAnswer"), PROBLEM: _schema("Problem")},
    }
    if status == 503:
        described["headers"] = {"Retry-After": _RETRY_AFTER}
    return described


def _schema(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}
