"""moto refuses what DynamoDB refuses: a read with a key that no item can have."""

from __future__ import annotations

from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.responses import DynamoHandler

MOST_BYTES = {"pk": 2048, "sk": 1024}
"""Constraints.html in DynamoDB's developer guide."""


def make_strict() -> None:
    """Check the keys of every BatchGetItem, the only call that reads items by key."""
    answer = DynamoHandler.batch_get_item

    def checked(handler: Any) -> Any:
        for table in handler.body["RequestItems"].values():
            for key in table["Keys"]:
                _check(key)
        return answer(handler)

    DynamoHandler.batch_get_item = checked  # type: ignore[method-assign]


def _check(key: dict[str, dict[str, str]]) -> None:
    for name, most in MOST_BYTES.items():
        if not 0 < len(key[name]["S"].encode()) <= most:
            raise MockValidationException(f"One or more parameter values were invalid: the size of {name}")
