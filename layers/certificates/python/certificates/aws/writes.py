"""All writes to the table: one entry, or several entries in a transaction.

An entry is one action of TransactWriteItems as DynamoDB writes it, `{"Put": {...}}`. Conditions and actions are
pynamodb's expressions over the models of items.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, Update

from certificates.aws.clients import dynamodb
from certificates.aws.item_model import Item
from certificates.aws.table import TABLE_NAME, Key
from certificates.aws.throttling import tries
from certificates.errors import Raced, Throttled

TransactItem = dict[str, Any]

MAX_ENTRIES = 100
"""Entries of one transaction (DynamoDB's limit)."""

_ATTEMPTS = 14
"""Tries of a throttled transaction: they take some seconds, less than the timeout of any caller."""

_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"})
"""Why DynamoDB cancels a transaction: it gives one reason for each entry."""

_ALONE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}


class FixedCondition(NamedTuple):
    """A condition in DynamoDB's form, for conditions that many entries have. pynamodb needs more time to write these
    again for each certificate than to write the rest of the transaction.
    """

    parts: dict[str, Any]

    def with_values(self, *values: str) -> FixedCondition:
        """The same condition with other values, in the condition's order and in DynamoDB's form."""
        before = self.parts["ExpressionAttributeValues"]
        bound = {
            place: dict.fromkeys(typed, value) for (place, typed), value in zip(before.items(), values, strict=True)
        }
        return FixedCondition({**self.parts, "ExpressionAttributeValues": bound})


def fixed(condition: Condition) -> FixedCondition:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    return FixedCondition(_parts(condition.serialize(names, values), names, values))


def put(item: Item, condition: Condition | FixedCondition | None = None) -> TransactItem:
    """Write a whole item."""
    return {"Put": _conditional({"Item": item.raw()}, condition)}


def update(key: Key, actions: Iterable[Action], condition: Condition | None = None) -> TransactItem:
    """Change some attributes of an item. A missing item is made."""
    return {"Update": _expressed({"Key": _raw(key)}, condition, Update(*actions))}


def delete(key: Key, condition: Condition | None = None) -> TransactItem:
    return {"Delete": _expressed({"Key": _raw(key)}, condition)}


def check(key: Key, condition: Condition | FixedCondition) -> TransactItem:
    """Writes nothing. The transaction fails unless this condition is true."""
    return {"ConditionCheck": _conditional({"Key": _raw(key)}, condition)}


def item_of(entry: TransactItem) -> Key:
    """The item that an entry is about."""
    ((_, values),) = entry.items()
    key = values.get("Key") or values["Item"]
    return key["pk"]["S"], key["sk"]["S"]


def transact(entries: Sequence[TransactItem]) -> None:
    """Write all of the entries, or nothing. No two of them may be about the same item.

    Raises Raced when a condition is false, or another transaction works on the same item. Raises Throttled when
    DynamoDB still throttles after _ATTEMPTS. DynamoDB then cancels the transaction, and botocore does not retry a
    cancelled transaction.
    """
    client: Any = dynamodb()
    for _ in tries(_ATTEMPTS):
        try:
            client.transact_write_items(TransactItems=entries)
        except client.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
            codes = set(reasons) - {"None"}
            if not codes or codes - _LOST - _THROTTLED:
                raise
            if codes & _LOST:
                raise Raced(_described(entries, reasons)) from error
        else:
            return
    raise Throttled(f"a transaction of {len(entries)} entries was cancelled {_ATTEMPTS} times")


def updated(entry: TransactItem) -> dict[str, Any]:
    """Write one update, and return the item after it. Raises as `write_one` does."""
    return write_one({"Update": {**entry["Update"], "ReturnValues": "ALL_NEW"}})


def write_one(entry: TransactItem) -> dict[str, Any]:
    """Write one entry, and return the values that it asks for (without `ReturnValues`: none).

    Raises Raced when its condition is false, and Throttled as `transact` does.
    """
    client = dynamodb()
    ((action, values),) = entry.items()
    call = getattr(client, _ALONE[action])
    for _ in tries(_ATTEMPTS):
        try:
            answer = call(**values)
        except client.exceptions.ConditionalCheckFailedException as error:
            raise Raced(_described([entry], ["ConditionalCheckFailed"])) from error
        except client.exceptions.TransactionConflictException:
            # A transaction works on the item. The condition may be true after it.
            continue
        else:
            attributes: dict[str, Any] = answer.get("Attributes", {})
            return attributes
    raise Throttled(f"{action} met with transactions {_ATTEMPTS} times")


def _conditional(values: TransactItem, condition: Condition | FixedCondition | None) -> TransactItem:
    if isinstance(condition, FixedCondition):
        return {"TableName": TABLE_NAME, **values, **condition.parts}
    return _expressed(values, condition)


def _expressed(values: TransactItem, condition: Condition | None, changes: Update | None = None) -> TransactItem:
    """The values of an entry, with its expressions and their placeholders."""
    names: dict[str, str] = {}
    bound: dict[str, Any] = {}
    entry = {"TableName": TABLE_NAME, **values}
    if changes is not None:
        entry["UpdateExpression"] = changes.serialize(names, bound)
    expression = condition.serialize(names, bound) if condition is not None else ""
    return entry | _parts(expression, names, bound)


def _parts(condition: str, names: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
    """The condition of an entry, and the placeholders of all its expressions."""
    parts: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
    if names:
        parts["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        parts["ExpressionAttributeValues"] = values
    return parts


def _raw(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _described(entries: Sequence[TransactItem], reasons: Sequence[str]) -> str:
    """The kinds of item that lost the race. Keys may hold e-mail addresses, so logs never get keys."""
    explained = zip(entries, reasons, strict=False)
    return ", ".join(f"{item_of(entry)[1].partition('#')[0]} {why}" for entry, why in explained if why != "None")
