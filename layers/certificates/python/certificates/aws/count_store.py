"""Counts of a run's learners, kept with the run while they are new enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import JSONAttribute

from certificates.aws import writes
from certificates.aws.item_model import Item, TimeAttribute
from certificates.aws.reads import get_items
from certificates.aws.table import Key, run_key


class CountsItem(Item):
    counted = JSONAttribute()
    counted_at = TimeAttribute()


class Kept(NamedTuple):
    """`counted` has names and numbers, in the form of `lists.kept_counts`."""

    counted: Mapping[str, Any]
    counted_at: datetime


class CountStore:
    def counts(self, course_ids: Iterable[str]) -> dict[str, Kept]:
        """The stored counts of these runs. A run that was never counted has none."""
        keys = {_key(course_id): course_id for course_id in course_ids}
        items = {keys[key]: CountsItem.read(raw) for key, raw in get_items(keys).items()}
        return {course_id: Kept(item.counted, item.counted_at) for course_id, item in items.items()}

    def keep(self, course_id: str, kept: Kept) -> None:
        pk, sk = _key(course_id)
        writes.write_one(writes.put(CountsItem(pk=pk, sk=sk, counted=dict(kept.counted), counted_at=kept.counted_at)))


def _key(course_id: str) -> Key:
    return run_key(course_id), "COUNTS"
