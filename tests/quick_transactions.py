"""Faster transactions for moto, which copies the whole table for each entry: only items of the entries are copied.

A failed transaction is still undone. moto must answer one call at a time.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


class _Copies:
    """Replaces the module `copy` in moto. It has the keys of the present transaction."""

    def __init__(self) -> None:
        self._keys: list[dict[str, Any]] = []
        self._made: dict[int, Table] = {}

    def begin(self, transact_items: list[dict[str, Any]]) -> None:
        self._keys = [entry.get("Key") or entry["Item"] for item in transact_items for entry in item.values()]
        self._made = {}

    def deepcopy(self, value: Any) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in self._made:
            self._made[id(value)] = self._as_it_is(value)
        return self._made[id(value)]

    def copy(self, value: Any) -> Any:
        return copy.copy(value)

    def _as_it_is(self, table: Table) -> Table:
        """The present state of the table. Later changes by the transaction and the stream do not affect it."""
        made = copy.copy(table)
        made.items = kept = defaultdict(dict, table.items)  # type: ignore[assignment]
        for key in self._keys:
            partition, place = DynamoType(key["pk"]), DynamoType(key["sk"])
            if partition in table.items:
                if kept[partition] is table.items[partition]:
                    kept[partition] = dict(table.items[partition])
                if place in kept[partition]:
                    kept[partition][place] = copy.deepcopy(table.items[partition][place])
        if table.stream_shard:
            made.stream_shard = copy.copy(table.stream_shard)
            made.stream_shard.items = list(table.stream_shard.items)
        return made


def make_quick() -> None:
    """Use the faster transactions in the whole process from now on."""
    real, copies = DynamoDBBackend.transact_write_items, _Copies()

    def write(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        copies.begin(transact_items)
        real(backend, transact_items)

    DynamoDBBackend.transact_write_items = write  # type: ignore[method-assign]
    models.copy = copies  # type: ignore[attr-defined]
