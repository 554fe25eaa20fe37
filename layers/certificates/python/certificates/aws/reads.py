"""All reads of the table: items by key, and queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.indexes import Index

from certificates.aws.clients import dynamodb
from certificates.aws.item_model import Item
from certificates.aws.table import FORM, TABLE_NAME, Key, RawItem
from certificates.aws.throttling import tries
from certificates.errors import Throttled, UnknownVersion
from certificates.paging import Slice, batched

MAX_KEYS = 100
"""Keys in one BatchGetItem (DynamoDB's limit)."""

MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES = 2048, 1024
"""DynamoDB refuses a whole call for one longer key."""

_AT_ONCE = 8
"""Calls in parallel. More would not help: Python parses the answers one by one."""

_MAX_ROUNDS = 8


def key_of(raw: RawItem) -> Key:
    return raw["pk"]["S"], raw["sk"]["S"]


def text(raw: RawItem, attribute: str) -> str:
    """A text attribute that every such item has."""
    return str(raw[attribute]["S"])


def of_known_form(raw: dict[str, Any]) -> dict[str, Any]:
    """The item itself. Raises UnknownVersion if a newer release wrote it in a form that this release cannot read."""
    form = raw.get("form", {}).get("N", "1")
    if int(form) > FORM:
        raise UnknownVersion(f"item {raw.get('sk')} of form {form}")
    return raw


def get_items(keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """The items under these keys that exist, read consistently, 100 keys a call, a few calls at once.

    People send texts that become keys: ids in addresses, usernames. No item has a key that DynamoDB refuses.
    DynamoDB may return keys unprocessed when it throttles: these are asked for again, after growing pauses.
    Raises Throttled when keys stay unprocessed: a throttled item must not look like a missing item.
    """
    wanted = [key for key in dict.fromkeys(keys) if _can_exist(key)]
    found: dict[Key, dict[str, Any]] = {}
    pages = list(batched(wanted, MAX_KEYS))
    if len(pages) > 1:
        # A learner's own request fits in one call and needs no threads.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(len(pages), _AT_ONCE)) as pool:
            list(pool.map(_get_page, pages, repeat(found)))
    elif pages:
        _get_page(pages[0], found)
    return found


def _can_exist(key: Key) -> bool:
    try:
        pk, sk = (len(part.encode()) for part in key)
    except UnicodeEncodeError:
        # Half of a surrogate pair is no character.
        return False
    return 0 < pk <= MAX_PARTITION_KEY_BYTES and 0 < sk <= MAX_SORT_KEY_BYTES


def _get_page(keys: Sequence[Key], found: dict[Key, dict[str, Any]]) -> None:
    client = dynamodb()
    pending: list[dict[str, Any]] = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
    for _ in tries(_MAX_ROUNDS):
        answer = client.batch_get_item(RequestItems={TABLE_NAME: {"Keys": pending, "ConsistentRead": True}})
        for item in answer["Responses"].get(TABLE_NAME, []):
            found[key_of(item)] = of_known_form(item)
        unprocessed: dict[str, Any] = dict(answer.get("UnprocessedKeys", {}))
        pending = unprocessed.get(TABLE_NAME, {}).get("Keys", [])
        if not pending:
            return
    raise Throttled(f"{len(pending)} keys stayed unprocessed after {_MAX_ROUNDS} rounds")


def query(
    where: Condition,
    *,
    index: type[Index[Any]] | None = None,
    attributes: Iterable[str] = (),
    backwards: bool = False,
    limit: int | None = None,
    page_size: int | None = None,
) -> Iterator[RawItem]:
    """The items that a key condition finds, in the order of their sort keys, `limit` of them at most.

    The table is read consistently; an index is behind the table, mostly by milliseconds. With `attributes`, only
    these attributes of each item are read.
    """
    asked = _asked(where, index, attributes, backwards, page_size or limit)
    left = limit
    while True:
        answer = dynamodb().query(**asked)
        yield from map(of_known_form, answer["Items"][:left])
        if left is not None:
            left -= len(answer["Items"])
        if "LastEvaluatedKey" not in answer or (left is not None and left <= 0):
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def query_page(
    where: Condition, *, index: type[Index[Any]], attributes: Iterable[str], limit: int
) -> tuple[list[RawItem], bool]:
    """The first `limit` items of a query of the index, in one call, and whether more may follow."""
    answer = dynamodb().query(**_asked(where, index, attributes, False, limit))
    return list(map(of_known_form, answer["Items"])), "LastEvaluatedKey" in answer


def newest_first(item: type[Item], pk: str, prefix: str, *, limit: int, after: str | None) -> Slice[RawItem]:
    """A page of the items of one partition whose sort keys are the prefix and an id that grows with time.

    The page begins after the id `after`, and its end names the id of its last item.
    """
    beyond = item.sk.between(prefix, f"{prefix}{after}") if after else item.sk.startswith(prefix)
    found = query((item.pk == pk) & beyond, backwards=True, limit=limit + 2)
    # The item that the page begins after is in the answer, as its first.
    listed = [raw for raw in found if key_of(raw)[1] != f"{prefix}{after}"]
    last = key_of(listed[limit - 1])[1].removeprefix(prefix) if len(listed) > limit else None
    return Slice(listed[:limit], last)


def scan_page(after: Key | None) -> tuple[list[RawItem], Key | None]:
    """Some items of the whole table `after` this key, read consistently, and the last key: None at the end. Only for
    work that must see every item: the cost grows with the table.
    """
    asked: dict[str, Any] = {"TableName": TABLE_NAME, "ConsistentRead": True}
    if after is not None:
        asked["ExclusiveStartKey"] = {"pk": {"S": after[0]}, "sk": {"S": after[1]}}
    answer = dynamodb().scan(**asked)
    last = answer.get("LastEvaluatedKey")
    return list(map(of_known_form, answer["Items"])), key_of(last) if last else None


def _asked(
    where: Condition,
    index: type[Index[Any]] | None,
    attributes: Iterable[str],
    backwards: bool,
    page_size: int | None,
) -> dict[str, Any]:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    asked: dict[str, Any] = {
        "TableName": TABLE_NAME,
        "KeyConditionExpression": where.serialize(names, values),
        "ScanIndexForward": not backwards,
    }
    if index is None:
        asked["ConsistentRead"] = True
    else:
        asked["IndexName"] = index.Meta.index_name
    if wanted := [names.setdefault(name, f"#{len(names)}") for name in attributes]:
        wanted.append(names.setdefault("form", f"#{len(names)}"))
        asked["ProjectionExpression"] = ", ".join(wanted)
    if page_size is not None:
        asked["Limit"] = page_size
    asked["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    asked["ExpressionAttributeValues"] = values
    return asked
