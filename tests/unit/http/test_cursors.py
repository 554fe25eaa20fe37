"""Cursors: a caller gets each item once, page after page, and a text that never was a cursor is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from certificates.errors import BadRequest
from certificates.http.cursors import (
    MAX_CURSOR_LENGTH,
    MAX_POSITION,
    after,
    cursor_of,
    key_in,
    list_of,
    listing,
    page_of,
)
from certificates.http.parameters import PAGED
from tests.unit.http.calls import request


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def refusal_of(cursor: str) -> tuple[str, str]:
    with pytest.raises(BadRequest) as refused:
        key_in(cursor)
    return refused.value.reason, str(refused.value)


@pytest.mark.parametrize("key", ["7", "ENROLLMENT#7", "Ångström", "~~~???>>>", "x" * 800])
def test_a_cursor_leads_to_the_key_that_it_was_made_of(key: str) -> None:
    cursor = cursor_of(key)
    assert cursor is not None
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")
    assert key_in(cursor) == key
    mine = request(query={"cursor": cursor_of(key, list_of(request())) or ""}, reads=PAGED)
    assert after(mine) == key


def test_a_call_without_a_cursor_begins_at_the_first_item() -> None:
    assert after(request(reads=PAGED)) is None
    assert cursor_of(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "no base64!",
        "+/+/",
        encoded("no json"),
        encoded("7"),
        encoded("null"),
        encoded('["7"]'),
        encoded('""'),
        encoded('"7"') + "!",
        " " + encoded('"7"'),
        encoded(r'"\ud800"'),
        encoded("[" * 800),
        encoded(json.dumps("é" * 150)) + "é",
    ],
)
def test_a_text_that_never_was_a_cursor_is_refused(cursor: str) -> None:
    assert refusal_of(cursor) == ("bad-cursor", "This cursor is not from an answer of this list.")


def test_a_cursor_may_be_as_long_as_its_limit_and_not_longer() -> None:
    longest = encoded(json.dumps("x" * 898))
    assert len(longest) == MAX_CURSOR_LENGTH == 1200
    assert key_in(longest) == "x" * 898
    assert refusal_of(encoded(json.dumps("x" * 899)))[0] == "bad-cursor"


def test_a_key_may_have_as_many_bytes_as_its_limit_and_not_more() -> None:
    def written(key: str) -> str:
        return encoded(json.dumps(key, ensure_ascii=False))

    assert key_in(written("é" * 449)) == "é" * 449
    assert refusal_of(written("é" * 500))[0] == "bad-cursor"


def test_an_answer_with_items_names_the_next_page_if_there_is_one() -> None:
    mine = request(reads=PAGED)
    assert listing(mine, ("a", "b"), "b") == {"items": ["a", "b"], "next_cursor": cursor_of("b", list_of(mine))}
    assert listing(mine, [], None) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "path", [{}, {"course_id": "course-v1:A+B+D"}, {"course_id": "course-v1:A+B+C", "user_id": "7"}]
)
def test_a_cursor_of_another_list_is_refused(path: dict[str, str]) -> None:
    other = listing(request(path=path), ["a"], "a")["next_cursor"]
    mine = request(path={"course_id": "course-v1:A+B+C"}, query={"cursor": str(other)}, reads=PAGED)
    with pytest.raises(BadRequest) as refused:
        after(mine)
    assert refused.value.reason == "bad-cursor"


@pytest.mark.parametrize(
    "written", ['"7"', "[]", '["7"]', "{}", "null", '["list"]', '["list", 7]', '["list", "7", "8"]']
)
def test_a_text_without_the_name_of_the_list_is_no_cursor_of_the_list(written: str) -> None:
    with pytest.raises(BadRequest) as refused:
        key_in(encoded(written), "list")
    assert refused.value.reason == "bad-cursor"
    assert key_in(encoded('["list", "7"]'), "list") == "7"


def test_every_page_and_every_filter_of_a_list_take_the_same_cursors() -> None:
    asked = request(query={"limit": "7", "cursor": "x"}, reads=PAGED)
    assert list_of(asked) == list_of(request())


@pytest.mark.parametrize(
    ("count", "pages"),
    [(0, [[]]), (1, [[0]]), (2, [[0, 1]]), (3, [[0, 1], [2]]), (4, [[0, 1], [2, 3]]), (5, [[0, 1], [2, 3], [4]])],
)
def test_the_pages_of_a_short_list_have_each_item_once_and_end(count: int, pages: list[list[int]]) -> None:
    documents: list[Any] = list(range(count))
    read: list[Any] = []
    cursor: Any = None
    for _ in pages:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = page_of(documents, request(query=query, reads=PAGED))
        read.append(page["items"])
        cursor = page["next_cursor"]
    assert (read, cursor) == (pages, None)


@pytest.mark.parametrize("position", ["-1", "x", "1.0", str(MAX_POSITION + 1)])
def test_a_cursor_of_a_short_list_is_a_position_in_it(position: str) -> None:
    with pytest.raises(BadRequest) as refused:
        page_of([], request(query={"cursor": cursor_of(position, list_of(request())) or ""}, reads=PAGED))
    assert refused.value.reason == "bad-cursor"


def test_a_position_behind_the_end_of_a_short_list_has_an_empty_page() -> None:
    cursor = cursor_of(str(MAX_POSITION), list_of(request())) or ""
    assert page_of([{}], request(query={"cursor": cursor}, reads=PAGED)) == {"items": [], "next_cursor": None}
