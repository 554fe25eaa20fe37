"""The document, the handlers and the template agree."""

from __future__ import annotations

from typing import Any

from certificates.http.doors import anyone
from certificates.http.openapi import EVERYTHING
from tests.page_routes import LOOKED_AT, OF_THE_INTERFACE, page_routes
from tests.template import functions, routes


def test_the_template_has_exactly_the_routes_of_the_handlers() -> None:
    assert routes() == OF_THE_INTERFACE | page_routes() | LOOKED_AT


def test_the_document_has_every_operation_and_resolves_every_reference(people: Any) -> None:
    document = people("certificate_verification", None)("GET", "/openapi.json").json()
    listed = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    assert listed == OF_THE_INTERFACE

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known


def test_only_the_public_operations_and_pages_are_open_to_those_without_a_token() -> None:
    unguarded = {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi" and event["Properties"].get("Auth") == {"Authorizer": "NONE"}
    }
    declared = {(operation.method, operation.path) for operation in EVERYTHING.operations if operation.door is anyone}
    assert unguarded == declared | page_routes() | LOOKED_AT
