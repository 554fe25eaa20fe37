"""Calls of the interface, made from its OpenAPI document: right ones, nearly right ones, and nonsense."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from certificates.http.openapi import document
from tests.people import COURSE

DEEP = "[" * 60_000 + "]" * 60_000
DIGITS = "9" * 4301
"""More digits than Python converts to a number."""

ODD_TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *("", " ", "\n", "\0", ".", "..", "²", "٣", "%00", "null", "\ud800", "a\udfffb", "\u202e", "\ufffd", "İ"),
            *(DIGITS, "-1", "1e400", "NaN", "0x10", "x" * 255, "x" * 256, "é" * 1025, "x" * 5000, "🌸" * 300),
            *("course-v1:A+B+C", "ccx-v1:A+B+C+ccx@1", "library-v1:A+B", "0000-00-00", "2026-02-30T25:00:00Z"),
            *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-11-01", "P1D", "=cmd()", "'; --", "<b>"),
            *("never", "audit", "zoe", "abe@example.org", "*", '"1"', 'W/"1"', "Europe/Madrid", "../../etc/passwd"),
        ]
    ),
)

ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 10**30, 1e308, 5e-324, 0.1, 2**63]),
    ODD_TEXTS,
    st.lists(st.none() | ODD_TEXTS, max_size=3),
    st.dictionaries(st.text(max_size=8), st.none() | st.integers() | ODD_TEXTS, max_size=3),
)

RAW_BODIES = st.one_of(
    st.sampled_from(
        [
            *(b"", b"null", b"[]", b"{}", b"{", b'"', b"\xff\xfe{", b"NaN", b"1e99999", b"-", DEEP.encode()),
            *(
                b'{"learner": "\\ud800"}',
                b'{"title": ' + DIGITS.encode() + b"}",
                b'{"a": 1, "a": 2}',
                b"\xef\xbb\xbf{}",
            ),
        ]
    ),
    st.binary(max_size=60),
    ODD_VALUES.map(lambda value: json.dumps(value).encode()),
)

CALLERS = ("root", "root", "ines", "zoe", "abe", "nobody", None)


@dataclass(frozen=True)
class Call:
    """`body` None: no body. `values` are the decoded values of the path."""

    route: str
    caller: str | None
    values: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    encoded: bool = False

    def event(self) -> dict[str, Any]:
        """The event of API Gateway: decoded values, and a body in base64 if it is not text."""
        method, path = self.route.split(" ")
        for name, value in self.values.items():
            path = path.replace("{" + name + "}", value)
        claims = {"username": self.caller} | ({"administrator": "true"} if self.caller == "root" else {})
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": self.route,
            "rawPath": path,
            "rawQueryString": "&".join(
                f"{name}={quote(value, errors='replace')}" for name, value in self.query.items()
            ),
            "headers": self.headers,
            "pathParameters": self.values,
            "queryStringParameters": self.query,
            "requestContext": {
                "domainName": "api.execute-api.eu-west-1.amazonaws.com",
                "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
                "requestId": "id",
                "stage": "$default",
            },
            "isBase64Encoded": self.encoded,
        }
        if self.caller is not None:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
        if self.body is not None:
            event["body"] = base64.b64encode(self.body).decode() if self.encoded else self.body.decode(errors="replace")
        return event


def calls(known: dict[str, list[str]]) -> st.SearchStrategy[Call]:
    """Calls of every operation. `known` are values for paths, such as existing ids."""
    return st.one_of([_calls_of(route, operation, known) for route, operation in _operations().items()])


@st.composite
def _calls_of(draw: st.DrawFn, route: str, operation: dict[str, Any], known: dict[str, list[str]]) -> Call:
    values, query, headers = {}, {}, {}
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] == "path":
            there = st.sampled_from(known.get(name, ["0", "1-1", "list"]))
            values[name] = draw(st.one_of(there, there, there, _sendable(ODD_TEXTS.filter(bool))))
        elif draw(st.booleans()):
            wanted = _valid(parameter["schema"]).map(str) | ODD_TEXTS
            place = query if parameter["in"] == "query" else headers
            place[name if place is query else name.lower()] = draw(_sendable(wanted))
    if draw(st.booleans()):
        headers["accept"] = draw(st.sampled_from(["application/json", "text/csv", "text/html", "*/*", "", "²"]))
    body, encoded = None, False
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = draw(
            st.one_of(_valid(schema).map(_json), _nearly(schema).map(_json), _nearly(schema).map(_json), RAW_BODIES)
        )
        encoded = draw(st.booleans())
    caller = draw(st.sampled_from(CALLERS))
    return Call(route, caller, values, query, headers, body, encoded)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _sendable(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The texts that the gateway makes from bytes, which may not be UTF-8."""
    return texts.map(lambda text: text.encode(errors="replace").decode())


def _valid(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema allows. Some of them are refused by further checks."""
    schema = _resolved(schema)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return st.one_of([_valid(each) for each in schema[choice]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return _objects(schema, _valid)
        case "array":
            return st.lists(_valid(schema.get("items", {})), max_size=min(3, schema.get("maxItems", 3)))
        case "string":
            return _texts(schema)
        case "integer":
            return st.integers(schema.get("minimum", 0), schema.get("maximum", 100))
        case "number":
            return st.sampled_from([0.5, 0.6, 1, 0.01])
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return ODD_VALUES


def _texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return st.sampled_from(["2031-01-01T00:00:00Z", "2020-06-30T12:00:00+05:30", "2026-11-29T00:00:00Z"])
    usual = st.sampled_from(["zoe", "abe@example.org", "verified", "formal", "Marine Biology", "0.6", "aGVsbG8="])
    return usual | st.text(max_size=20)


def _nearly(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A right value with one random part."""
    schema = _resolved(schema)
    if schema.get("type") == "object":
        return _objects(
            schema, lambda part: st.one_of(_valid(part), _valid(part), _valid(part), _nearly(part), ODD_VALUES)
        )
    return st.one_of(_valid(schema), ODD_VALUES)


@st.composite
def _objects(draw: st.DrawFn, schema: dict[str, Any], of: Any) -> dict[str, Any]:
    made = {}
    for name, part in schema.get("properties", {}).items():
        if name in schema.get("required", ()) or draw(st.booleans()):
            made[name] = draw(of(part))
    further = schema.get("additionalProperties")
    if isinstance(further, dict):
        made |= draw(st.dictionaries(st.text(max_size=8), of(further), max_size=2))
    return made


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


@cache
def _document() -> dict[str, Any]:
    return document("https://certificates.example")


def _operations() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in _document()["paths"].items()
        for method, operation in methods.items()
    }


KNOWN_COURSES = [COURSE, COURSE, COURSE, "course-v1:Fjord+BIO9+2026"]
