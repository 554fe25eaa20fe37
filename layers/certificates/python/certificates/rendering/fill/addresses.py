"""Sets addresses, which differ between certificates only in the id at the end.

The text before the id is shaped once, and so is each digit of ids. The result is exact if the typeface neither kerns
nor joins letters at the boundary and between two digits. It is tried for each first digit of an id, and for
every two digits: some typefaces join "ff".
"""

from __future__ import annotations

from typing import NamedTuple

from certificates.rendering.artefact import Slot

from .faces import face
from .lines import Line, Run, placed, set_line, shape, shaped

_DIGITS = "0123456789abcdef"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


class Digits(NamedTuple):
    """Glyph and advance of each digit, and the pairs that are set in another way."""

    alone: dict[str, tuple[int, int]]
    joined: list[str]


class Shaped:
    """Everything that one design has shaped so far. It has nothing of a learner."""

    def __init__(self) -> None:
        # By slot and beginning; None if the boundary is not clean.
        self.heads: dict[tuple[Slot, str], Run | None] = {}
        self.digits: dict[_Setting, Digits] = {}


_Setting = tuple[str, str, tuple[tuple[str, int], ...]]  # typeface, language, features


class Addresses:
    """The lines of one certificate with its id at the end."""

    def __init__(self, identity: str, known: Shaped) -> None:
        self._identity = identity
        self._heads, self._digits = known.heads, known.digits
        self._tails: dict[_Setting, Run] = {}

    def set_line(self, slot: Slot, text: str) -> Line:
        head = text.removesuffix(self._identity)
        if head == text or not text.isascii() or not text.isprintable() or self._identity[0] not in _DIGITS:
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
        key = slot.faces[0], slot.language, slot.features
        found = self._tails.get(key)
        if found is None:
            if key not in self._digits:
                self._digits[key] = _digits(slot)
            found = self._tails[key] = _of_digits(slot, self._identity, self._digits[key])
        return found


def _head(slot: Slot, head: str) -> Run | None:
    glyphs, advances = _set(slot, head)
    for digit in _DIGITS:
        last, step = _set(slot, digit)
        if _set(slot, head + digit) != (glyphs + last, advances + step):
            return None
    return _ascii(slot, head)


def _digits(slot: Slot) -> Digits:
    alone = {}
    for digit in _DIGITS:
        glyphs, advances = _set(slot, digit)
        # Without those that the typeface lacks, or sets as several glyphs.
        if len(glyphs) == 1 and 0 not in glyphs:
            alone[digit] = glyphs[0], advances[0]
    infos, places = shape(" ".join(_PAIRS), slot.faces[0], "ltr", slot.language, dict(slot.features))
    found = {
        info.cluster: (info.codepoint, place.x_advance, place.x_offset, place.y_offset)
        for info, place in zip(infos, places, strict=True)
    }
    joined = [
        pair
        for number, pair in enumerate(_PAIRS)
        for place, digit in enumerate(pair)
        if digit in alone and found.get(3 * number + place) != (*alone[digit], 0, 0)
    ]
    return Digits(alone, joined)


def _of_digits(slot: Slot, text: str, digits: Digits) -> Run:
    if not digits.alone.keys() >= set(text) or any(pair in text for pair in digits.joined):
        return _ascii(slot, text)
    glyphs, advances = zip(*[digits.alone[digit] for digit in text], strict=True)
    glyph_texts = list(zip(glyphs, text, strict=True))
    return Run(face(slot.faces[0]), list(glyphs), list(advances), offsets=None, glyph_texts=glyph_texts, plain=True)


def _set(slot: Slot, text: str) -> tuple[list[int], list[int]]:
    """Glyphs and advances."""
    infos, places = shape(text, slot.faces[0], "ltr", slot.language, dict(slot.features))
    return [info.codepoint for info in infos], [place.x_advance for place in places]


def _ascii(slot: Slot, text: str) -> Run:
    return shaped(text, slot.faces[0], "ltr", slot.language, dict(slot.features))
