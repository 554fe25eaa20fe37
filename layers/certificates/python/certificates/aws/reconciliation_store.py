"""The items of reconciliations: one at a time in a run, written step by step; and the differences they find."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from certificates.aws import writes
from certificates.aws.item_model import Item, LearnerInRunItem, TimeAttribute
from certificates.aws.listing_store import ListingStore
from certificates.aws.reads import get_items, newest_first
from certificates.aws.table import Key, RawItem, learner_key, run_key
from certificates.paging import Slice
from certificates.rules.reconciliation import Difference, DifferenceKind, Phase, Reconciliation, ReconciliationState

_LOCK = "RECONCILING"
_LIST = "RECONCILIATION#"
_DIFFERENCE = "DIFFERENCE"
_WITHOUT = "LMS-CERTIFICATE"
_ALL_READ = "LMS-CERTIFICATES"


class ReconciliationItem(Item):
    """`progress` has the state without `started_by`, which is replaced when this person is forgotten. `version` is the
    optimistic lock.
    """

    started_by = UnicodeAttribute()
    progress = JSONAttribute()
    version = NumberAttribute()


class ReconcilingItem(Item):
    """The present reconciliation of a run."""

    reconciliation_id = UnicodeAttribute()


class DifferenceItem(LearnerInRunItem):
    """`since`: the kinds of difference, each with the time when it was first found."""

    since = JSONAttribute()


class WithoutCertificateItem(LearnerInRunItem):
    """The LMS was asked, and has issued no certificate. `passing`: the learner passed at that time."""

    passing = BooleanAttribute()
    asked_at = TimeAttribute()


class CertificatesReadItem(Item):
    """All of the LMS's own certificates of a run were imported."""

    read_at = TimeAttribute()


