"""The EventBridge bus with changes of certificates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from certificates.aws.clients import events
from certificates.aws.throttling import tries
from certificates.errors import TurnedAway
from certificates.paging import batched

_EVENTS_PER_CALL = 10
"""Entries of one PutEvents (EventBridge's limit). Ten of ours are far below its limit of 256 KB."""

_ATTEMPTS = 5


class BusEvent(NamedTuple):
    type: str
    time: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeBus:
    name: str
    source: str

    def put(self, told: Sequence[BusEvent]) -> None:
        """Put events on the bus. Raises TurnedAway when EventBridge still refuses some: put all of them again."""
        for batch in batched(told, _EVENTS_PER_CALL):
            self._put([self._entry(event) for event in batch])

    def _put(self, entries: list[dict[str, Any]]) -> None:
        codes: set[str] = set()
        for _ in tries(_ATTEMPTS):
            answers = events().put_events(Entries=entries)["Entries"]
            turned_away = [answer.get("ErrorCode") for answer in answers]
            entries = [entry for entry, code in zip(entries, turned_away, strict=True) if code]
            if not entries:
                return
            codes = set(filter(None, turned_away))
        raise TurnedAway(f"{len(entries)} events were turned away by the bus", ", ".join(sorted(codes)))

    def _entry(self, event: BusEvent) -> dict[str, Any]:
        return {
            "EventBusName": self.name,
            "Source": self.source,
            "DetailType": event.type,
            "Time": event.time,
            "Detail": json.dumps(event.detail, ensure_ascii=False),
        }
