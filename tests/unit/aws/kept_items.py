"""The table of a store under test: items by key, and what is written to it."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest

from certificates.aws import writes
from certificates.aws.table import Key
from certificates.errors import Raced


class KeptItems:
    """Notes the writes, and does none of them. `races` is how many of the next writes lose their race."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
        self.items: dict[Key, Any] = {}
        self.written: list[Any] = []
        self.queries: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.races = 0
        monkeypatch.setattr(module, "get_items", self._get_items, raising=False)
        monkeypatch.setattr(module, "query", self._query, raising=False)
        monkeypatch.setattr(writes, "write_one", self._write)
        monkeypatch.setattr(writes, "transact", self._write)

    def add(self, *items: Any) -> None:
        for raw in (item.raw() for item in items):
            self.items[raw["pk"]["S"], raw["sk"]["S"]] = raw

    def _get_items(self, keys: Iterable[Key]) -> dict[Key, Any]:
        return {key: self.items[key] for key in keys if key in self.items}

    def _query(self, condition: Any, **how: Any) -> list[Any]:
        """Every item: a test has only items that the query finds."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        text = condition.serialize(names, values)
        for name, placeholder in names.items():
            text = text.replace(placeholder, name)
        self.queries.append((text, {place: value["S"] for place, value in values.items()}, how))
        return list(self.items.values())

    def _write(self, entry: Any) -> dict[str, Any]:
        self.written.append(entry)
        if self.races:
            self.races -= 1
            raise Raced
        return {}
