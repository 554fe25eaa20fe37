"""Certificates that were issued before they are shown. Each has a waiting item, and its run has a mark.

The item of the certificate is written before the mark. The mark is removed a while after it was written, when all
certificates that waited under this mark are shown. A newer mark is never removed with an older one. So no crash and no
race loses a certificate. A mark that stays too long only costs a check.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from certificates.aws import writes
from certificates.aws.item_model import ByKind, Item, LearnerInRunItem, TimeAttribute
from certificates.aws.listing_store import ListingStore
from certificates.aws.reads import get_items, key_of, query
from certificates.aws.table import Key, learner_key, run_key
from certificates.errors import Raced

TO_BE_SHOWN = "TO-BE-SHOWN"
"""The sort key of both items, and the kind under which the index lists runs."""

INDEX_LAG = timedelta(minutes=1)
"""Longer than the delay of an index: after this time, a certificate that is not listed does not wait."""


class WaitingItem(LearnerInRunItem):
    """A certificate that waits to be shown, and is listed until then.

    `shown_at` and `revision` say when it was shown, and in which revision.
    """

    shown_at = TimeAttribute(null=True)
    revision = NumberAttribute(null=True)


class WaitingRunItem(Item):
    """`mark` changes each time a certificate of the run begins to wait. It is compared before the item is removed."""

    course_id = UnicodeAttribute()
    mark = UnicodeAttribute()
    marked_at = TimeAttribute()


@dataclass(frozen=True, slots=True)
class WaitingRun:
    course_id: str
    mark: str
    marked_at: datetime


class WaitingStore:
    def wait(self, revisions: Iterable[tuple[str, str, int]], now: datetime) -> None:
        """Make certificates (course id, user id, revision) wait if they do not wait yet, and were not shown in this
        revision."""
        waiting = list(revisions)
        for course_id, user_id, revision in waiting:
            item = WaitingItem.at(course_id, user_id, TO_BE_SHOWN)
            shown_before = WaitingItem.shown_at.exists() & (WaitingItem.revision < revision)
            with suppress(Raced):
                writes.write_one(writes.put(item, WaitingItem.pk.does_not_exist() | shown_before))
        for course_id in sorted({course_id for course_id, _, _ in waiting}):
            pk, sk = _run(course_id)
            mark = secrets.token_hex(8)
            run = WaitingRunItem(pk=pk, sk=sk, kind=TO_BE_SHOWN, course_id=course_id, mark=mark, marked_at=now)
            writes.write_one(writes.put(run))

    def runs(self) -> list[WaitingRun]:
        """The runs in which certificates may wait."""
        listed = query(ByKind.kind == TO_BE_SHOWN, index=ByKind)
        found = get_items(map(key_of, listed)).values()
        return [WaitingRun(item.course_id, item.mark, item.marked_at) for item in map(WaitingRunItem.read, found)]

    def learners(self, course_id: str) -> list[str]:
        """The ids of the learners of a run whose certificates wait."""
        return [entry.user_id for entry in ListingStore().walk(course_id, TO_BE_SHOWN)]

    def show(self, course_id: str, user_id: str, revision: int, now: datetime) -> bool:
        """Store that a certificate is shown in this revision. False: it no longer waits."""
        actions = [
            WaitingItem.shown_at.set(now),
            WaitingItem.revision.set(revision),
            WaitingItem.shard.remove(),
            WaitingItem.shard_entry.remove(),
        ]
        waits = WaitingItem.pk.exists() & WaitingItem.shown_at.does_not_exist()
        try:
            writes.write_one(writes.update((learner_key(course_id, user_id), TO_BE_SHOWN), actions, waits))
        except Raced:
            return False
        return True

    def stop(self, course_id: str, user_id: str) -> None:
        """Remove the waiting item of a certificate that is no longer valid."""
        with suppress(Raced):
            key = (learner_key(course_id, user_id), TO_BE_SHOWN)
            writes.write_one(writes.delete(key, WaitingItem.shown_at.does_not_exist()))

    def done(self, run: WaitingRun, now: datetime) -> None:
        """Remove the mark of a run: all certificates that waited when it was read are shown. A newer mark stays."""
        if now - run.marked_at < INDEX_LAG:
            return
        with suppress(Raced):
            writes.write_one(writes.delete(_run(run.course_id), WaitingRunItem.mark == run.mark))


def _run(course_id: str) -> Key:
    return run_key(course_id), TO_BE_SHOWN
