"""moto refuses what DynamoDB refuses: a read with a key that no item can have, a range that ends before it begins."""

from __future__ import annotations

import re
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.responses import DynamoHandler

MOST_BYTES = {"pk": 2048, "sk": 1024}
"""Constraints.html in DynamoDB's developer guide."""

_RANGE = re.compile(r"BETWEEN (:\w+) AND (:\w+)")


def make_strict() -> None:
    """Check the keys of every BatchGetItem, the only call that reads items by key, and the range of every Query."""
    answer, answer_query = DynamoHandler.batch_get_item, DynamoHandler.query

    def checked(handler: Any) -> Any:
        for table in handler.body["RequestItems"].values():
            for key in table["Keys"]:
                _check(key)
        return answer(handler)

    def checked_query(handler: Any) -> Any:
        check_range(handler.body["KeyConditionExpression"], handler.body["ExpressionAttributeValues"])
        return answer_query(handler)

    DynamoHandler.batch_get_item = checked  # type: ignore[method-assign]
    DynamoHandler.query = checked_query  # type: ignore[method-assign]


def check_range(condition: str, values: dict[str, dict[str, str]]) -> None:
    """Raises MockValidationException for a range of keys that ends before it begins."""
    for first, last in _RANGE.findall(condition):
        if values[first]["S"].encode() > values[last]["S"].encode():
            raise MockValidationException(
                "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal "
                f"to lower bound; lower bound operand: {values[first]}, upper bound operand: {values[last]}"
            )


def _check(key: dict[str, dict[str, str]]) -> None:
    for name, most in MOST_BYTES.items():
        if not 0 < len(key[name]["S"].encode()) <= most:
            raise MockValidationException(f"One or more parameter values were invalid: the size of {name}")
