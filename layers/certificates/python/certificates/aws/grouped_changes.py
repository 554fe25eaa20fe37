"""Writes the changes of many learners in few transactions."""

from __future__ import annotations

from collections.abc import Sequence

from certificates.aws.change_entries import entries_of
from certificates.aws.writes import MAX_ENTRIES, transact
from certificates.change import Change
from certificates.errors import Raced
from certificates.paging import batched

_MAX_PER_CHANGE = 7
"""Certificate, exception, enrollment, invalidation, archived invalidation, and two of history."""

GROUP = MAX_ENTRIES // _MAX_PER_CHANGE


def write_together(changes: Sequence[Change], group: int = GROUP) -> list[Change]:
    """Write changes of different learners, `group` in a transaction; return those of transactions that lost a race.

    The caller tries each of them again alone, and so finds the one that lost. Raises Throttled.
    """
    lost: list[Change] = []
    for together in batched(changes, group):
        try:
            transact([entry for change in together for entry in entries_of(change)])
        except Raced:
            lost += together
    return lost
