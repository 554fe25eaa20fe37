"""Sets addresses, which differ between certificates only in the id at the end.

The text before the id is shaped once, and so is each digit of ids. The result is exact if the typeface neither kerns
nor joins letters at the boundary and between two digits. It is tried for each first digit of an id, and for
every two digits: some typefaces join "ff".
"""

from __future__ import annotations

from typing import NamedTuple

from certificates.rendering.artefact import Slot

from .embedding import GlyphText
from .faces import face
from .lines import Line, placed, set_line
from .prepared import PreparedFonts
from .shaping import Run, shape, shaped

_DIGITS = "0123456789abcdef"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


class Digits(NamedTuple):
    """Each digit's glyph and advance, and the pairs that are set in another way. `codes` are those of the design's own
    font, None if it lacks one.
    """

    glyph_texts: dict[str, GlyphText]
    advances: dict[str, int]
    joined: list[str]
    codes: dict[str, str] | None


class Shaped:
    """Everything that one design has shaped so far. It has nothing of a learner."""

    def __init__(self, prepared: PreparedFonts | None = None) -> None:
        self.prepared = prepared or PreparedFonts()
        # By slot and beginning; None if the boundary is not clean.
        self.heads: dict[tuple[Slot, str], Run | None] = {}
        self.digits: dict[_Setting, Digits] = {}


_Setting = tuple[str, str, tuple[tuple[str, int], ...]]  # typeface, language, features


class Addresses:
    """The lines of one certificate with its id at the end."""

    def __init__(self, identity: str, known: Shaped) -> None:
        self._identity = identity
        self._known = known
        self._tails: dict[_Setting, Run] = {}

    def set_line(self, slot: Slot, text: str) -> Line:
        head = text.removesuffix(self._identity)
        if head == text or not text.isascii() or not text.isprintable() or self._identity[0] not in _DIGITS:
            return set_line(slot, text)
        tail = self._tail(slot)
        if not head:
            return placed(slot, text, slot.language, (tail,))
        key = slot, head
        heads = self._known.heads
        if key not in heads:
            heads[key] = _head(slot, head, self._known.prepared)
        beginning = heads[key]
        if beginning is None:
            return set_line(slot, text)
        return placed(slot, text, slot.language, (beginning, tail))

    def _tail(self, slot: Slot) -> Run:
        key = slot.faces[0], slot.language, slot.features
        found = self._tails.get(key)
        if found is None:
            digits = self._known.digits.get(key)
            if digits is None:
                digits = self._known.digits[key] = _digits(slot, self._known.prepared)
            found = self._tails[key] = _of_digits(slot, self._identity, digits)
        return found


def _head(slot: Slot, head: str, prepared: PreparedFonts) -> Run | None:
    glyphs, advances = _set(slot, head)
    for digit in _DIGITS:
        last, step = _set(slot, digit)
        if _set(slot, head + digit) != (glyphs + last, advances + step):
            return None
    return prepared.kept(_ascii(slot, head))


def _digits(slot: Slot, prepared: PreparedFonts) -> Digits:
    alone = {}
    codes = {}
    for digit in _DIGITS:
        glyphs, advances = _set(slot, digit)
        # Without those that the typeface lacks, or sets as several glyphs.
        if len(glyphs) == 1 and 0 not in glyphs:
            alone[digit] = glyphs[0], advances[0]
            codes[digit] = prepared.code_of(_ascii(slot, digit))
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
    known = {digit: code for digit, code in codes.items() if code is not None}
    return Digits(
        glyph_texts={digit: (glyph, digit) for digit, (glyph, _) in alone.items()},
        advances={digit: advance for digit, (_, advance) in alone.items()},
        joined=joined,
        codes=known if len(known) == len(alone) else None,
    )


def _of_digits(slot: Slot, text: str, digits: Digits) -> Run:
    if any(pair in text for pair in digits.joined):
        return _ascii(slot, text)
    try:
        glyph_texts = list(map(digits.glyph_texts.__getitem__, text))
    except KeyError:
        return _ascii(slot, text)
    return Run(
        face=face(slot.faces[0]),
        glyphs=[glyph for glyph, _ in glyph_texts],
        advances=list(map(digits.advances.__getitem__, text)),
        offsets=None,
        glyph_texts=glyph_texts,
        plain=True,
        shown=f"<{''.join(map(digits.codes.__getitem__, text))}>Tj" if digits.codes else None,
    )


def _set(slot: Slot, text: str) -> tuple[list[int], list[int]]:
    """Glyphs and advances."""
    infos, places = shape(text, slot.faces[0], "ltr", slot.language, dict(slot.features))
    return [info.codepoint for info in infos], [place.x_advance for place in places]


def _ascii(slot: Slot, text: str) -> Run:
    return shaped(text, slot.faces[0], "ltr", slot.language, dict(slot.features))
