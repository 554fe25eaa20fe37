"""The AsyncAPI document is valid by its own specification, and every event that the product sends fits it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from certificates.http.asyncapi import OPEN_EDX_EVENTS, OWN_EVENTS, described
from certificates.notices.change import ChangeType
from certificates.notices.open_edx import TYPES_OF
from certificates.notices.webhook_messages import body_of
from certificates.request import request_certificate
from certificates.rules.webhooks import TEST, Delivery
from tests.handlers.test_change_events import LIFE, TOMORROW, Listening, a_life, at, follow, issue_early, look
from tests.handlers.test_change_events import backend as backend
from tests.handlers.test_change_events import listening as listening
from tests.people import COURSE
from tests.verifiers.fetching import FOLDER

SPECIFICATION = FOLDER / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0-without-$id.json"


def test_the_asyncapi_document_is_served_to_anyone_as_yaml(people: Any) -> None:
    answer = people("certificate_verification", None)("GET", "/asyncapi.yaml")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/yaml")
    assert yaml.safe_load(answer.text) == described()


def test_the_document_is_valid_by_asyncapi_s_own_schema() -> None:
    if not SPECIFICATION.exists():
        pytest.skip("there is no Node")
    specification = json.loads(SPECIFICATION.read_text())
    assert [fault.message for fault in Draft7Validator(specification).iter_errors(described())] == []
    assert list(Draft7Validator(specification).iter_errors({**described(), "channels": {"bus": {"adress": ""}}}))


def test_every_reference_of_the_document_resolves() -> None:
    document = described()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for inner in value.values() for found in references(inner)]
        return [found for inner in value for found in references(inner)] if isinstance(value, list) else []

    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_the_document_has_every_type_of_event() -> None:
    assert set(OWN_EVENTS) == {f"certificate.{kind.value}" for kind in ChangeType}
    assert set(OPEN_EDX_EVENTS) == {name for names in TYPES_OF.values() for name in names}


def faults(channel: str, name: str, payload: dict[str, Any]) -> list[str]:
    """The faults of a message by the document. Members that are not in the document are faults too."""
    components = _closed(described()["components"])
    message = components["messages"][f"{channel}.{name}"]
    validator = Draft202012Validator({**message["payload"], "components": components})
    return [f"{name} {fault.json_path}: {fault.message}" for fault in validator.iter_errors(payload)]


def _closed(value: Any) -> Any:
    """EventBridge adds its own members only to the outermost object."""
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    closed = {name: _closed(each) for name, each in value.items()}
    if isinstance(value.get("properties"), dict) and "detail-type" not in value["properties"]:
        closed["additionalProperties"] = False
    return closed


@pytest.mark.parametrize("personal", [True, False])
def test_every_event_on_the_bus_fits_the_document(personal: bool, backend: Any, listening: Listening) -> None:
    listening.tells(bus="changes", open_edx=True, personal=personal)
    request_certificate(COURSE, "zoe", backend=backend, now=at(0))
    follow()
    first = listening.heard("bus")
    assert {"learner" in event["detail"] for event in first if event["detail-type"] in OWN_EVENTS} == {personal}
    a_life(backend)
    follow()
    heard = first + listening.heard("bus")
    assert {event["detail-type"] for event in heard} == {*(f"certificate.{told}" for told in LIFE), *OPEN_EDX_EVENTS}
    assert [fault for event in heard for fault in faults("bus", event["detail-type"], event)] == []
    assert faults("bus", "certificate.issued", {**heard[0], "detail": {**heard[0]["detail"], "id": 7}})


def test_every_message_to_webhooks_fits_the_document(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    found = []
    for change in listening.changes("webhooks"):
        delivery = Delivery(
            webhook_id="w",
            message_id=change.id,
            event_type=change.event_type,
            occurred_at=change.time,
            event=change.to_json(),
        )
        found += faults("webhook", change.event_type, json.loads(body_of(delivery, "https://certificates.example")))
    tried = Delivery(webhook_id="w", message_id="t", event_type=TEST, occurred_at=change.time, event={})
    assert found + faults("webhook", TEST, json.loads(body_of(tried, ""))) == []


def test_the_event_of_a_shown_certificate_fits_the_document(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    look(TOMORROW)
    [shown] = [event for event in listening.heard("bus") if event["detail-type"] == "certificate.shown"]
    assert faults("bus", "certificate.shown", shown) == []
