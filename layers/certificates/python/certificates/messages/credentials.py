"""Messages about the signed lists of credentials, and about the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from certificates.messages.versions import Wire, of_known_version, versioned


class ChangedLists(NamedTuple):
    """To `status_lists`, from `document_removal`, which reads the table's stream: bits of these lists have changed."""

    list_ids: tuple[str, ...]

    def to_json(self) -> Wire:
        return versioned({"changed": list(self.list_ids)})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ChangedLists:
        return cls(tuple(of_known_version(message, cls.__name__)["changed"]))


class ListsToSign(NamedTuple):
    """To `status_lists`, from the template's schedule: sign every status list again, before the signatures expire."""

    def to_json(self) -> Wire:
        return versioned({"sign": "all"})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> ListsToSign:
        of_known_version(message, cls.__name__)
        return cls()


class KeysToRotate(NamedTuple):
    """To `status_lists`, from an operator: sign with new keys from now on."""

    def to_json(self) -> Wire:
        return versioned({"rotate": "keys"})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> KeysToRotate:
        of_known_version(message, cls.__name__)
        return cls()
