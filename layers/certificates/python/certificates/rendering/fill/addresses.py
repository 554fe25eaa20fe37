"""Sets addresses, which differ from one certificate to the next only in the id they end with.

What comes before the id is shaped once, and the id once for both lines that show it. That is exact where the typeface
neither kerns nor joins across the seam, and this is tried for every digit an id can begin with.
"""

from __future__ import annotations

from certificates.rendering.artefact import Slot

from .lines import Line, Run, placed, set_line, shape, shaped

_FIRST_OF_ID = "0123456789abcdef"
# By slot and beginning; None where the seam is not clean. Nothing of a learner is in it.
Heads = dict[tuple[Slot, str], Run | None]


class Addresses:
    """The lines of one certificate that end with its id."""

    def __init__(self, identity: str, heads: Heads) -> None:
        self._identity = identity
        self._heads = heads
        self._tails: dict[tuple[str, tuple[tuple[str, int], ...]], Run] = {}

    def set_line(self, slot: Slot, text: str) -> Line:
        head = text.removesuffix(self._identity)
        if head == text or not text.isascii() or not text.isprintable() or self._identity[0] not in _FIRST_OF_ID:
            return set_line(slot, text)
        tail = self._tail(slot)
        if not head:
            return placed(slot, text, slot.language, (tail,))
        if (slot, head) not in self._heads:
            self._heads[slot, head] = _head(slot, head)
        beginning = self._heads[slot, head]
        if beginning is None:
            return set_line(slot, text)
        return placed(slot, text, slot.language, (beginning, tail))

    def _tail(self, slot: Slot) -> Run:
        key = slot.faces[0], slot.features
        found = self._tails.get(key)
        if found is None:
            found = self._tails[key] = _ascii(slot, self._identity)
        return found


def _head(slot: Slot, head: str) -> Run | None:
    glyphs, advances = _set(slot, head)
    for digit in _FIRST_OF_ID:
        last, step = _set(slot, digit)
        if _set(slot, head + digit) != (glyphs + last, advances + step):
            return None
    return _ascii(slot, head)


def _set(slot: Slot, text: str) -> tuple[list[int], list[int]]:
    """Glyphs and advances."""
    infos, places = shape(text, slot.faces[0], "ltr", slot.language, dict(slot.features))
    return [info.codepoint for info in infos], [place.x_advance for place in places]


def _ascii(slot: Slot, text: str) -> Run:
    return shaped(text, slot.faces[0], "ltr", slot.language, dict(slot.features))
