"""Writes what the LMS reports about learners: the newest of each part stays, in whatever order reports come."""

from __future__ import annotations

import random
import time as clock
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from certificates.aws.pointers import Action, careful_actions, hopeful_actions
from certificates.aws.reads import Key, get_items
from certificates.aws.record_parts import (
    VERDICT_TIMES,
    Comparison,
    Effect,
    Raw,
    compare,
    enrollment_parts,
    first,
    learner_parts,
    time,
)
from certificates.aws.table import Item, connection, learner_key, shard_key, shard_of
from certificates.errors import Raced
from certificates.paging import batched
from certificates.rules.lms_report import Report

MAX_ACTIONS = 100
"""Actions in one TransactWriteItems (DynamoDB's limit)."""

CHUNK = 50
"""Reports read together: two items each fill one BatchGetItem."""

_ATTEMPTS = 8
_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Why a transaction may be cancelled and is worth another look at what is recorded."""

Pointers = Callable[[Report, Raw | None], Iterable[Action]]


@dataclass(slots=True)
class _Batch:
    """Actions of several reports that fit into one transaction: no two of them touch the same item."""

    positions: list[int] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    keys: set[Key] = field(default_factory=set)

    def has_room_for(self, actions: list[Action]) -> bool:
        return len(self.actions) + len(actions) <= MAX_ACTIONS and self.keys.isdisjoint(map(_key, actions))

    def add(self, position: int, actions: list[Action]) -> None:
        self.positions.append(position)
        self.actions.extend(actions)
        self.keys.update(map(_key, actions))


@dataclass(frozen=True, slots=True)
class RecordsStore:
    """`workers` is how many chunks are on their way to DynamoDB at once."""

    workers: int = 8

    def apply(self, reports: Sequence[Report]) -> list[Effect]:
        """Record the reports, of which no two may be about the same learner, and say what each came to.

        Reports are written up to 100 actions a transaction; those of a transaction that is cancelled (somebody else
        wrote meanwhile, or holds a username or e-mail that a report claims) are written each alone.
        """
        connection()
        chunks = list(batched(reports, CHUNK))
        if len(chunks) <= 1 or self.workers == 1:
            return [effect for chunk in chunks for effect in _apply_chunk(chunk)]
        with ThreadPoolExecutor(self.workers) as pool:
            return [effect for effects in pool.map(_apply_chunk, chunks) for effect in effects]


def _apply_chunk(reports: Sequence[Report]) -> list[Effect]:
    found = get_items(key for report in reports for key in _keys(report))
    effects: list[Effect] = []
    batches: list[_Batch] = [_Batch()]
    alone: list[int] = []
    for position, report in enumerate(reports):
        effect, actions = _plan(report, found, hopeful_actions)
        effects.append(effect)
        if not batches[-1].has_room_for(actions):
            batches.append(_Batch())
        batches[-1].add(position, actions)
    for batch in batches:
        if batch.actions and not _write(batch.actions):
            alone.extend(batch.positions)
    for position in alone:
        effects[position] = _apply_alone(reports[position])
    return effects


def _apply_alone(report: Report) -> Effect:
    """Read again, write again, until nobody came between. Raises Raced after _ATTEMPTS: the message is tried later."""
    for attempt in range(_ATTEMPTS):
        effect, actions = _plan(report, get_items(_keys(report)), careful_actions)
        if not actions or _write(actions):
            return effect
        clock.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise Raced(f"learner {report.user_id} kept being changed by others")


def _plan(report: Report, found: dict[Key, Raw], pointers: Pointers) -> tuple[Effect, list[Action]]:
    """What a report comes to beside what is recorded, and what there is to write for it."""
    at, actions = time(report), []
    learner, enrollment = found.get(_learner(report)), found.get(_enrollment(report))
    of_learner = compare(learner_parts(report, learner), learner, at)
    of_enrollment = compare(enrollment_parts(report, enrollment), enrollment, at)
    if of_learner.newer:
        actions.append(_update(_learner(report), of_learner, learner, at, {"user_id": {"S": report.user_id}}))
    if any(part.at == "profiled_at" for part in of_learner.newer):
        actions.extend(pointers(report, learner))
    if of_enrollment.newer:
        actions.append(_update(_enrollment(report), of_enrollment, enrollment, at, _listing(report)))
    return first({of_learner.effect, of_enrollment.effect}), actions


def _update(key: Key, comparison: Comparison, recorded: Raw | None, at: Raw, always: Raw) -> Action:
    """Set the newer parts, on condition that their times are still the ones they were compared with."""
    names: dict[str, str] = {}
    values: Raw = {}
    sets, removes, conditions = [], [], []

    def name(attribute: str) -> str:
        return names.setdefault(attribute, f"#{len(names)}")

    def value(raw: Raw) -> str:
        values[f":{len(values)}"] = raw
        return f":{len(values) - 1}"

    changes = {**always, **{part.at: part.said or at for part in comparison.newer}}
    compared = {part.at for part in comparison.newer}
    if compared & VERDICT_TIMES:
        # Which grade a verdict was given with follows from all three of them.
        compared |= VERDICT_TIMES
    for part in comparison.newer:
        changes.update(part.values)
    for said in sorted(compared):
        known = (recorded or {}).get(said)
        condition = f"attribute_not_exists({name(said)})" if known is None else f"{name(said)} = {value(known)}"
        conditions.append(condition)
    for attribute, raw in changes.items():
        if raw is None:
            removes.append(name(attribute))
        else:
            sets.append(f"{name(attribute)} = {value(raw)}")
    if key[1] == "PROFILE":
        # Every reader may count on a name and an e-mail being there, even before the LMS has told them.
        for attribute in sorted({"name", "email"} - changes.keys()):
            sets.append(f"{name(attribute)} = if_not_exists({name(attribute)}, {value({'S': ''})})")
    expression = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removes)}" if removes else "")
    return {
        "Update": {
            "TableName": Item.Meta.table_name,
            "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            "UpdateExpression": expression,
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": {placeholder: attribute for attribute, placeholder in names.items()},
            "ExpressionAttributeValues": values,
        }
    }


def _write(actions: list[Action]) -> bool:
    """All of it, or nothing and False when a condition does not hold any more."""
    client: Any = connection().connection.client
    try:
        client.transact_write_items(TransactItems=actions)
    except client.exceptions.TransactionCanceledException as error:
        codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
        if codes - _LOST - {"None", None}:
            raise
        return False
    return True


def _keys(report: Report) -> Iterator[Key]:
    yield _learner(report)
    if report.course_id is not None:
        yield _enrollment(report)


def _learner(report: Report) -> Key:
    return f"LEARNER#{report.user_id}", "PROFILE"


def _enrollment(report: Report) -> Key:
    return learner_key(report.course_id or "", report.user_id), "ENROLLMENT"


def _listing(report: Report) -> Raw:
    """What every item of a learner in a run carries, see `table.LearnerInRunItem.at`."""
    course_id = report.course_id or ""
    return {
        "course_id": {"S": course_id},
        "user_id": {"S": report.user_id},
        "holder": {"S": report.user_id},
        "shard": {"S": shard_key(course_id, shard_of(report.user_id))},
        "shard_entry": {"S": f"ENROLLMENT#{report.user_id}"},
    }


def _key(action: Action) -> Key:
    ((_, written),) = action.items()
    key = written.get("Key") or written["Item"]
    return key["pk"]["S"], key["sk"]["S"]
