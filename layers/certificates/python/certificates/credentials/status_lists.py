"""Status lists are signed anew where bits have changed, and before they end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.status_lists import StatusListStore


def sign_lists(list_ids: Iterable[str], lists: StatusListStore, *, now: datetime) -> None:
    """Sign each of these lists once, as its bits are now. The order of changes does not matter, nor their number."""
    for list_id in sorted(set(list_ids)):
        lists.sign(list_id, now)
        logger.info("status list signed", extra={"status_list": list_id})


def sign_all(lists: StatusListStore, *, now: datetime) -> None:
    """Sign every list that was ever opened."""
    sign_lists(lists.list_ids(), lists, now=now)
