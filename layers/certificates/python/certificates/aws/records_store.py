"""Writes updates from the LMS about learners. The newest value of each part stays, in any order of updates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.item_model import Item
from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.pointers import careful_entries, hopeful_entries
from certificates.aws.reads import get_items
from certificates.aws.record_parts import (
    VERDICT_TIMES,
    Comparison,
    Effect,
    compare,
    enrollment_parts,
    first,
    learner_parts,
)
from certificates.aws.table import Key, RawItem, learner_key, profile_key, shard_key, shard_of
from certificates.aws.throttling import tries
from certificates.aws.writes import MAX_ENTRIES, TransactItem, item_of, transact
from certificates.errors import Raced
from certificates.paging import batched
from certificates.rules.lms_update import LmsUpdate

CHUNK = 50
"""Updates read together: with two items each, they fill one BatchGetItem."""

_ATTEMPTS = 8

Pointers = Callable[[LmsUpdate, LearnerItem | None], Iterable[TransactItem]]


@dataclass(slots=True)
class _Batch:
    """Entries of several updates that fit into one transaction: no two of them touch the same item."""

    positions: list[int] = field(default_factory=list)
    entries: list[TransactItem] = field(default_factory=list)
    keys: set[Key] = field(default_factory=set)

    def has_room_for(self, entries: list[TransactItem]) -> bool:
        return len(self.entries) + len(entries) <= MAX_ENTRIES and self.keys.isdisjoint(map(item_of, entries))

    def add(self, position: int, entries: list[TransactItem]) -> None:
        self.positions.append(position)
        self.entries.extend(entries)
        self.keys.update(map(item_of, entries))


class Written(NamedTuple):
    """What came of an update. `is_older`: a newer, different value was stored for a part of it, and stays."""

    effect: Effect
    is_older: bool = False


@dataclass(frozen=True, slots=True)
class RecordsStore:
    """`workers` is the number of parallel calls to DynamoDB."""

    workers: int = 8

    def apply(self, updates: Sequence[LmsUpdate]) -> list[Effect]:
        """As `write`. Returns the effects alone."""
        return [written.effect for written in self.write(updates)]

    def write(self, updates: Sequence[LmsUpdate]) -> list[Written]:
        """Write the updates, and return what came of each. No two updates may be about the same learner.

        Updates are written in transactions of up to 100 entries. A transaction loses a race when somebody else wrote
        in the meantime, or when another learner has a username or e-mail that an update claims. Its updates are then
        written one by one. Raises Raced when an update alone loses again and again, and Throttled.
        """
        chunks = list(batched(updates, CHUNK))
        if len(chunks) <= 1 or self.workers == 1:
            return [written for chunk in chunks for written in _write_chunk(chunk)]
        with ThreadPoolExecutor(self.workers) as pool:
            return [written for together in pool.map(_write_chunk, chunks) for written in together]


def _write_chunk(updates: Sequence[LmsUpdate]) -> list[Written]:
    found = get_items(key for update in updates for key in _keys(update))
    outcomes: list[Written] = []
    batches: list[_Batch] = [_Batch()]
    alone: list[int] = []
    for position, update in enumerate(updates):
        written, entries = _plan(update, found, hopeful_entries)
        outcomes.append(written)
        if not batches[-1].has_room_for(entries):
            batches.append(_Batch())
        batches[-1].add(position, entries)
    for batch in batches:
        if batch.entries and not _write(batch.entries):
            alone.extend(batch.positions)
    for position in alone:
        outcomes[position] = _write_alone(updates[position])
    return outcomes


def _write_alone(update: LmsUpdate) -> Written:
    """Read and write until no race is lost. Raises Raced after _ATTEMPTS: the message is delivered again."""
    for _ in tries(_ATTEMPTS):
        written, entries = _plan(update, get_items(_keys(update)), careful_entries)
        if not entries or _write(entries):
            return written
    raise Raced(f"learner {update.user_id} kept being changed by others")


def _write(entries: list[TransactItem]) -> bool:
    """Write all entries. Returns False, and writes nothing, when a condition is no longer true."""
    try:
        transact(entries)
    except Raced:
        return False
    return True


def _plan(update: LmsUpdate, found: Mapping[Key, RawItem], pointers: Pointers) -> tuple[Written, list[TransactItem]]:
    """What comes of an update, and the entries to write for it."""
    entries: list[TransactItem] = []
    learner_item, enrollment_item = found.get(profile_key(update.user_id)), found.get(_enrollment(update))
    learner = LearnerItem.read(learner_item) if learner_item is not None else None
    enrollment = EnrollmentItem.read(enrollment_item) if enrollment_item is not None else None
    if learner is not None and learner.forgotten_at is not None:
        return Written(Effect.UNCHANGED), []
    of_learner = compare(learner_parts(update, learner), learner, update.at)
    of_enrollment = compare(enrollment_parts(update, enrollment), enrollment, update.at)
    if of_learner.newer:
        actions = [LearnerItem.user_id.set(update.user_id), *_set_newer(LearnerItem, of_learner, update)]
        # Readers need a name and an e-mail, even before the LMS sent them.
        set_now = {name for part in of_learner.newer for name in part.values}
        actions += [spare for name, spare in _EMPTY.items() if name not in set_now]
        actions += _kept_for_forgetting(learner, of_learner)
        unchanged = _as_compared(LearnerItem, of_learner, learner) & LearnerItem.forgotten_at.does_not_exist()
        entries.append(writes.update(profile_key(update.user_id), actions, unchanged))
    if any(part.at == "profiled_at" for part in of_learner.newer):
        entries.extend(pointers(update, learner))
    if of_enrollment.newer:
        actions = [*_listing(update), *_set_newer(EnrollmentItem, of_enrollment, update)]
        unchanged = _as_compared(EnrollmentItem, of_enrollment, enrollment)
        entries.append(writes.update(_enrollment(update), actions, unchanged))
    effect = first({of_learner.effect, of_enrollment.effect})
    return Written(effect, of_learner.is_older or of_enrollment.is_older), entries


_EMPTY = {
    "name": LearnerItem.name.set(LearnerItem.name | ""),
    "email": LearnerItem.email.set(LearnerItem.email | ""),
}


_FORMER = (
    (LearnerItem.former_usernames, ("username",)),
    (LearnerItem.former_texts, ("email", "name", "spare_name")),
)
MOST_FORMER = 20
"""The most former usernames, and the most former e-mails and names, of a learner."""


def _kept_for_forgetting(stored: LearnerItem | None, comparison: Comparison) -> Iterator[Action]:
    """Keep the usernames, e-mails and names that the newer parts replace."""
    newer = {name: value for part in comparison.newer for name, value in part.values.items()}
    for attribute, names in _FORMER:
        before = {name: getattr(stored, name, None) for name in names if name in newer}
        replaced = {text for name, text in before.items() if text and text != newer[name]}
        known = getattr(stored, attribute.attr_name, None) or set()
        if replaced - known and len(known) < MOST_FORMER:
            yield attribute.add(replaced)


def _set_newer(kind: type[Item], comparison: Comparison, update: LmsUpdate) -> Iterator[Action]:
    """Set the newer parts and their times."""
    for part in comparison.newer:
        yield getattr(kind, part.at).set(part.time or update.at)
        for name, value in part.values.items():
            attribute = getattr(kind, name)
            yield attribute.remove() if value is None else attribute.set(value)


def _as_compared(kind: type[Item], comparison: Comparison, stored: Item | None) -> Condition:
    """The times of the newer parts are still the ones that they were compared with."""
    compared = {part.at for part in comparison.newer}
    if compared & VERDICT_TIMES:
        # The grade of a verdict follows from all three times.
        compared |= VERDICT_TIMES
    known = [(getattr(kind, at), getattr(stored, at, None)) for at in sorted(compared)]
    unchanged: Condition = reduce(and_, (at.does_not_exist() if time is None else at == time for at, time in known))
    return unchanged


def _keys(update: LmsUpdate) -> Iterator[Key]:
    yield profile_key(update.user_id)
    if update.course_id is not None:
        yield _enrollment(update)


def _enrollment(update: LmsUpdate) -> Key:
    return learner_key(update.course_id or "", update.user_id), "ENROLLMENT"


def _listing(update: LmsUpdate) -> list[Action]:
    """Attributes of every item of a learner in a run, see `item_model.LearnerInRunItem.at`."""
    course_id = update.course_id or ""
    return [
        EnrollmentItem.course_id.set(course_id),
        EnrollmentItem.user_id.set(update.user_id),
        EnrollmentItem.holder.set(update.user_id),
        EnrollmentItem.shard.set(shard_key(course_id, shard_of(update.user_id))),
        EnrollmentItem.shard_entry.set(f"ENROLLMENT#{update.user_id}"),
    ]
