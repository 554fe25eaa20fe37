"""The EventBridge bus with changes of certificates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from certificates.aws.clients import events
from certificates.paging import batched

_EVENTS_PER_CALL = 10
"""Entries of one PutEvents (EventBridge's limit). Ten of ours are far below its limit of 256 KB."""


class BusEvent(NamedTuple):
    type: str
    time: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeBus:
    name: str
    source: str

    def put(self, told: Sequence[BusEvent]) -> None:
        """Put events on the bus. Raises OSError when EventBridge did not accept all: put them again."""
        for batch in batched(told, _EVENTS_PER_CALL):
            entries = [
                {
                    "EventBusName": self.name,
                    "Source": self.source,
                    "DetailType": event.type,
                    "Time": event.time,
                    "Detail": json.dumps(event.detail, ensure_ascii=False),
                }
                for event in batch
            ]
            answer = events().put_events(Entries=entries)
            if answer["FailedEntryCount"]:
                codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
                raise OSError(f"{answer['FailedEntryCount']} events were turned away by the bus: {', '.join(codes)}")
