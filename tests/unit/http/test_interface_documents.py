"""The OpenAPI and the AsyncAPI document: what a generator of clients reads in them."""

from __future__ import annotations

from typing import Any

import pytest

from certificates.http import openapi
from certificates.http.answers import Answer
from certificates.http.api import Operation
from certificates.http.asyncapi import OWN_EVENTS, described
from certificates.http.doors import anyone, global_staff
from certificates.http.parameters import IF_MATCH, PAGED, SEARCH
from certificates.http.requests import Request, RequestWith


@pytest.fixture(autouse=True)
def _anew() -> None:
    """Each test makes its document: a function keeps the first one."""
    openapi.document.cache_clear()
    described.cache_clear()


def read_thing(request: Request) -> Answer:
    """Read one thing."""
    raise NotImplementedError


def note_thing(request: RequestWith[LearnerNote]) -> Answer:  # type: ignore[name-defined]  # noqa: F821 - read as text
    """
    Note one thing.
    """
    raise NotImplementedError


def operation(**contract: Any) -> Operation:
    usual: dict[str, Any] = {"method": "GET", "path": "/things/{course_id}/{user_id}", "handler": read_thing}
    return Operation(**usual | contract)


def reference(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


PROBLEM = {"description": "A problem", "content": {"application/problem+json": reference("Problem")}}
OF_THE_GATEWAY = {"application/json": reference("GatewayAnswer"), "application/problem+json": reference("Problem")}
PATH = [
    {"name": "course_id", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "user_id", "in": "path", "required": True, "schema": {"type": "string"}},
]


def test_a_guarded_operation_names_its_door_its_path_and_its_answers() -> None:
    given = openapi._operation(operation(answers={200: "JobAnswer"}, door=global_staff))
    assert given == {
        "operationId": "read_thing",
        "summary": "Read one thing.",
        "description": "For global staff.",
        "responses": {
            "200": {"description": "Done", "content": {"application/json": reference("JobAnswer")}},
            "401": {"description": "No token, or one that is not valid", "content": OF_THE_GATEWAY},
            "429": {
                "description": "Too many requests for the gateway: wait, then try again",
                "content": OF_THE_GATEWAY,
            },
            "503": {
                "description": "The function is busy or unavailable: wait, then try again",
                "content": OF_THE_GATEWAY,
                "headers": {
                    "Retry-After": {"description": "Seconds to wait before another try.", "schema": {"type": "string"}}
                },
            },
            "default": PROBLEM,
        },
        "parameters": PATH,
        "security": [{"bearer": []}],
    }


def test_an_open_operation_with_a_body_names_the_body_and_no_token() -> None:
    given = openapi._operation(operation(path="/things", handler=note_thing, door=anyone, answers={204: None}))
    assert set(given) == {"operationId", "summary", "description", "responses", "requestBody"}
    assert given["requestBody"] == {"required": True, "content": {"application/json": reference("LearnerNote")}}
    assert set(given["responses"]) == {"204", "413", "429", "503", "default"}
    assert given["responses"]["204"] == {"description": "Done"}
    assert given["responses"]["413"]["description"] == "The request is too large for the gateway"
    assert given["summary"] == "Note one thing."


def test_an_operation_without_a_docstring_has_an_empty_summary() -> None:
    def undescribed(request: Request) -> Answer:
        raise NotImplementedError

    assert openapi._operation(operation(handler=undescribed))["summary"] == ""


def test_an_operation_names_the_query_and_the_headers_that_it_reads() -> None:
    given = openapi._operation(operation(path="/things/{job_id}", reads=(SEARCH, IF_MATCH)))
    assert given["parameters"] == [
        {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}},
        {
            "name": "search",
            "in": "query",
            "required": False,
            "description": "Only learners whose username, e-mail, or any word of whose name begins with this text.",
            "schema": {"type": "string", "maxLength": 254},
        },
        {
            "name": "If-Match",
            "in": "header",
            "required": False,
            "description": "The ETag of the settings that you read. Without it, a new run is made.",
            "schema": {"type": "string", "examples": ['"3"']},
        },
    ]


def test_a_redirect_says_where_it_leads() -> None:
    location = {"description": "Works for minutes.", "required": True, "schema": {"type": "string", "format": "uri"}}
    pdf = operation(leads_to="application/pdf")
    assert openapi._response(pdf, 302, None) == {
        "description": "The way to application/pdf",
        "headers": {"Location": location},
    }
    csv = operation(leads_to="text/csv", also=("text/csv",))
    assert openapi._response(csv, 302, None)["description"] == "The way to text/csv, for `Accept: text/csv`"
    assert openapi._response(operation(), 302, None) == {
        "description": "The way to the id's own address, for an id with capitals, hyphens, blanks or a full stop",
        "headers": {
            "Location": {
                "description": "A path.",
                "required": True,
                "schema": {"type": "string", "format": "uri-reference"},
            }
        },
    }


