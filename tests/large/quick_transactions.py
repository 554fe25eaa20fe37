"""moto makes a deep copy of the whole table for each entry of a transaction. Here it copies only the items of the
transaction. A failed transaction is still undone, and transactions run one after another, as in DynamoDB.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any
from unittest.mock import patch

from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table


class _Copies:
    """Replaces the module `copy` for one transaction at a time."""

    def __init__(self) -> None:
        self.touched: set[str] = set()
        self._made: dict[int, Table] = {}

    def begin(self, transact_items: list[dict[str, Any]]) -> None:
        entries = [entry for item in transact_items for entry in item.values()]
        self.touched = {(entry.get("Key") or entry["Item"])["pk"]["S"] for entry in entries}
        self._made = {}

    def deepcopy(self, value: Any) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in self._made:
            self._made[id(value)] = self._shallow(value)
        return self._made[id(value)]

    def _shallow(self, table: Table) -> Table:
        made = copy.copy(table)
        kept: Any = defaultdict(dict, table.items)
        for key in self._touched_keys(table):
            kept[key] = copy.deepcopy(table.items[key])
        made.items = kept
        return made

    def _touched_keys(self, table: Table) -> list[Any]:
        from moto.dynamodb.models.dynamo_type import DynamoType

        return [key for pk in self.touched if (key := DynamoType({"S": pk})) in table.items]

    def copy(self, value: Any) -> Any:
        return copy.copy(value)


@contextmanager
def quick_transactions() -> Iterator[None]:
    real, lock, copies = DynamoDBBackend.transact_write_items, RLock(), _Copies()

    def one_by_one(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with lock:
            copies.begin(transact_items)
            real(backend, transact_items)

    with patch.object(DynamoDBBackend, "transact_write_items", one_by_one), patch.object(models, "copy", copies):
        yield
