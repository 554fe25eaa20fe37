"""Counts of a run's learners, kept with the run while they are new enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import JSONAttribute

from certificates.aws import writes
from certificates.aws.reads import get_items
from certificates.aws.table import Item, Key, TimeAttribute, run_key


class CountsItem(Item):
    counted = JSONAttribute()
    counted_at = TimeAttribute()


class Kept(NamedTuple):
    """`counted`: names and numbers, as `lists.kept_counts` writes them."""

    counted: Mapping[str, Any]
    counted_at: datetime


class CountStore:
    def counts(self, course_id: str) -> Kept | None:
        key = _key(course_id)
        raw = get_items([key]).get(key)
        if raw is None:
            return None
        item = CountsItem.read(raw)
        return Kept(item.counted, item.counted_at)

    def keep(self, course_id: str, kept: Kept) -> None:
        pk, sk = _key(course_id)
        writes.write_one(writes.put(CountsItem(pk=pk, sk=sk, counted=dict(kept.counted), counted_at=kept.counted_at)))


def _key(course_id: str) -> Key:
    return run_key(course_id), "COUNTS"
