"""What to remove from items when a learner is forgotten. Items have learners, actors, and texts that people wrote.
Every attribute of every item is listed here, or in `tests/unit/test_redaction.py` as one that never identifies a
person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from certificates.aws.table import TABLE_NAME, RawItem
from certificates.aws.writes import TransactItem
from certificates.rules.forgotten import FORGOTTEN_LEARNER
from certificates.rules.traces import Traces

OWN = {"name", "name_before", "name_after", "note", "attempted_print", "fields", "learner"}
"""Always emptied on the learner's own items."""

ACTORS = {
    *("actor", "added_by", "asked_by", "created_by", "invalidated_by", "revalidated_by", "saved_by", "started_by"),
    "uploaded_by",
}
"""Usernames of actors, on the items of any learner."""

FREE_TEXTS = {
    "note",
    "errors",
    "row_warnings",
    "problem",
    "object_key",
    "chosen_name",
    "usernames",
    "description",
    "tries",
}
"""Texts that people wrote or uploaded, on any item: mentions of the learner are removed."""

CALLERS = {"IDEMPOTENCY": "data", "SESSION": "username", "STAFF": "pk"}
"""Items that are removed whole if they belong to the learner: the beginning of the key, and the attribute that
identifies the person.

An answer that is kept for repeated calls is also removed if it mentions the learner.
"""

MAILS = "MAIL#"
"""Begins the sort keys of mails. Those to the learner are deleted."""

PASSED_OVER = {"DESIGN", "PROFILE", "FORGETTING", "JOB-RUNNING"}
"""By sort key: a run's own texts, and items that `forgetting_store` itself changes."""

ACTORS_ALONE = {"SETTINGS"}
"""By sort key: a run's own texts stay, and only actors go."""

_KEYS = {"pk", "sk"}
_REQUIRED = {"name"}
"""Set to an empty text; the others are removed."""

Value = Mapping[str, Any]


def redaction(raw: RawItem, user_id: str, traces: Traces) -> TransactItem | None:
    """The write that removes the learner from this item. None: the learner is not in it.

    The write fails if the attributes changed since they were read.
    """
    pk, sk = raw["pk"]["S"], raw["sk"]["S"]
    beginning, _, rest = pk.partition("#")
    if sk in PASSED_OVER:
        return None
    if beginning in CALLERS and _is_theirs(raw, CALLERS[beginning], rest, traces):
        return {"Delete": _expressed(raw, {CALLERS[beginning]: None})}
    if beginning in {"USERNAME", "EMAIL", "FORGOTTEN", *CALLERS}:
        return None
    about = raw.get("user_id", {}).get("S")
    own = (beginning == "RUN" and pk.endswith(f"#{user_id}")) or (beginning == "WEBHOOK" and about == user_id)
    if own and sk.startswith(MAILS):
        return {"Delete": _expressed(raw, {"state": None})}
    changes = dict(_changes(raw, traces, own=own))
    return {"Update": _expressed(raw, changes, is_update=True)} if changes else None


def is_running_call(raw: RawItem, traces: Traces) -> bool:
    """Whether this is the item of a call of the learner with an `Idempotency-Key`, before it has an answer."""
    beginning, _, rest = raw["pk"]["S"].partition("#")
    return beginning == "IDEMPOTENCY" and traces.is_actor(rest) and raw.get("status", {}).get("S") == "INPROGRESS"


def _is_theirs(raw: RawItem, attribute: str, rest: str, traces: Traces) -> bool:
    if attribute == "pk" or traces.is_actor(rest):
        return traces.is_actor(rest)
    value = raw.get(attribute, {}).get("S", "")
    return traces.is_actor(value) or traces.are_in(value)


def _changes(raw: RawItem, traces: Traces, *, own: bool) -> Iterator[tuple[str, Value | None]]:
    """Attributes to set. None: remove the attribute."""
    for name, value in raw.items():
        if name in ACTORS and traces.is_actor(value.get("S", "")):
            yield name, {"S": FORGOTTEN_LEARNER}
        elif raw["sk"]["S"] in ACTORS_ALONE:
            continue
        elif own and name in OWN:
            emptied: Value | None = {"S": ""} if name in _REQUIRED else None
            if value != emptied:
                yield name, emptied
        elif name in FREE_TEXTS and (after := without(value, traces)) != value:
            yield name, after
    if own and raw["sk"]["S"] == "ENROLLMENT" and raw.get("active", {}).get("BOOL"):
        yield "active", {"BOOL": False}


def without(value: Value, traces: Traces) -> Value | None:
    """An attribute's value without mentions of the learner. None: a set has no value left."""
    ((kind, inner),) = value.items()
    if kind == "S":
        return {"S": traces.without(inner)}
    if kind == "SS":
        left = [member for member in inner if not traces.is_actor(member)]
        return {"SS": left} if left else None
    if kind == "L":
        return {"L": [without(member, traces) for member in inner]}
    if kind == "M":
        return {"M": {name: without(member, traces) for name, member in inner.items()}}
    return value


def _expressed(raw: RawItem, changes: Mapping[str, Value | None], *, is_update: bool = False) -> dict[str, Any]:
    """The key of an item, the condition that these attributes did not change and, for an update, the changes."""
    names: dict[str, str] = {}
    values: dict[str, Value] = {}
    conditions, sets, removals = [], [], []
    for number, (name, after) in enumerate(changes.items()):
        names[f"#{number}"] = name
        if name in raw:
            values[f":was{number}"] = raw[name]
            conditions.append(f"#{number} = :was{number}")
        else:
            conditions.append(f"attribute_not_exists(#{number})")
        if after is None:
            removals.append(f"#{number}")
        else:
            values[f":now{number}"] = after
            sets.append(f"#{number} = :now{number}")
    entry: dict[str, Any] = {"TableName": TABLE_NAME, "Key": {name: raw[name] for name in _KEYS}}
    if conditions:
        entry["ConditionExpression"] = " AND ".join(conditions)
    if is_update:
        parts = [f"SET {', '.join(sets)}"] if sets else []
        entry["UpdateExpression"] = " ".join([*parts, *([f"REMOVE {', '.join(removals)}"] if removals else [])])
    # DynamoDB refuses an empty map.
    filled = {"ExpressionAttributeValues": values} if values else {}
    return {**entry, "ExpressionAttributeNames": names, **filled}
