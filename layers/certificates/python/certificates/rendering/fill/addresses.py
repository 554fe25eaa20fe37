"""Sets addresses, which differ between certificates only in the id at the end.

The text before the id is shaped once, and so is each digit of ids. The result is exact if the typeface neither kerns
nor joins letters at the boundary and between two digits: some typefaces join "ff". It is tried for each first digit and
for every two digits when an id has them for the first time. Trying all of them at once would take longer than
the rest of a process's first certificate.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from typing import NamedTuple

from certificates.rendering.artefact import Slot
from certificates.rendering.errors import NeedsFullRender

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
    codes: dict[str, str] | None
    untried: set[str]  # pairs that no id had so far
    joined: list[str]


class Shaped:
    """Everything that one design has shaped so far. It has nothing of a learner."""

    def __init__(self, prepared: PreparedFonts | None = None) -> None:
        self.prepared = prepared or PreparedFonts()
        # By slot, beginning and the id's first digit; None if the boundary is not clean.
        self.heads: dict[tuple[Slot, str, str], Run | None] = {}
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
        key = slot, head, self._identity[0]
        heads = self._known.heads
        if key not in heads:
            heads[key] = _head(*key, self._known.prepared)
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


def _head(slot: Slot, head: str, digit: str, prepared: PreparedFonts) -> Run | None:
    run = _ascii(slot, head)
    last, step = _set(slot, digit)
    if _set(slot, head + digit) != (run.glyphs + last, run.advances + step):
        return None
    return prepared.kept(run)


def _digits(slot: Slot, prepared: PreparedFonts) -> Digits:
    alone = {}
    for digit in _DIGITS:
        try:
            run = _ascii(slot, digit)
        except NeedsFullRender:
            continue  # the typeface lacks the digit
        if len(run.glyphs) == 1:
            alone[digit] = run
    codes = {digit: code for digit, run in alone.items() if (code := prepared.code_of(run)) is not None}
    return Digits(
        glyph_texts={digit: (run.glyphs[0], digit) for digit, run in alone.items()},
        advances={digit: run.advances[0] for digit, run in alone.items()},
        codes=codes if len(codes) == len(alone) else None,
        untried=set(_PAIRS),
        joined=[],
    )


def _try_pairs(slot: Slot, pairs: Sequence[str], digits: Digits) -> None:
    """Notes those that are set in another way than two digits alone."""
    infos, places = shape(" ".join(pairs), slot.faces[0], "ltr", slot.language, dict(slot.features))
    found = {
        info.cluster: (info.codepoint, place.x_advance, place.x_offset, place.y_offset)
        for info, place in zip(infos, places, strict=True)
    }
    for number, pair in enumerate(pairs):
        for place, digit in enumerate(pair, 3 * number):
            if digit in digits.advances:
                alone = (digits.glyph_texts[digit][0], digits.advances[digit], 0, 0)
                if found.get(place) != alone:
                    digits.joined.append(pair)
    # The last step: another thread must not take a pair for tried before it is noted.
    digits.untried.difference_update(pairs)


def _of_digits(slot: Slot, text: str, digits: Digits) -> Run:
    if digits.untried and (pairs := sorted(digits.untried.intersection(map(add, text, text[1:])))):
        _try_pairs(slot, pairs, digits)
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
