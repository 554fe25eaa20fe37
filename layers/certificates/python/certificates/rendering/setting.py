"""How a text is set on its line: the typeface and direction of each part. Filling and the full layout both use it, so
both set a text alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import choosing, coverage, directions, scripts


class Piece(NamedTuple):
    """A part with one typeface, one script and one level. Even levels run left to right, odd levels right to left."""

    text: str
    file: str
    level: int


def pieces(text: str, files: tuple[str, ...], language: str, direction: str) -> tuple[Piece, ...]:
    """The pieces of a text as `shown_text.shown` leaves it, in reading order; raises Unrenderable.

    `direction` is the line's, "ltr" or "rtl".
    """
    if direction == "ltr" and coverage.is_western(files[0], text):
        # Most names.
        return (Piece(text, files[0], 0),)
    chosen = choosing.font_files_of(text, files, language)
    levels = directions.levels(text, direction)
    kinds = scripts.scripts_of(text)
    if len(set(chosen)) == len(set(levels)) == len(set(kinds)) == 1:
        return (Piece(text, chosen[0], levels[0]),)
    found = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (chosen[place], levels[place], kinds[place]) != (
            chosen[start],
            levels[start],
            kinds[start],
        ):
            found.append(Piece(text[start:place], chosen[start], levels[start]))
            start = place
    return tuple(found)


def in_visual_order(found: Sequence[Piece]) -> Iterator[Piece]:
    """From left to right (UAX #9, L2)."""
    if len(found) == 1:
        return iter(found)
    order = list(found)
    for level in range(max((piece.level for piece in order), default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and order[end].level >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return iter(order)
