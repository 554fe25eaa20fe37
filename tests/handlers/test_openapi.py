"""The document, the handlers and the template agree."""

from __future__ import annotations

import base64
from typing import Any

from certificates.http.doors import anyone
from certificates.http.openapi import EVERYTHING, document
from certificates.http.schemas.bodies import MAX_SIGNATURE_BYTES
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


def test_the_document_has_both_forms_of_a_refused_certificate_and_the_files_of_a_valid_one() -> None:
    paths = document("https://certificates.example")["paths"]
    refused = paths["/certificates/{verify_uuid}"]["get"]["responses"]["default"]
    assert set(refused["content"]) == {"application/problem+json", "text/html"}
    for name in ("picture", "badge.png"):
        answers = paths[f"/certificates/{{verify_uuid}}/{name}"]["get"]["responses"]
        assert set(answers["200"]["content"]) == {"image/png"}
        assert set(answers["default"]["content"]) == {"application/problem+json"}


def test_a_redirect_of_the_document_is_an_address_unless_it_may_be_a_path() -> None:
    formats = {
        path: answer["headers"]["Location"]["schema"]["format"]
        for path, operations in document("https://certificates.example")["paths"].items()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status == "302"
    }
    paths = {path for path, kind in formats.items() if kind == "uri-reference"}
    assert paths == {"/certificates/{verify_uuid}", "/certificates/{verify_uuid}/pdf"}
    assert set(formats.values()) == {"uri", "uri-reference"}


def test_a_signature_of_the_largest_size_fits_the_document() -> None:
    [text, _] = document("https://certificates.example")["components"]["schemas"]["SignatoryBody"]["properties"][
        "signature_image"
    ]["anyOf"]
    assert text["maxLength"] == len(base64.b64encode(bytes(MAX_SIGNATURE_BYTES)))


def test_only_the_public_operations_and_pages_are_open_to_those_without_a_token() -> None:
    unguarded = {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi" and event["Properties"].get("Auth") == {"Authorizer": "NONE"}
    }
    declared = {(operation.method, operation.path) for operation in EVERYTHING.operations if operation.door is anyone}
    assert unguarded == declared | page_routes() | LOOKED_AT
