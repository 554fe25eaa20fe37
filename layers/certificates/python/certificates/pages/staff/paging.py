"""The place in a list: the cursor in the address of a page, and the numbers and links in the foot of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from certificates.http.cursors import cursor_of, key_in
from certificates.pages.visit import Visit

A_PAGE = 50

MOST_STEPS_BACK = 12
"""Lists can only be read forwards, so the address has the cursors of the pages before, of so many at most."""

_STEP = re.compile(r"([0-9]{1,9}):([A-Za-z0-9_=-]*)")


def place_in_list(visit: Visit) -> str | None:
    """The key after which the list continues. Raises BadRequest `bad-cursor`."""
    return key_in(visit.query("cursor")) if visit.query("cursor") else None


@dataclass(frozen=True, slots=True)
class Step:
    """A page of a list: its cursor, "" for the first page, and the number of its first item, 0 if it is unknown."""

    first: int
    cursor: str

    def __str__(self) -> str:
        return f"{self.first}:{self.cursor}"


FIRST_PAGE = Step(1, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """The foot of a table: the items `first` to `last` are shown, both 0 if their numbers are unknown. `previous` and
    `next` are the queries of these pages, None without such a page.
    """

    first: int
    last: int
    previous: str | None
    next: str | None

    def total(self, counted: int | None) -> int | None:
        """The length of the whole list, None if it is unknown. Counts are up to a minute old, so the end of the list
        decides.
        """
        if self.next is None:
            return self.last or None
        return counted if counted is not None and counted > self.last else None


def foot_of(visit: Visit, shown: int, next_after: str | None, kept: Mapping[str, str] | None = None) -> Foot:
    """The foot of a page with `shown` items. `kept` are the other fields of the address, such as a filter."""
    steps = _steps(visit)
    first = steps[-1].first
    last = first + shown - 1 if first else 0
    cursor = cursor_of(next_after)
    return Foot(
        first=first,
        last=last,
        previous=_query(steps[:-1] or [FIRST_PAGE], kept) if steps[-1].cursor else None,
        next=_query([*steps, Step(last + 1 if first else 0, cursor)], kept) if cursor is not None else None,
    )


def _steps(visit: Visit) -> list[Step]:
    """The pages before this one, and this page at the end. A changed address only leads to wrong numbers."""
    cursor = visit.query("cursor")
    if not cursor:
        return [FIRST_PAGE]
    found = [_STEP.fullmatch(text) for text in visit.query("steps").split(".")]
    steps = [Step(int(each[1]), each[2]) for each in found[-MOST_STEPS_BACK:] if each is not None]
    return steps if steps and steps[-1].cursor == cursor else [Step(0, cursor)]


def _query(steps: Sequence[Step], kept: Mapping[str, str] | None) -> str:
    """The address of the last of these pages."""
    others = {name: value for name, value in (kept or {}).items() if value}
    cursor = steps[-1].cursor
    place = {"cursor": cursor, "steps": ".".join(map(str, steps[-MOST_STEPS_BACK:]))} if cursor else {}
    return urlencode({**others, **place})
