"""Bodies: each fault of a body is named with its field, in words for the person who wrote the body."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from certificates.designs.limits import MAX_SIGNATURE_BYTES
from certificates.errors import BadRequest
from certificates.http.schemas.validation import validate

SETTINGS = {"title": "Marine Biology", "organization": "Fjord University"}
TIME = "write a time such as 2026-12-31T23:59:00Z"


def refused(name: str, body: Any) -> BadRequest:
    with pytest.raises(BadRequest) as refusal:
        validate(name, body if isinstance(body, bytes) else json.dumps(body).encode())
    return refusal.value


@pytest.mark.parametrize(
    ("name", "body", "reason", "faults"),
    [
        ("LearnerNote", {"learner": 7}, "invalid-body", [("learner", "Input should be a valid string")]),
        ("LearnerNote", {"name": "x"}, "unknown-field", [("name", "there is no such field")]),
        ("LearnerNote", [], "invalid-body", [("", "Input should be an object")]),
        (
            "LearnerNote",
            {"name": "x", "note": 7},
            "invalid-body",
            [("note", "Input should be a valid string"), ("name", "there is no such field")],
        ),
        ("CourseRunSettings", {**SETTINGS, "titel": "x"}, "unknown-field", [("titel", "there is no such field")]),
        ("CourseRunSettings", {"title": "x"}, "invalid-body", [("organization", "Field required")]),
        ("CourseRunSettings", {**SETTINGS, "end": 7}, "invalid-body", [("end", TIME)]),
        ("CourseRunSettings", {**SETTINGS, "end": "soon"}, "invalid-body", [("end", TIME)]),
        ("CourseRunSettings", {**SETTINGS, "end": "2026-12-31"}, "invalid-body", [("end", TIME)]),
        (
            "CourseRunSettings",
            {**SETTINGS, "passing_grade": []},
            "invalid-body",
            [("passing_grade", "write a number such as 0.6")],
        ),
        ("WebhookBody", {"url": "https://a", "event_types": []}, "invalid-body", [("event_types", "give at least 1")]),
        ("DesignBody", {"signatories": [{"name": "Ada"}] * 5}, "invalid-body", [("signatories", "give at most 4")]),
        (
            "DesignBody",
            {"signatories": [{"title": "Dean"}]},
            "invalid-body",
            [("signatories.0.name", "Field required")],
        ),
        ("StaffBody", {"usernames": ["ada", " "]}, "invalid-body", [("usernames.1", None)]),
    ],
)
def test_each_fault_has_its_field_and_words(name: str, body: Any, reason: str, faults: list[Any]) -> None:
    refusal = refused(name, body)
    assert refusal.reason == reason
    found: Any = refusal.values["errors"]
    expected = [(field, text or fault["message"]) for (field, text), fault in zip(faults, found, strict=True)]
    assert [(fault["field"], fault["message"]) for fault in found] == expected
    field, text = expected[0]
    assert str(refusal) == f"{field or 'body'}: {text}."


def test_a_body_that_is_no_json_is_refused_with_the_place_of_the_fault() -> None:
    refusal = refused("LearnerNote", b'{"learner": }')
    assert refusal.reason == "not-json"
    assert str(refusal) == "The body is not JSON. Invalid JSON: expected value at line 1 column 13."
    assert refusal.values == {}


@pytest.mark.parametrize("credential", [7, [], [{}], None])
def test_the_kinds_of_a_value_are_no_part_of_its_field(credential: object) -> None:
    found: Any = refused("CredentialToCheck", {"credential": credential}).values["errors"]
    assert {fault["field"] for fault in found} == {"credential"}


@pytest.mark.parametrize(
    ("grade", "number"), [(0.6, "0.6"), ("0.6", "0.6"), (1, "1"), ("1", "1"), ("0.123", "0.123"), ("10", "10")]
)
def test_a_number_may_be_a_number_or_a_text(grade: object, number: str) -> None:
    assert validate("CourseRunSettings", json.dumps({**SETTINGS, "passing_grade": grade}).encode()).passing_grade == (
        Decimal(number)
    )


@pytest.mark.parametrize("grade", [True, False, "0.6_0", " 0.6", "0.6 ", "0,6", ".6", "6.", "-0.6", "1e1", "٠.٦", ""])
def test_a_text_that_people_do_not_write_for_a_number_is_none(grade: object) -> None:
    found: Any = refused("CourseRunSettings", {**SETTINGS, "passing_grade": grade}).values["errors"]
    assert found == [{"field": "passing_grade", "message": "write a number such as 0.6"}]


@pytest.mark.parametrize("written", ["2026-12-31T23:59:00Z", "2026-12-31t23:59:00z", "2026-12-31 23:59:00+00:00"])
def test_a_time_is_written_with_day_and_hour(written: str) -> None:
    settings = validate("CourseRunSettings", json.dumps({**SETTINGS, "end": written}).encode())
    assert settings.end == datetime(2026, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize("written", ["20261231235900", "2026-12-31", "1798761540", "26-12-31T23:59:00Z", "", 7, True])
def test_digits_alone_and_other_texts_are_no_time(written: object) -> None:
    found: Any = refused("CourseRunSettings", {**SETTINGS, "end": written}).values["errors"]
    assert found == [{"field": "end", "message": TIME}]


def signatory(image: object) -> dict[str, object]:
    return {"signatories": [{"name": "Ada", "signature_image": image}]}


def test_a_signature_is_the_bytes_of_its_base64() -> None:
    image = base64.b64encode(b"\x89PNG" * 100).decode()
    (made,) = validate("DesignBody", json.dumps(signatory(image)).encode()).signatories
    assert made.signature_image == b"\x89PNG" * 100
    (made,) = validate("DesignBody", json.dumps(signatory(None)).encode()).signatories
    assert made.signature_image is None


@pytest.mark.parametrize("image", ["!!!", "aGVsbG8", "aGVs bG8=", "é"])
def test_a_text_that_is_no_base64_is_no_signature(image: str) -> None:
    found: Any = refused("DesignBody", signatory(image)).values["errors"]
    assert found == [{"field": "signatories.0.signature_image", "message": "write the file's bytes in base64"}]


def test_a_signature_has_at_most_512_kib() -> None:
    def image(length: int) -> dict[str, object]:
        return signatory(base64.b64encode(b"x" * length).decode())

    assert validate("DesignBody", json.dumps(image(MAX_SIGNATURE_BYTES)).encode())
    assert refused("DesignBody", image(MAX_SIGNATURE_BYTES + 1)).reason == "invalid-body"
    assert MAX_SIGNATURE_BYTES == 524_288
