"""Nonsense is refused with a reason and changes nothing: no input of a client causes an error of the server."""

from __future__ import annotations

import base64
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.errors import BadRequest
from certificates.http.cursors import list_of
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


def cursor(key: object, path: str) -> str:
    """A forged cursor of a list of the run."""
    values = {"course_id": COURSE} | ({"user_id": "5101"} if "/history" in path else {})
    template = f"/course-runs/{{course_id}}/{path.replace('5101', '{user_id}')}"
    listed: Any = SimpleNamespace(operation=SimpleNamespace(path=template), path=values)
    return base64.urlsafe_b64encode(json.dumps([list_of(listed), key]).encode()).decode()


@pytest.mark.parametrize("limit", [DIGITS, "0", "201", "²", "1e2", "-1", "٣"])
def test_a_limit_is_a_small_whole_number(run: Any, limit: str) -> None:
    assert run("GET", f"/course-runs?limit={limit}").refusal == (400, "bad-limit")


@pytest.mark.parametrize(
    "text",
    [DIGITS, "²", "x" * 5000, "x" * 800, "\ud800", "", 7, None, [], {}],
)
@pytest.mark.parametrize("path", ["certificates/5101/history", "certificates", "exceptions", "jobs", "mails"])
def test_an_invented_cursor_is_refused_or_finds_nothing(run: Any, path: str, text: object) -> None:
    answer = run("GET", f"{RUN}/{path}?cursor={cursor(text, path)}")
    assert answer.status in {200, 400, 404}, answer.text


@pytest.mark.parametrize("text", ["A" * 70_000, base64.urlsafe_b64encode(b"[" * 3000).decode()[:1100], "IjAi", "x"])
@pytest.mark.parametrize("path", ["certificates", "exceptions", "jobs", "mails", "exceptions/uploads"])
def test_a_text_that_is_no_cursor_of_the_list_is_refused(run: Any, path: str, text: str) -> None:
    assert run("GET", f"{RUN}/{path}?cursor={text}").refusal == (400, "bad-cursor")


def test_a_cursor_of_another_run_is_refused(run: Any, root: Any) -> None:
    other = "course-v1:Fjord+BIO2+2026"
    root("PUT", f"/course-runs/{encoded(other)}", SETTINGS)
    for path in ("certificates", "exceptions", "jobs", "mails"):
        theirs = cursor("00/ENROLLMENT#7", path)
        assert run("GET", f"/course-runs/{encoded(other)}/{path}?cursor={theirs}").refusal == (400, "bad-cursor")


@pytest.mark.parametrize("path", ["certificates", "exceptions", "invalidations", "mails"])
@pytest.mark.parametrize(
    "key", ["course-v1:A+B+C", "00/NOTHING#7", "/MAIL#", "7", "00/", "00/~", "00/\U0010ffff", "99", "é/MAIL#7"]
)
def test_a_position_in_another_list_is_refused(run: Any, administrator: Any, path: str, key: str) -> None:
    ask = administrator("certificate_invalidation") if path == "invalidations" else run
    assert ask("GET", f"{RUN}/{path}?cursor={cursor(key, path)}").refusal == (400, "bad-cursor")


def test_a_body_may_begin_with_a_byte_order_mark(root: Any) -> None:
    assert root("PUT", RUN, "\ufeff" + json.dumps(SETTINGS)).status == 201


@pytest.mark.parametrize("if_match", [DIGITS, "²", "x", "", '""', '"1", x', '*, "1"', '"' + DIGITS + '"'])
def test_an_if_match_is_an_etag(run: Any, if_match: str) -> None:
    assert run("PUT", RUN, SETTINGS, if_match=if_match).refusal == (400, "bad-if-match")


@pytest.mark.parametrize("if_match", ['"-1"', '"abc"', '"0"', '"2"', '"2", "3"', '"2b1de260b72c20d7f9b6242003e5977c"'])
def test_an_etag_of_another_version_is_no_reason_to_replace_the_settings(run: Any, if_match: str) -> None:
    assert run("PUT", RUN, SETTINGS, if_match=if_match).refusal == (412, "changed-meanwhile")


@pytest.mark.parametrize("if_match", ['"1"', 'W/"1"', "1", '"2", "1"', 'W/"1" , "abc"', " * "])
def test_settings_are_replaced_if_one_of_the_named_versions_is_the_present_one(run: Any, if_match: str) -> None:
    assert run("PUT", RUN, SETTINGS, if_match=if_match).status == 200


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
        ("CredentialToCheck", {"credential": {}, "document_sha256": "x"}, {"document_sha256"}),
        ("StaffBody", {"usernames": [" ines"]}, {"usernames.0"}),
        ("DesignBody", {"template": "Formal"}, {"template"}),
        (
            "DesignBody",
            {"signatories": [{"name": "Ada", "signature_image": "AAAA" * 174_763}]},
            {"signatories.0.signature_image"},
        ),
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
    assert not re.search("keyword|Decimal|datetime|tuple|frozenset|dict|None|pattern", told, re.IGNORECASE), told


def test_a_member_that_belongs_to_another_kind_of_job_is_named_like_every_fault_of_a_body(run: Any) -> None:
    for body, field in (({"groups": ["received"]}, "groups"), ({"scope": "all"}, "scope")):
        refused = run("POST", f"{RUN}/jobs", {"kind": "bulk", **body})
        assert refused.refusal == (400, "invalid-body")
        assert [fault["field"] for fault in refused.json()["errors"]] == [field]


def test_an_empty_body_is_called_empty(run: Any) -> None:
    refused = run("POST", f"{RUN}/jobs", " ")
    assert (refused.refusal, refused.json()["detail"]) == ((400, "not-json"), "The body is empty. Send JSON.")


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


@pytest.mark.parametrize(
    ("texts", "field", "reason"),
    [
        ({"title": " "}, "title", "text-missing"),
        ({"title": "🌸"}, "title", "text-missing"),
        ({"title": "\u200b"}, "title", "text-missing"),
        ({"title": "Certificate\nof"}, "title", "text-malformed"),
        ({"signatories": [{"name": " "}]}, "signatories.0.name", "text-missing"),
        ({"signatories": [{"name": "Ada"}, {"name": "🌸"}]}, "signatories.1.name", "text-missing"),
        ({"signatories": [{"name": "Ada\u2028"}]}, "signatories.0.name", None),
        ({"signatories": [{"name": "Ada\x07Lovelace"}]}, "signatories.0.name", "text-malformed"),
        ({"signatories": [{"name": "Ada", "title": "Dean\r\nof"}]}, "signatories.0.title", "text-malformed"),
        ({"signatories": [{"name": "Ada", "organization": "🌸"}]}, "signatories.0.organization", "text-missing"),
        ({"signatories": [{"name": "Ada", "title": "", "organization": " "}]}, "", None),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", "design"), ("POST", "design/preview")])
def test_a_text_of_a_design_is_refused_if_it_prints_nothing_or_needs_two_lines(
    run: Any, method: str, path: str, texts: dict[str, Any], field: str, reason: str | None
) -> None:
    answer = run(method, f"{RUN}/{path}", {**texts, "active": False})
    if reason is None:
        assert answer.status in {200, 302}
    else:
        assert (*answer.refusal, answer.json()["field"]) == (400, reason, field)


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
