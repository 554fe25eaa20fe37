"""Answers: JSON with plain values, redirects, and problem documents."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum

import pytest

from certificates.errors import (
    Ambiguous,
    BadRequest,
    Busy,
    Conflict,
    DesignFailed,
    Gone,
    LmsUnavailable,
    NotAllowed,
    NotFound,
    NotPrintable,
    NotSignedIn,
    Overloaded,
    PreconditionFailed,
    PreconditionRequired,
    Refusal,
    TooLarge,
)
from certificates.http.answers import Answer, answer, problem, redirect, status_of, to_json
from certificates.http.kept_answers import packed, unpacked


class Colour(StrEnum):
    RED = "red"


class Size(Enum):
    LARGE = 3


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 11, 29, 12, 30, tzinfo=UTC), "2026-11-29T12:30:00Z"),
        (datetime(2026, 11, 29, 12, 30, tzinfo=timezone(timedelta(hours=2))), "2026-11-29T12:30:00+02:00"),
        (date(2026, 11, 29), "2026-11-29"),
        (Decimal("0.595"), 0.595),
        (Colour.RED, "red"),
        (Size.LARGE, 3),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"b", "a"}, ["a", "b"]),
        (None, None),
    ],
)
def test_values_are_written_in_the_form_of_the_document(value: object, written: object) -> None:
    assert json.loads(to_json({"value": value})) == {"value": written}


def test_letters_of_every_script_are_written_as_they_are() -> None:
    assert to_json({"name": "Zoë 李"}) == '{"name": "Zoë 李"}'


def test_a_value_without_a_form_in_json_is_a_fault_with_its_kind() -> None:
    with pytest.raises(TypeError, match=r"^bytes has no JSON form$"):
        to_json(b"bytes")


def test_an_answer_is_json_with_the_named_headers() -> None:
    given = answer({"a": 1}, 201, ETag='"3"', Cache_Control="no-store")
    assert given == Answer(201, '{"a": 1}', "application/json", {"ETag": '"3"', "Cache-Control": "no-store"})
    assert answer([]).status == 200


def test_a_redirect_names_another_address_and_has_no_body() -> None:
    assert redirect("/there") == Answer(302, "", "application/json", {"Location": "/there"})


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (BadRequest("a", "b"), 400),
        (DesignFailed("b", ()), 400),
        (NotSignedIn("a", "b"), 401),
        (NotAllowed("a", "b"), 403),
        (NotFound("a", "b"), 404),
        (Conflict("a", "b"), 409),
        (Ambiguous([("7", "ada")]), 409),
        (NotPrintable("b"), 409),
        (Gone("a", "b"), 410),
        (PreconditionFailed("a", "b"), 412),
        (TooLarge("a", "b"), 413),
        (PreconditionRequired("a", "b"), 428),
        (Busy("b"), 503),
        (Overloaded(), 503),
        (LmsUnavailable("b", 30), 503),
    ],
)
def test_a_refusal_has_the_status_of_its_kind_or_of_the_kind_above(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status
    assert problem(refusal).status == status


@pytest.mark.parametrize(
    ("refusal", "headers"),
    [
        (LmsUnavailable("The LMS is away.", 30), {"Retry-After": "30"}),
        (Busy("Others are here."), {"Retry-After": "1"}),
        (Overloaded(), {"Retry-After": "1"}),
        (Conflict("not-passing", "No."), {}),
    ],
)
def test_a_caller_learns_when_to_try_again_if_another_try_can_succeed(
    refusal: Refusal, headers: dict[str, str]
) -> None:
    assert problem(refusal).headers == headers


def test_a_problem_has_type_title_status_detail_and_the_values_of_the_refusal() -> None:
    given = problem(NotFound("not-yet-available", "Not shown yet.", available_on=date(2026, 12, 1), status="mine"))
    assert given.content_type == "application/problem+json"
    assert json.loads(given.body) == {
        "available_on": "2026-12-01",
        "type": "urn:certificates:problem:not-yet-available",
        "title": "Not yet available",
        "status": 404,
        "detail": "Not shown yet.",
    }


@pytest.mark.parametrize(("length", "compressed"), [(0, False), (32 * 1024, False), (32 * 1024 + 1, True)])
def test_a_long_answer_is_kept_compressed_and_is_the_same_again(length: int, compressed: bool) -> None:
    given = Answer(201, "x" * length, "text/csv", {"ETag": '"3"'})
    kept = packed(given)
    assert kept.get("compressed", False) is compressed
    assert (len(kept["body"]) < 1000) is (compressed or length == 0)
    assert unpacked(json.loads(json.dumps(kept))) == given


def test_a_body_is_measured_in_bytes() -> None:
    given = Answer(200, "é" * (16 * 1024 + 1))
    assert packed(given)["compressed"] is True
    assert unpacked(packed(given)) == given


def test_the_same_answer_is_kept_as_the_same_value_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Answer(200, "x" * 40_000)
    first = packed(given)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert packed(given) == first


def test_an_answer_that_release_0_1_kept_is_readable() -> None:
    values = {"status": 200, "body": "{}", "content_type": "application/json", "headers": {}}
    assert unpacked(values) == Answer(200, "{}")
