"""Reads: what DynamoDB is asked, and that no item is lost between pages, rounds and calls."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, ClassVar

import pytest

from certificates.aws import reads, throttling
from certificates.aws.item_model import ByShard, Item
from certificates.aws.reads import get_items, newest_first, query, query_page, scan_page, text
from certificates.aws.table import TABLE_NAME
from certificates.errors import Throttled, UnknownVersion
from certificates.paging import Slice


def key(name: str, sk: str = "A") -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": sk}}


class Table:
    """DynamoDB with an answer for each call. It notes what it is asked."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answer = answer

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        def call(**asked: Any) -> dict[str, Any]:
            # The caller goes on with the same dict.
            self.asked.append({"call": name, **asked})
            return self._answer(name, asked)

        return call


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Table]:
    monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)

    def answering(*answers: dict[str, Any] | Callable[[str, dict[str, Any]], dict[str, Any]]) -> Table:
        left = list(answers)

        def answer(name: str, asked: dict[str, Any]) -> dict[str, Any]:
            given = left.pop(0) if len(left) > 1 else left[0]
            return given(name, asked) if callable(given) else given

        made = Table(answer)
        monkeypatch.setattr(reads, "dynamodb", lambda: made)
        return made

    return answering


def all_of_them(name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Every item that is asked for exists."""
    return {"Responses": {TABLE_NAME: asked["RequestItems"][TABLE_NAME]["Keys"]}}


def test_items_are_read_consistently_by_their_keys(table: Any) -> None:
    made = table({"Responses": {TABLE_NAME: [key("b") | {"x": {"S": "1"}}]}})
    assert get_items([("a", "A"), ("b", "A"), ("a", "A")]) == {("b", "A"): key("b") | {"x": {"S": "1"}}}
    assert made.asked == [
        {
            "call": "batch_get_item",
            "RequestItems": {TABLE_NAME: {"Keys": [key("a"), key("b")], "ConsistentRead": True}},
        }
    ]


def test_no_key_asks_nothing(table: Any) -> None:
    made = table(all_of_them)
    assert get_items([]) == {}
    assert made.asked == []


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (100, 1), (101, 2), (900, 9)])
def test_a_call_has_at_most_100_keys(table: Any, count: int, calls: int) -> None:
    made = table(all_of_them)
    wanted = {(f"key {number}", "A") for number in range(count)}
    assert set(get_items(wanted)) == wanted
    assert len(made.asked) == calls
    assert max(len(asked["RequestItems"][TABLE_NAME]["Keys"]) for asked in made.asked) == min(count, 100)


class Pool:
    """Threads that work one after another."""

    sizes: ClassVar[list[int]] = []

    def __init__(self, size: int) -> None:
        self.sizes.append(size)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def map(self, function: Callable[..., None], *values: Iterable[Any]) -> list[None]:
        return [function(*each) for each in islice(zip(*values, strict=False), 100)]


@pytest.mark.parametrize(("count", "threads"), [(1, []), (100, []), (101, [2]), (800, [8]), (2000, [8])])
def test_several_calls_are_made_at_once_and_a_single_one_needs_no_thread(
    table: Any, monkeypatch: pytest.MonkeyPatch, count: int, threads: list[int]
) -> None:
    monkeypatch.setattr(concurrent.futures, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(Pool, "sizes", [])
    table(all_of_them)
    assert len(get_items((f"key {number}", "A") for number in range(count))) == count
    assert Pool.sizes == threads


def test_a_text_of_an_item_is_read_without_its_type() -> None:
    assert text({"mode": {"S": "verified"}}, "mode") == "verified"


@pytest.mark.parametrize(
    ("pk", "sk", "can_exist"),
    [
        ("a", "b", True),
        ("", "b", False),
        ("a", "", False),
        ("x" * 2048, "y" * 1024, True),
        ("x" * 2049, "b", False),
        ("a", "y" * 1025, False),
        ("é" * 1025, "b", False),
        ("\ud800", "b", False),
    ],
)
def test_a_key_that_dynamodb_refuses_belongs_to_no_item(table: Any, pk: str, sk: str, can_exist: bool) -> None:
    table(all_of_them)
    assert set(get_items([(pk, sk), ("other", "A")])) == {("other", "A")} | ({(pk, sk)} if can_exist else set())


def test_unprocessed_keys_are_asked_for_again(table: Any) -> None:
    unprocessed = {TABLE_NAME: {"Keys": [key("b")]}}
    made = table({"Responses": {TABLE_NAME: [key("a")]}, "UnprocessedKeys": unprocessed}, all_of_them)
    assert set(get_items([("a", "A"), ("b", "A")])) == {("a", "A"), ("b", "A")}
    assert [asked["RequestItems"][TABLE_NAME]["Keys"] for asked in made.asked] == [[key("a"), key("b")], [key("b")]]


def test_a_key_that_stays_unprocessed_is_no_missing_item(table: Any) -> None:
    made = table({"Responses": {}, "UnprocessedKeys": {TABLE_NAME: {"Keys": [key("a")]}}})
    with pytest.raises(Throttled, match=r"^1 keys stayed unprocessed after 8 rounds$"):
        get_items([("a", "A")])
    assert len(made.asked) == 8


NEWER = key("a") | {"form": {"N": "2"}}


def test_an_item_of_a_newer_form_is_refused_by_every_read(table: Any) -> None:
    table({"Responses": {TABLE_NAME: [NEWER]}, "Items": [NEWER]})
    every: list[Callable[[], object]] = [
        lambda: get_items([("a", "A")]),
        lambda: list(query(Item.pk == "a")),
        lambda: query_page(ByShard.shard == "a", index=ByShard, attributes=(), limit=1),
        lambda: scan_page(None),
    ]
    for read in every:
        with pytest.raises(UnknownVersion, match=r"^item \{'S': 'A'\} of form 2$"):
            read()
    table({"Items": [key("a") | {"form": {"N": "1"}}, key("b")]})
    assert [raw["pk"]["S"] for raw in query(Item.pk == "a")] == ["a", "b"]


ASKED = {
    "call": "query",
    "TableName": TABLE_NAME,
    "KeyConditionExpression": "#0 = :0",
    "ExpressionAttributeNames": {"#0": "pk"},
    "ExpressionAttributeValues": {":0": {"S": "a"}},
    "ScanIndexForward": True,
    "ConsistentRead": True,
}


def test_a_query_of_the_table_is_consistent_and_of_an_index_it_is_not(table: Any) -> None:
    made = table({"Items": []})
    assert list(query(Item.pk == "a")) == []
    assert list(query(Item.pk == "a", backwards=True, limit=3)) == []
    assert list(query(ByShard.shard == "a", index=ByShard, page_size=9, limit=3)) == []
    of_index = ASKED | {
        "ExpressionAttributeNames": {"#0": "shard"},
        "IndexName": "by_shard",
        "Limit": 9,
    }
    del of_index["ConsistentRead"]
    assert made.asked == [ASKED, ASKED | {"ScanIndexForward": False, "Limit": 3}, of_index]


def test_a_query_reads_the_named_attributes_and_the_form(table: Any) -> None:
    made = table({"Items": []})
    list(query(Item.pk == "a", attributes=("pk", "mode")))
    assert made.asked == [
        ASKED
        | {
            "ProjectionExpression": "#0, #1, #2",
            "ExpressionAttributeNames": {"#0": "pk", "#1": "mode", "#2": "form"},
        }
    ]


def pages(*counts: int) -> list[dict[str, Any]]:
    """Answers with so many items; all but the last say that more follow."""
    answers: list[dict[str, Any]] = []
    number = 0
    for place, count in enumerate(counts):
        items = [key("a", str(number + each)) for each in range(count)]
        number += count
        more = {"LastEvaluatedKey": key("a", f"page {place}")} if place < len(counts) - 1 else {}
        answers.append({"Items": items, **more})
    return answers


@pytest.mark.parametrize(
    ("counts", "limit", "found", "calls"),
    [
        ((2, 0, 1), None, 3, 3),
        ((2, 2, 2), 3, 3, 2),
        ((2, 2, 2), 4, 4, 2),
        ((2, 2), 9, 4, 2),
        ((2, 2), 1, 1, 1),
        ((2, 2), 2, 2, 1),
    ],
)
def test_a_query_goes_on_to_its_limit_or_to_the_end(
    table: Any, counts: tuple[int, ...], limit: int | None, found: int, calls: int
) -> None:
    made = table(*pages(*counts))
    assert [raw["sk"]["S"] for raw in query(Item.pk == "a", limit=limit)] == [str(number) for number in range(found)]
    starts = [asked.get("ExclusiveStartKey") for asked in made.asked]
    assert starts == [None, *(key("a", f"page {place}") for place in range(calls - 1))]


@pytest.mark.parametrize("more", [True, False])
def test_one_page_of_an_index_says_whether_more_may_follow(table: Any, more: bool) -> None:
    made = table({"Items": [key("a")], **({"LastEvaluatedKey": key("a")} if more else {})})
    assert query_page(ByShard.shard == "a", index=ByShard, attributes=("mode",), limit=7) == ([key("a")], more)
    (asked,) = made.asked
    assert (asked["Limit"], asked["IndexName"], asked["ScanIndexForward"]) == (7, "by_shard", True)
    assert asked["ProjectionExpression"] == "#1, #2"


class Newest:
    """A partition with items `JOB#1` to `JOB#5`, newest first, and one of another kind."""

    def __init__(self) -> None:
        self.ids = ["5", "4", "3", "2", "1"]
        self.most = 0
        self.bound: str | None = None

    def __call__(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["ScanIndexForward"] is False
        values = [value["S"] for value in asked["ExpressionAttributeValues"].values()]
        assert values[0] == "a"
        condition = asked["KeyConditionExpression"]
        if len(values) == 2:
            assert condition == "(#0 = :0 AND begins_with (#1, :1))"
            ids = self.ids
        else:
            assert condition == "(#0 = :0 AND #1 BETWEEN :1 AND :2)"
            self.bound = values[2]
            ids = [id for id in self.ids if f"JOB#{id}" <= self.bound]
        assert values[1] == "JOB#"
        self.most = asked["Limit"]
        return {"Items": [key("a", f"JOB#{id}") for id in ids[: asked["Limit"]]]}


@pytest.mark.parametrize(
    ("limit", "after", "ids", "last"),
    [
        (2, None, ["5", "4"], "4"),
        (2, "4", ["3", "2"], "2"),
        (2, "2", ["1"], None),
        (1, "2", ["1"], None),
        (5, None, ["5", "4", "3", "2", "1"], None),
        (4, None, ["5", "4", "3", "2"], "2"),
        (9, None, ["5", "4", "3", "2", "1"], None),
        (2, "35", ["3", "2"], "2"),
    ],
)
def test_the_pages_of_a_list_have_each_item_once_the_newest_first(
    table: Any, limit: int, after: str | None, ids: list[str], last: str | None
) -> None:
    partition = Newest()
    table(partition)
    found = newest_first(Item, "a", "JOB#", limit=limit, after=after)
    assert partition.most == limit + 2
    assert partition.bound == (f"JOB#{after}" if after else None)
    assert found == Slice([key("a", f"JOB#{id}") for id in ids], last)


def test_the_whole_table_is_read_page_by_page(table: Any) -> None:
    made = table({"Items": [key("a")], "LastEvaluatedKey": key("a")}, {"Items": [key("b")]})
    assert scan_page(None) == ([key("a")], ("a", "A"))
    assert scan_page(("a", "A")) == ([key("b")], None)
    whole = {"call": "scan", "TableName": TABLE_NAME, "ConsistentRead": True}
    assert made.asked == [whole, whole | {"ExclusiveStartKey": key("a")}]
