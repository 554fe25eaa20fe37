"""Writes: what DynamoDB gets, and what its answers mean for a caller."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from certificates.aws import throttling, writes
from certificates.aws.item_model import Item
from certificates.aws.table import TABLE_NAME
from certificates.aws.writes import check, delete, fixed, item_of, put, transact, update, updated, write_one
from certificates.errors import Raced, Throttled


class Thing(Item):
    colour = UnicodeAttribute(null=True)
    size = NumberAttribute(null=True)


KEY = ("THING#ada@example.org", "COLOUR#red")
RAW_KEY = {"pk": {"S": KEY[0]}, "sk": {"S": KEY[1]}}
THING = Thing(pk=KEY[0], sk=KEY[1], colour="red")
FREE = {"ConditionExpression": "attribute_not_exists (#0)", "ExpressionAttributeNames": {"#0": "pk"}}


def test_an_item_is_put_whole_with_or_without_a_condition() -> None:
    item = {"TableName": TABLE_NAME, "Item": {**RAW_KEY, "colour": {"S": "red"}}}
    assert put(THING) == {"Put": item}
    assert put(THING, Thing.pk.does_not_exist()) == {"Put": item | FREE}
    assert put(THING, fixed(Thing.pk.does_not_exist())) == {"Put": item | FREE}


def test_an_update_sets_and_removes_attributes_under_a_condition() -> None:
    actions = (Thing.colour.set("blue"), Thing.size.remove())
    changed = {"TableName": TABLE_NAME, "Key": RAW_KEY, "UpdateExpression": "SET #0 = :0 REMOVE #1"}
    assert update(KEY, actions) == {
        "Update": changed
        | {
            "ExpressionAttributeNames": {"#0": "colour", "#1": "size"},
            "ExpressionAttributeValues": {":0": {"S": "blue"}},
        }
    }
    assert update(KEY, actions, Thing.colour == "red") == {
        "Update": changed
        | {
            "ConditionExpression": "#0 = :1",
            "ExpressionAttributeNames": {"#0": "colour", "#1": "size"},
            "ExpressionAttributeValues": {":0": {"S": "blue"}, ":1": {"S": "red"}},
        }
    }


def test_a_deletion_and_a_check_have_a_key_and_a_condition() -> None:
    plain = {"TableName": TABLE_NAME, "Key": RAW_KEY}
    assert delete(KEY) == {"Delete": plain}
    assert delete(KEY, Thing.pk.does_not_exist()) == {"Delete": plain | FREE}
    assert check(KEY, Thing.pk.does_not_exist()) == {"ConditionCheck": plain | FREE}
    assert check(KEY, fixed(Thing.pk.does_not_exist())) == {"ConditionCheck": plain | FREE}


def test_a_fixed_condition_takes_other_values_in_its_order() -> None:
    condition = fixed((Thing.colour == "") & (Thing.size == 0))
    assert condition.parts["ExpressionAttributeValues"] == {":0": {"S": ""}, ":1": {"N": "0"}}
    bound = condition.with_values("red", "3")
    assert bound.parts == condition.parts | {"ExpressionAttributeValues": {":0": {"S": "red"}, ":1": {"N": "3"}}}
    assert condition.parts["ExpressionAttributeValues"] == {":0": {"S": ""}, ":1": {"N": "0"}}
    with pytest.raises(ValueError, match="zip"):
        condition.with_values("red")


@pytest.mark.parametrize("entry", [put(THING), update(KEY, ()), delete(KEY), check(KEY, Thing.pk.exists())])
def test_an_entry_is_about_one_item(entry: dict[str, Any]) -> None:
    assert item_of(entry) == KEY


class Cancelled(Exception):
    def __init__(self, *codes: str | None) -> None:
        super().__init__("cancelled")
        self.response = {"CancellationReasons": [{"Code": code} if code else {} for code in codes]} if codes else {}


class Failed(Exception):
    pass


class Conflicting(Exception):
    pass


class DynamoDb:
    """Answers each call with the next of `answers`: an error, or an answer. The last answer stays."""

    exceptions = SimpleNamespace(
        TransactionCanceledException=Cancelled,
        ConditionalCheckFailedException=Failed,
        TransactionConflictException=Conflicting,
    )

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**values: Any) -> Any:
            self.calls.append((name, values))
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(given, Exception):
                raise given
            return given

        return call


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Callable[..., DynamoDb]:
    monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)

    def answering(*answers: Any) -> DynamoDb:
        made = DynamoDb(*answers)
        monkeypatch.setattr(writes, "dynamodb", lambda: made)
        return made

    return answering


ENTRIES = [put(THING), delete(("THING#2", "SIZE"))]


def test_a_transaction_is_one_call_with_all_entries(dynamodb: Any) -> None:
    table = dynamodb({})
    transact(ENTRIES)
    assert table.calls == [("transact_write_items", {"TransactItems": ENTRIES})]


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (("ConditionalCheckFailed", "None"), "COLOUR ConditionalCheckFailed"),
        (("None", "ConditionalCheckFailed"), "SIZE ConditionalCheckFailed"),
        (("ConditionalCheckFailed",), "COLOUR ConditionalCheckFailed"),
        ((None, "TransactionConflict"), "SIZE TransactionConflict"),
        (
            ("TransactionConflict", "ConditionalCheckFailed"),
            "COLOUR TransactionConflict, SIZE ConditionalCheckFailed",
        ),
        (("ConditionalCheckFailed", "ThrottlingError"), "COLOUR ConditionalCheckFailed, SIZE ThrottlingError"),
    ],
)
def test_a_lost_transaction_names_the_kinds_of_its_items_and_no_key(
    dynamodb: Any, codes: tuple[str, ...], text: str
) -> None:
    table = dynamodb(Cancelled(*codes))
    with pytest.raises(Raced) as raced:
        transact(ENTRIES)
    assert str(raced.value) == text
    assert len(table.calls) == 1
    assert isinstance(raced.value.__cause__, Cancelled)


@pytest.mark.parametrize(
    "codes", [(), ("None", "None"), ("ValidationError", "None"), ("ConditionalCheckFailed", "ValidationError")]
)
def test_a_transaction_that_is_cancelled_for_another_reason_is_an_error(dynamodb: Any, codes: tuple[str, ...]) -> None:
    dynamodb(Cancelled(*codes))
    with pytest.raises(Cancelled):
        transact(ENTRIES)


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"])
def test_a_throttled_transaction_is_tried_again_and_in_the_end_refused(dynamodb: Any, code: str) -> None:
    table = dynamodb(Cancelled(code, "None"), Cancelled(code, "None"), {})
    transact(ENTRIES)
    assert len(table.calls) == 3
    table = dynamodb(Cancelled(code, "None"))
    with pytest.raises(Throttled, match=r"^a transaction of 2 entries was cancelled 14 times$"):
        transact(ENTRIES)
    assert len(table.calls) == 14


@pytest.mark.parametrize(
    ("entry", "call"),
    [(put(THING), "put_item"), (update(KEY, (Thing.size.set(1),)), "update_item"), (delete(KEY), "delete_item")],
)
def test_a_single_entry_is_one_call_of_its_kind(dynamodb: Any, entry: dict[str, Any], call: str) -> None:
    table = dynamodb({"Attributes": {"a": 1}})
    ((_, values),) = entry.items()
    assert write_one(entry) == {"a": 1}
    assert table.calls == [(call, values)]
    dynamodb({})
    assert write_one(entry) == {}


def test_an_update_can_return_the_item_after_it(dynamodb: Any) -> None:
    table = dynamodb({"Attributes": {"a": 1}})
    entry = update(KEY, (Thing.size.set(1),))
    assert updated(entry) == {"a": 1}
    assert table.calls == [("update_item", {**entry["Update"], "ReturnValues": "ALL_NEW"})]


def test_a_single_write_whose_condition_is_false_has_lost(dynamodb: Any) -> None:
    dynamodb(Failed())
    with pytest.raises(Raced, match=r"^COLOUR ConditionalCheckFailed$") as raced:
        write_one(put(THING))
    assert isinstance(raced.value.__cause__, Failed)


def test_a_single_write_waits_for_transactions_and_in_the_end_gives_up(dynamodb: Any) -> None:
    table = dynamodb(Conflicting(), Conflicting(), {"Attributes": {"a": 1}})
    assert write_one(put(THING)) == {"a": 1}
    assert len(table.calls) == 3
    table = dynamodb(Conflicting())
    with pytest.raises(Throttled, match=r"^Put met with transactions 14 times$"):
        write_one(put(THING))
    assert len(table.calls) == 14
