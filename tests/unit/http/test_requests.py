"""Requests: what a handler may read of a call."""

from __future__ import annotations

import pytest

from certificates.errors import BadRequest, NotFound, NotSignedIn
from certificates.http.api import Api, Operation
from certificates.http.doors import staff_of_the_run
from certificates.http.parameters import IDEMPOTENCY_KEY, IF_MATCH, MAX_LIMIT, PAGED, SEARCH
from certificates.http.requests import whole_number
from tests.unit.http.calls import nothing, request


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("007", 7), ("200", 200), ("201", None), ("0200", None), ("1000", None), ("", None)],
)
def test_a_whole_number_has_at_most_the_digits_of_its_limit(text: str, number: int | None) -> None:
    assert whole_number(text, most=200) == number


@pytest.mark.parametrize("text", ["-1", "1.0", " 1", "1_0", "²", "٣", "x"])
def test_other_texts_are_no_whole_number(text: str) -> None:
    assert whole_number(text, most=200) is None


def test_a_page_has_50_items_if_the_caller_says_nothing() -> None:
    assert request(reads=PAGED).limit == 50
    assert request(reads=PAGED, query={}).limit == 50


@pytest.mark.parametrize("limit", ["1", "199", str(MAX_LIMIT)])
def test_a_caller_chooses_the_items_of_a_page(limit: str) -> None:
    assert request(reads=PAGED, query={"limit": limit}).limit == int(limit)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5"])
def test_a_limit_outside_its_range_is_refused(limit: str) -> None:
    with pytest.raises(BadRequest) as refused:
        _ = request(reads=PAGED, query={"limit": limit}).limit
    assert (refused.value.reason, str(refused.value), refused.value.values) == (
        "bad-limit",
        "limit is a whole number from 1 to 200.",
        {"field": "limit"},
    )


def test_a_handler_reads_query_parameters_and_headers_in_any_case() -> None:
    call = request(reads=(SEARCH, IF_MATCH), query={"search": "ada"}, headers={"if-match": '"3"'})
    assert call.read(SEARCH) == "ada"
    assert call.read(IF_MATCH) == '"3"'
    assert request(reads=(SEARCH, IF_MATCH)).read(SEARCH) is None
    assert request(reads=(SEARCH, IF_MATCH)).read(IF_MATCH) is None


def test_a_handler_cannot_read_what_its_operation_does_not_name() -> None:
    with pytest.raises(LookupError, match=r"^/things does not say that it reads search$"):
        request(query={"search": "ada"}).read(SEARCH)


def test_a_handler_cannot_answer_with_a_media_type_that_its_operation_does_not_name() -> None:
    with pytest.raises(LookupError, match=r"^/things does not say that it answers with text/csv$"):
        request(headers={"accept": "text/csv"}).accepts("text/csv")


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        (None, False),
        ("*/*", False),
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/html, text/csv;q=0.5", True),
        ("application/json, text/csv", True),
        ("application/json;q=0.5, text/csv;q=0.6", True),
        ("text/csv;q=0", False),
        ("text/csv;q=much", False),
        ("text/csv;q=0.1, application/json", False),
        ("application/problem+json, text/csv;q=0.9", False),
        ("text/csvs", False),
        ("x-text/csv", False),
        ("text/csv;q=0, text/csv;q=0.3", True),
    ],
)
def test_a_caller_asks_for_a_media_type_by_its_name(accept: str | None, accepted: bool) -> None:
    headers = {"accept": accept} if accept else None
    assert request(headers=headers, also=("text/csv",)).accepts("text/csv") is accepted


def test_json_is_a_media_type_of_every_operation() -> None:
    assert request(headers={"accept": "application/json"}).accepts("application/json")


def test_the_run_in_the_path_is_a_course_id() -> None:
    course_id = "course-v1:Fjord+BIO1+2026"
    assert request(path={"course_id": course_id}).course_id == course_id
    with pytest.raises(NotFound) as refused:
        _ = request(path={"course_id": "BIO1"}).course_id
    assert (refused.value.reason, str(refused.value)) == (
        "malformed-course-id",
        "A course id looks like course-v1:Org+Number+Run.",
    )


def test_the_caller_has_the_username_of_the_configured_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERNAME_CLAIM", "preferred_username")
    assert request(claims={"preferred_username": "ada", "username": "zoe"}).caller.username == "ada"
    with pytest.raises(NotSignedIn):
        _ = request(claims={"username": "zoe"}).caller


def test_an_operation_is_for_the_staff_of_the_run_if_it_names_no_door() -> None:
    api = Api()
    assert api.operation("PUT", "/things")(nothing) is nothing
    (operation,) = api.operations
    assert operation == Operation(method="PUT", path="/things", handler=nothing)
    assert operation.door is staff_of_the_run


def test_an_operation_reads_an_idempotency_key_only_if_it_is_idempotent() -> None:
    plain = Operation(method="PUT", path="/things", handler=nothing, reads=PAGED)
    idempotent = Operation(method="PUT", path="/things", handler=nothing, reads=PAGED, idempotent=True)
    assert plain.parameters == PAGED
    assert idempotent.parameters == (*PAGED, IDEMPOTENCY_KEY)


def test_several_topics_together_have_the_operations_of_each() -> None:
    first, second = Api(), Api()
    first.operation("GET", "/a")(nothing)
    second.operation("GET", "/b")(nothing)
    assert [operation.path for operation in Api(first, second).operations] == ["/a", "/b"]
