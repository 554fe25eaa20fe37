"""The learners of one part of a run, for the report, as a stream. They come from the index, which has whole items and
is behind the table mostly by milliseconds. A report never shows one exact moment. Reading each learner's five items
from the table costs four times the read units: half a million for 100,000 learners, more than a young table gives
within a request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice

from certificates.aws.certificate_items import in_run
from certificates.aws.learner_store import LearnerStore
from certificates.aws.listing_store import Listed, ListingStore
from certificates.aws.reads import MAX_KEYS
from certificates.aws.table import RawItem
from certificates.rules.model import Attempt, Certificate, Enrollment, ExceptionEntry, Invalidation, Learner

_KINDS = ("ENROLLMENT", "CERTIFICATE", "EXCEPTION", "INVALIDATION")

_SHOWN = (
    *("mode", "active", "grade", "outcome", "reason", "attempted_at", "attempted_in"),
    *("status", "verify_uuid", "name", "issued_on", "revision", "modified_at", "imported_at"),
    *("note", "added_by", "added_at"),
    *("invalidated_by", "invalidated_at", "revalidated_by", "revalidated_at"),
)
"""The attributes in a report; others are not fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerInReport:
    """One learner in the run, with the values of a report."""

    learner: Learner
    enrollment: Enrollment | None
    certificate: Certificate | None
    exception: ExceptionEntry | None
    invalidation: Invalidation | None
    last_attempt: Attempt | None


def learners_in_report(course_id: str, shard: int) -> Iterator[LearnerInReport]:
    """Every learner of a shard, in the order of ids, without learners whose profile is missing."""
    items_by_learner = _items_by_learner(course_id, shard)
    while together := list(islice(items_by_learner, MAX_KEYS)):
        learners = LearnerStore().learners(user_id for user_id, _ in together)
        for user_id, parts in together:
            if user_id in learners:
                yield LearnerInReport(learner=learners[user_id], **in_run(parts))


def _items_by_learner(course_id: str, shard: int) -> Iterator[tuple[str, dict[str, RawItem]]]:
    """The items of each learner, by kind. Each kind is listed by learner, and the lists are merged."""
    listed = merge(*(_of_kind(course_id, shard, kind) for kind in _KINDS), key=_user_id)
    for user_id, entries in groupby(listed, key=_user_id):
        yield user_id, {entry.key[1]: entry.raw for entry in entries}


def _of_kind(course_id: str, shard: int, kind: str) -> Iterator[Listed]:
    for entry in ListingStore().shard(course_id, shard, kind, attributes=_SHOWN):
        # Earlier invalidations are in the same list as the latest ones, under their times.
        if entry.key[1] == kind:
            yield entry


def _user_id(entry: Listed) -> str:
    return entry.user_id
