"""Many items in one call."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from certificates.aws.table import Item, dynamodb
from certificates.paging import batched

Key = tuple[str, str]
"""`(pk, sk)`."""

MAX_KEYS = 100
"""Keys in one BatchGetItem (DynamoDB's limit)."""

_AT_ONCE = 8
"""Calls: their waits overlap then, and the answers are taken in one after the other anyway."""

_MAX_ROUNDS = 8


def get_items(keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """The items under these keys that exist, read consistently, 100 keys a call, a few calls at once.

    DynamoDB may leave keys unprocessed when throttled: those are asked for again, with growing pauses.
    Raises TimeoutError when some stay unprocessed, so that no caller takes a throttled item for an absent one.
    """
    wanted = list(dict.fromkeys(keys))
    found: dict[Key, dict[str, Any]] = {}
    pages = list(batched(wanted, MAX_KEYS))
    if len(pages) > 1:
        # What one learner's request asks for fits in one call: it starts without threads.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(len(pages), _AT_ONCE)) as pool:
            list(pool.map(_get_page, pages, repeat(found)))
    elif pages:
        _get_page(pages[0], found)
    return found


def _get_page(keys: Sequence[Key], found: dict[Key, dict[str, Any]]) -> None:
    table, client = Item.Meta.table_name, dynamodb()
    pending: list[dict[str, Any]] = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
    for attempt in range(_MAX_ROUNDS):
        answer = client.batch_get_item(RequestItems={table: {"Keys": pending, "ConsistentRead": True}})
        for item in answer["Responses"].get(table, []):
            found[item["pk"]["S"], item["sk"]["S"]] = item
        unprocessed: dict[str, Any] = dict(answer.get("UnprocessedKeys", {}))
        pending = unprocessed.get(table, {}).get("Keys", [])
        if not pending:
            return
        time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise TimeoutError(f"{len(pending)} keys stayed unprocessed after {_MAX_ROUNDS} rounds")