def test_an_answer_names_its_media_types_and_its_etag() -> None:
    page = operation(also=("text/html",), media=("application/vc", "application/vc+jwt"), versioned=True)
    assert openapi._response(page, 200, "Credential") == {
        "description": "Done",
        "headers": {
            "ETag": {"description": "The version, for If-Match.", "required": True, "schema": {"type": "string"}}
        },
        "content": {
            "application/vc": reference("Credential"),
            "application/vc+jwt": reference("Credential"),
            "text/html": {"schema": {"type": "string"}},
        },
    }
    plain = operation(also=("text/csv",))
    assert openapi._response(plain, 200, "Jobs") == {
        "description": "Done",
        "content": {"application/json": reference("Jobs")},
    }
    assert openapi._response(operation(also=("text/html",)), 204, None) == {"description": "Done"}


def test_the_document_has_the_address_and_every_schema() -> None:
    document = openapi.document("https://here.example")
    assert (document["openapi"], document["servers"]) == ("3.1.0", [{"url": "https://here.example"}])
    assert document["info"] == {"title": "Course certificates", "version": "1"}
    components = document["components"]
    assert set(components) == {"schemas", "securitySchemes"}
    assert components["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    assert components["schemas"]["GatewayAnswer"]["required"] == ["message"]
    assert components["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]
    assert components["schemas"]["LearnerNote"]["additionalProperties"] is False
    assert set(document["paths"]["/course-runs/{course_id}/jobs"]) == {"get", "post"}


def test_the_document_describes_bodies_as_they_are_sent() -> None:
    signatory = openapi.document("https://here.example")["components"]["schemas"]["SignatoryBody"]
    assert signatory["required"] == ["name"]


def test_every_operation_that_lists_something_reads_a_page() -> None:
    for each in openapi.EVERYTHING.operations:
        schema = each.answers.get(200)
        if schema in {"Jobs", "Exceptions", "RunLearners", "History", "CourseRuns", "Webhooks"}:
            assert all(parameter in each.reads for parameter in PAGED), each.path


@pytest.mark.parametrize("channel", ["bus", "webhook"])
def test_the_asyncapi_document_lists_the_events_of_each_channel(channel: str) -> None:
    document = described()
    listed = document["channels"][channel]
    own = {name.value: {"$ref": f"#/components/messages/{channel}.{name.value}"} for name in OWN_EVENTS}  # type: ignore[attr-defined]
    assert own.items() <= listed["messages"].items()
    for name in listed["messages"]:
        message = document["components"]["messages"][f"{channel}.{name}"]
        assert (message["name"], message["title"]) == (name, name)
    assert listed["address"] is None
    assert (listed["title"], bool(listed["description"])) == (channel.capitalize(), True)


def test_the_asyncapi_document_says_how_messages_are_sent() -> None:
    document = described()
    assert (document["asyncapi"], document["defaultContentType"]) == ("3.0.0", "application/json")
    assert document["info"] == {
        "title": "Changes of course certificates",
        "version": "1",
        "description": "Every change is sent at least once, and in any order: see `id` and `sequence`.",
    }
    assert document["operations"] == {
        "tellBus": {"action": "send", "channel": {"$ref": "#/channels/bus"}, "summary": "Put on the bus."},
        "callWebhook": {
            "action": "send",
            "channel": {"$ref": "#/channels/webhook"},
            "summary": "Posted to the address.",
            "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
        },
    }


def test_a_message_on_the_bus_has_the_envelope_of_eventbridge() -> None:
    message = described()["components"]["messages"]["bus.certificate.issued"]
    assert message == {
        "name": "certificate.issued",
        "title": "certificate.issued",
        "summary": "A certificate is valid for the first time, or again after it was withdrawn.",
        "payload": {
            "type": "object",
            "required": ["source", "detail-type", "detail"],
            "properties": {
                "source": {"const": "course-certificates"},
                "detail-type": {"const": "certificate.issued"},
                "detail": {"$ref": "#/components/schemas/CertificateEvent"},
            },
        },
    }


def test_a_message_to_a_webhook_has_the_form_of_standard_webhooks() -> None:
    messages = described()["components"]["messages"]
    issued, test = messages["webhook.certificate.issued"], messages["webhook.webhook.test"]
    assert issued["payload"] == {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": "certificate.issued"},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": "#/components/schemas/CertificateEvent"},
        },
        "additionalProperties": False,
    }
    assert issued["headers"]["required"] == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    assert issued["summary"] == "A certificate is valid for the first time, or again after it was withdrawn."
    assert test["payload"]["properties"]["data"] == {"$ref": "#/components/schemas/WebhookTest"}
    assert messages["bus." + next(iter(set_of_open_edx()))]["payload"]["properties"]["detail"] == {
        "$ref": "#/components/schemas/OpenEdxEvent"
    }


def set_of_open_edx() -> set[str]:
    from certificates.http.asyncapi import OPEN_EDX_EVENTS

    return set(OPEN_EDX_EVENTS)
