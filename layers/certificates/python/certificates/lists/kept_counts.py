"""Counts for every view of a page: counted again only when the kept counts are too old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from certificates.aws.count_store import CountStore, Kept
from certificates.backend import Backend
from certificates.lists.counts import Counts, count_learners

KEPT_FOR = timedelta(seconds=60)


class RecentCounts(NamedTuple):
    counts: Counts
    counted_at: datetime


def recent_counts(course_id: str, *, changed_at: datetime | None, backend: Backend, now: datetime) -> RecentCounts:
    """Counts that are at most a minute old, and not older than `changed_at`, the caller's latest known change.

    Raises NotFound `unknown-course-run`.
    """
    kept = CountStore().counts([course_id]).get(course_id)
    oldest = max(now - KEPT_FOR, changed_at) if changed_at else now - KEPT_FOR
    if kept is not None and kept.counted_at > oldest:
        return RecentCounts(_read(kept.counted), kept.counted_at)
    return _counted(course_id, backend, now)


def counts_of_many(
    course_ids: Sequence[str], *, backend: Backend, now: datetime, out_of_time: Callable[[], bool]
) -> dict[str, RecentCounts]:
    """Counts by run. When the caller has no time left, earlier counts are returned, and some runs have none."""
    kept = CountStore().counts(course_ids)
    found = {course_id: RecentCounts(_read(each.counted), each.counted_at) for course_id, each in kept.items()}
    # Runs that were never counted come first: the others have earlier counts.
    due = [course_id for course_id in course_ids if course_id not in found]
    due += [course_id for course_id, each in found.items() if each.counted_at <= now - KEPT_FOR]
    for course_id in due:
        if out_of_time():
            break
        found[course_id] = _counted(course_id, backend, now)
    return found


def _counted(course_id: str, backend: Backend, now: datetime) -> RecentCounts:
    counts = count_learners(course_id, backend=backend, now=now)
    CountStore().keep(course_id, Kept(_written(counts), now))
    return RecentCounts(counts, now)


def _written(counts: Counts) -> Mapping[str, Any]:
    values = {each.name: getattr(counts, each.name) for each in fields(counts)}
    return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}


def _read(written: Mapping[str, Any]) -> Counts:
    """Unknown counts of another release are left out; missing counts are 0."""
    counts = Counts()
    for each in fields(Counts):
        if each.name in written:
            value = written[each.name]
            setattr(counts, each.name, Counter(value) if isinstance(value, Mapping) else value)
    return counts