class ReconciliationStore:
    def begin(self, begun: Reconciliation) -> None:
        """Write a new reconciliation. Raises Raced when the run has one at work."""
        lock = ReconcilingItem(pk=run_key(begun.course_id), sk=_LOCK, reconciliation_id=begun.reconciliation_id)
        writes.transact([writes.put(_item(begun)), writes.put(lock, ReconcilingItem.pk.does_not_exist())])

    def reconciliation(self, course_id: str, reconciliation_id: str) -> Reconciliation | None:
        found = get_items([(run_key(course_id), f"{_LIST}{reconciliation_id}")])
        return next(map(_value, found.values()), None)

    def running(self, course_id: str) -> Reconciliation | None:
        """The reconciliation at work in the run."""
        found = get_items([(run_key(course_id), _LOCK)])
        for raw in found.values():
            return self.reconciliation(course_id, ReconcilingItem.read(raw).reconciliation_id)
        return None

    def reconciliations(self, course_id: str, *, limit: int, after: str | None = None) -> Slice[Reconciliation]:
        """Every reconciliation of a run, newest first, `after` a reconciliation."""
        found = newest_first(ReconciliationItem, run_key(course_id), _LIST, limit=limit, after=after)
        return Slice(list(map(_value, found.items)), found.next_after)

    def move(self, before: Reconciliation, after: Reconciliation, now: datetime) -> Reconciliation:
        """Write a step. After the last step, another reconciliation can begin. Raises Raced when another delivery was
        faster."""
        moved = dataclasses.replace(after, version=before.version + 1, moved_at=now)
        unchanged = (ReconciliationItem.version == before.version) & (
            ReconciliationItem.started_by == before.started_by
        )
        written = writes.put(_item(moved), unchanged)
        if moved.state is ReconciliationState.RUNNING:
            writes.write_one(written)
        else:
            ours = ReconcilingItem.reconciliation_id == moved.reconciliation_id
            writes.transact([written, writes.delete((run_key(moved.course_id), _LOCK), ours)])
        return moved

    def note_differences(self, course_id: str, found: Mapping[str, frozenset[DifferenceKind]], *, at: datetime) -> int:
        """Write the differences of these learners, and remove those that ended. Returns the number of learners who
        differ."""
        keys: dict[Key, str] = {(learner_key(course_id, user_id), _DIFFERENCE): user_id for user_id in found}
        known = {keys[key]: dict(DifferenceItem.read(raw).since) for key, raw in get_items(keys).items()}
        for user_id, kinds in found.items():
            before = known.get(user_id)
            since = {kind.value: (before or {}).get(kind.value, at.isoformat()) for kind in sorted(kinds)}
            if since and since != before:
                writes.write_one(writes.put(DifferenceItem.at(course_id, user_id, _DIFFERENCE, since=since)))
            elif not since and before is not None:
                writes.write_one(writes.delete((learner_key(course_id, user_id), _DIFFERENCE)))
        return sum(1 for kinds in found.values() if kinds)

    def note_without_certificate(self, course_id: str, user_id: str, *, passes: bool, at: datetime) -> None:
        """Remember that the LMS has issued no certificate to this learner, so as not to ask every night."""
        item = WithoutCertificateItem.at(course_id, user_id, _WITHOUT, passing=passes, asked_at=at)
        writes.write_one(writes.put(item))

    def note_certificates_read(self, course_id: str, *, at: datetime) -> None:
        """Remember that all of the LMS's own certificates of this run were imported."""
        writes.write_one(writes.put(CertificatesReadItem(pk=run_key(course_id), sk=_ALL_READ, read_at=at)))

    def was_asked_about(self, course_id: str, user_id: str) -> bool:
        """Whether the LMS was asked for its own certificate of this learner, or of all learners of the run."""
        return bool(get_items([(learner_key(course_id, user_id), _WITHOUT), (run_key(course_id), _ALL_READ)]))

    def without_certificate(self, course_id: str) -> dict[str, bool]:
        """Ids of learners without a certificate of the LMS when it was asked, and whether they passed then."""
        listed = ListingStore().walk(course_id, _WITHOUT, attributes=["passing"])
        return {entry.user_id: bool(entry.raw.get("passing", {}).get("BOOL")) for entry in listed}

    def differences(self, course_id: str, *, limit: int, after: str | None = None) -> Slice[Difference]:
        """Learners who differ, in the order of the listing, `after` the position of a learner."""
        listed = []
        for entry in ListingStore().walk(
            course_id, _DIFFERENCE, after=after, attributes=["since"], page_size=limit + 1
        ):
            listed.append(entry)
            if len(listed) > limit:
                break
        shown = [Difference(entry.user_id, _since(entry.raw)) for entry in listed[:limit]]
        return Slice(shown, listed[limit - 1].place if len(listed) > limit else None)


def _since(raw: RawItem) -> dict[str, datetime]:
    values: dict[str, str] = dict(DifferenceItem.read(raw).since)
    return {kind: datetime.fromisoformat(text) for kind, text in values.items()}


def _item(value: Reconciliation) -> ReconciliationItem:
    return ReconciliationItem(
        pk=run_key(value.course_id),
        sk=f"{_LIST}{value.reconciliation_id}",
        started_by=value.started_by,
        progress={name: _stored(part) for name, part in _fields(value)},
        version=value.version,
    )


def _fields(value: Reconciliation) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(value):
        if field.name not in {"started_by", "version"}:
            yield field.name, getattr(value, field.name)


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


_TIMES = ("started_at", "moved_at", "finished_at", "until", "next_try_at")


def _value(raw: RawItem) -> Reconciliation:
    item = ReconciliationItem.read(raw)
    values: dict[str, Any] = dict(item.progress)
    times = {name: datetime.fromisoformat(values[name]) for name in _TIMES if values.get(name)}
    lists = {"not_listed": tuple(values.get("not_listed", ()))}
    kinds = {"state": ReconciliationState(values["state"]), "phase": Phase(values["phase"])}
    locked = {"started_by": item.started_by, "version": int(item.version)}
    return Reconciliation(**{**values, **times, **kinds, **lists, **locked})
