"""Signs status lists again after a change of their bits, and before they expire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.status_lists import StatusListStore


def sign_lists(list_ids: Iterable[str], lists: StatusListStore, *, now: datetime) -> None:
    """Sign each of these lists once, with its present bits. Order and number of changes do not matter."""
    for list_id in sorted(set(list_ids)):
        lists.sign(list_id, now)
        logger.info("status list signed", extra={"status_list": list_id})


def sign_all(lists: StatusListStore, *, now: datetime) -> None:
    """Sign every list."""
    sign_lists(lists.list_ids(), lists, now=now)
