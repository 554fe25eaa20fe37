"""Embeds the letters of nearly every learner's lines once, with the design."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from certificates.rendering import coverage
from certificates.rendering.artefact import ArtefactPart, PreparedFont, Slot
from certificates.rendering.compile.objects import Parts
from certificates.rendering.errors import NeedsFullRender
from certificates.rendering.fill.embedding import GlyphText, embed
from certificates.rendering.fill.faces import Face
from certificates.rendering.fill.lines import set_line
from certificates.rendering.fill.writing import Writer
from certificates.rendering.further import FIELD_KEY, GRADE, Formats, issued_line

# The letters of most Latin names, and the pairs that typefaces join.
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÚÛÜÝÞßàáâãäåæçèéêëìíîïñòóôõöøùúûüýþÿąćčďęěğıİłŁńňőřśšŠťůűźżžŽșțşŞ’"
_JOINED = ["Th", "fi", "fl", "ff", "ffi", "ffl", "fj", "ft", "tt"]
_NUMBERS = (*(f"{digit} {digit}" for digit in string.digits), "1.0", "1,0", "1%", "1 %")
_ADDRESS = string.ascii_lowercase + string.digits + "-._:/?=&%#"


@dataclass(frozen=True)
class Likely:
    """The texts of a design's lines: the sentence with the date, the forms of values, the shown fields."""

    issued: str
    formats: Formats
    labels: tuple[tuple[str, str], ...]
    fields: Mapping[str, str]

    def texts(self, slot: Slot) -> Iterator[str]:
        if slot.key == "date":
            yield from map(self._date, _days()) if not slot.parts else self._bare(slot)
        elif slot.key == "name":
            yield from _names()
        elif slot.key.startswith(FIELD_KEY):
            yield from _names()
            yield from self._bare(slot) if slot.parts else _NUMBERS
        else:
            yield from _ADDRESS
            yield from (f"n{pair}n" for pair in _JOINED)

    def _date(self, day: date) -> str:
        issued = self.issued.format(date=self.formats.day(day))
        shares = {name: f"0.{day.toordinal() % 10_000:04}" if name == GRADE else "0" for name, _ in self.labels}
        return issued_line(issued, self.labels, {**shares, **self.fields}, self.formats)

    def _bare(self, slot: Slot) -> Iterator[str]:
        return (self.formats.day(day, slot.parts) for day in _days())


def prepare(
    parts: Parts, slots: Sequence[Slot], likely: Likely
) -> tuple[ArtefactPart, tuple[PreparedFont, ...], bytes, bytes]:
    """The page's fonts with the prepared ones, the prepared fonts, and the prefix and table with them."""
    glyph_texts: dict[Face, set[GlyphText]] = {}
    for slot in slots:
        for text in likely.texts(slot):
            try:
                line = set_line(slot, text)
            except NeedsFullRender:
                continue
            for run in line.runs:
                glyph_texts.setdefault(run.face, set()).update(run.glyph_texts)
    writer = Writer(parts.prefix, parts.table)
    fonts, prepared = parts.fonts.text, []
    for number, (face, wanted) in enumerate(glyph_texts.items()):
        font, codes = embed(writer, face, wanted, pack=True)
        name = f"P{number}"
        fonts = fonts.replace("/@fonts@", f"/{name} {font} 0 R /@fonts@")
        coded = tuple((glyph, code, text) for (glyph, text), code in codes.items())
        prepared.append(PreparedFont(face.file, name, coded, coverage.checksum(face.file)))
    return ArtefactPart(parts.fonts.number, fonts), tuple(prepared), *writer.written()


def _days() -> Iterator[date]:
    """Every day and month, and every digit in the year."""
    first = date(2023, 1, 1)
    yield from (first + timedelta(days) for days in range(0, 3650, 9))
    yield from (date(year, 10, 31) for year in range(2020, 2060))


def _names() -> Iterator[str]:
    yield from (f"{letter} {letter}" for letter in string.ascii_letters + _LETTERS)
    yield from (f"n{mark}n" for mark in "-.,'")
    yield from (f"{pair}o" for pair in _JOINED)
