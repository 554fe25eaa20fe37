"""Nonsense is refused with a reason and changes nothing: no input of a client causes an error of the server."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from certificates.errors import BadRequest
from certificates.http.schemas.validation import validate
from tests.handlers.http_events import encoded
from tests.people import COURSE

RUN = f"/course-runs/{encoded(COURSE)}"
SETTINGS = {"title": "Marine Biology", "organization": "Fjord University", "pacing": "self"}
DIGITS = "9" * 4301
"""More digits than Python converts to a number."""


@pytest.fixture
def root(administrator: Any) -> Any:
    return administrator("instructor_requests")


@pytest.fixture
def run(root: Any) -> Any:
    root("PUT", RUN, SETTINGS)
    return root


def cursor(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


@pytest.mark.parametrize("limit", [DIGITS, "0", "201", "²", "1e2", "-1", "٣"])
def test_a_limit_is_a_small_whole_number(run: Any, limit: str) -> None:
    assert run("GET", f"/course-runs?limit={limit}").refusal == (400, "bad-limit")


@pytest.mark.parametrize(
    "text",
    [
        cursor(DIGITS),
        cursor("²"),
        cursor("x" * 5000),
        cursor("\ud800"),
        cursor(""),
        cursor(7),
        cursor(None),
        "A" * 70_000,
        base64.urlsafe_b64encode(b"[" * 3000).decode()[:1100],
    ],
)
@pytest.mark.parametrize("path", ["certificates/5101/history", "certificates", "exceptions", "jobs"])
def test_an_invented_cursor_is_refused_or_finds_nothing(run: Any, path: str, text: str) -> None:
    answer = run("GET", f"{RUN}/{path}?cursor={text}")
    assert answer.status in {200, 400, 404}, answer.text


def test_a_body_may_begin_with_a_byte_order_mark(root: Any) -> None:
    assert root("PUT", RUN, "\ufeff" + json.dumps(SETTINGS)).status == 201


@pytest.mark.parametrize("if_match", [DIGITS, "²", "x", '"-1"', ""])
def test_an_if_match_is_an_etag(run: Any, if_match: str) -> None:
    assert run("PUT", RUN, SETTINGS, if_match=if_match).refusal == (400, "bad-if-match")


def test_an_existing_run_is_replaced_only_at_the_version_in_if_match(run: Any) -> None:
    assert run("PUT", RUN, SETTINGS).refusal == (428, "precondition-required")
    assert run("PUT", RUN, SETTINGS, if_match="*").status == 200
    assert run("PUT", RUN, SETTINGS, if_match='"1"').refusal == (412, "changed-meanwhile")


def test_no_version_of_a_missing_run_is_accepted(root: Any) -> None:
    assert root("PUT", RUN, SETTINGS, if_match="*").refusal == (412, "changed-meanwhile")
    assert root("GET", RUN).status == 404


@pytest.mark.parametrize(
    "body",
    ["[" * 60_000, '{"title": "\\ud800"}', "{", '{"title": "a" "b"}', "\ud800"],
)
def test_a_body_that_is_no_json_is_refused(root: Any, body: str) -> None:
    assert root("PUT", RUN, body).refusal == (400, "not-json")


def test_a_group_that_is_half_a_character_is_refused(run: Any) -> None:
    assert run("POST", f"{RUN}/jobs", '{"kind": "regenerate", "groups": ["\\ud800"]}').refusal == (400, "not-json")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"bulk_issue_at": 0}, "invalid-body"),
        ({"bulk_issue_at": "0"}, "invalid-body"),
        ({"end": "0001-01-01T00:00:00Z"}, "time-out-of-range"),
        ({"end": "9999-12-31T23:59:59Z"}, "time-out-of-range"),
        ({"end": "1970-01-01T00:00:00Z"}, "time-out-of-range"),
        ({"passing_grade": "0.6_0"}, "invalid-body"),
        ({"passing_grade": "0,6"}, "invalid-body"),
        ({"passing_grade": True}, "invalid-body"),
        ({"passing_grade": 0}, "passing-grade-out-of-range"),
        ({"end": "2026-01-01"}, "invalid-body"),
        ({"end": "2026-01-01T00:00:00"}, "time-without-offset"),
        ({"self_generation": "no"}, "invalid-body"),
        ({"automatic_generation": 1}, "invalid-body"),
        ({"title": "\n"}, "text-missing"),
        ({"title": "A\nB"}, "text-malformed"),
    ],
)
def test_settings_that_mean_nothing_are_refused(root: Any, change: dict[str, Any], expected: str) -> None:
    assert root("PUT", RUN, {**SETTINGS, **change}).refusal == (400, expected)
    assert root("GET", RUN).status == 404


@pytest.mark.parametrize(
    ("schema", "body", "faulty"),
    [
        ("CourseRunSettings", {**SETTINGS, "titel": "x"}, {"titel"}),
        ("CourseRunSettings", {**SETTINGS, "passing_grade": []}, {"passing_grade"}),
        ("CourseRunSettings", {**SETTINGS, "bulk_issue_at": "soon", "end": 7}, {"bulk_issue_at", "end"}),
        ("DesignBody", {"signatories": [{"title": "Dean"}]}, {"signatories.0.name"}),
        ("JobBody", {"kind": "regenerate", "groups": ["received"] * 21}, {"groups"}),
        ("WebhookBody", {"url": "https://example.org", "event_types": []}, {"event_types"}),
        ("CredentialToCheck", {"credential": 7}, {"credential"}),
    ],
)
def test_a_fault_of_a_body_has_its_field_and_no_words_of_python(
    schema: str, body: dict[str, Any], faulty: set[str]
) -> None:
    with pytest.raises(BadRequest) as refused:
        validate(schema, json.dumps(body).encode())
    faults = refused.value.values["errors"]
    assert {fault["field"] for fault in faults} == faulty
    told = " ".join([str(refused.value.message), *(fault["message"] for fault in faults)])
    assert not re.search("keyword|Decimal|datetime|tuple|frozenset|dict|None", told, re.IGNORECASE), told


@pytest.mark.parametrize("username", [" ", "", "\t", " ines"])
def test_staff_are_people(run: Any, username: str) -> None:
    assert run("PUT", f"{RUN}/staff", {"usernames": [username]}).refusal == (400, "invalid-body")


def test_a_run_that_does_not_exist_has_no_staff(root: Any) -> None:
    assert root("PUT", f"{RUN}/staff", {"usernames": ["ines"]}).refusal == (404, "unknown-course-run")
    assert root("GET", f"{RUN}/staff").refusal == (404, "unknown-course-run")


@pytest.mark.parametrize(
    "listed",
    [
        "certificates",
        "exceptions",
        "exceptions/uploads",
        "jobs",
        "mails",
        "reconciliations",
        "staff",
    ],
)
def test_a_run_that_does_not_exist_has_no_lists(root: Any, listed: str) -> None:
    assert root("GET", f"{RUN}/{listed}").refusal == (404, "unknown-course-run")


@pytest.mark.parametrize("image", ["!!!", "aGVsbG8", "é", 7])
def test_a_signature_is_base64(run: Any, image: object) -> None:
    body = {"signatories": [{"name": "Ada", "signature_image": image}]}
    assert run("PUT", f"{RUN}/design", body).refusal == (400, "invalid-body")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "certificates/{id}/history", "unknown-learner"),
        ("DELETE", "exceptions/{id}", "unknown-learner"),
        ("GET", "jobs/{id}", "unknown-job"),
        ("DELETE", "jobs/{id}", "unknown-job"),
        ("GET", "exceptions/uploads/{id}", "unknown-upload"),
        ("GET", "records/uploads/{id}", "unknown-upload"),
    ],
)
@pytest.mark.parametrize("id", ["x" * 256, "x" * 5000, "😀" * 64, "😀" * 255])
def test_an_id_too_long_for_a_key_of_the_table_is_unknown(
    run: Any, method: str, path: str, expected: str, id: str
) -> None:
    assert run(method, f"{RUN}/{path.format(id=id)}").refusal == (404, expected)
