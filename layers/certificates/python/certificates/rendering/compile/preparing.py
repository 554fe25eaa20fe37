"""Embeds once, with the design, the letters that nearly every learner's lines are made of."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from certificates.rendering import coverage
from certificates.rendering.artefact import ArtefactPart, PreparedFont, Slot
from certificates.rendering.compile.objects import Parts
from certificates.rendering.errors import NeedsFullRender
from certificates.rendering.fill.embedding import Said, embed
from certificates.rendering.fill.faces import Face
from certificates.rendering.fill.lines import set_line
from certificates.rendering.fill.writing import Writer
from certificates.rendering.texts import DateFormat

# The letters of most names in Latin script, and the pairs that typefaces join.
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÚÛÜÝÞßàáâãäåæçèéêëìíîïñòóôõöøùúûüýþÿąćčďęěğıİłŁńňőřśšŠťůűźżžŽșțşŞ’"
_JOINED = ["Th", "fi", "fl", "ff", "ffi", "ffl", "fj", "ft", "tt"]
_ADDRESS = string.ascii_lowercase + string.digits + "-._:/?=&%#"


def prepare(
    parts: Parts, slots: Sequence[Slot], issued: str, written: DateFormat
) -> tuple[ArtefactPart, tuple[PreparedFont, ...], bytes, bytes]:
    """The page's fonts with the prepared ones, these, and the prefix and table that hold them."""
    said: dict[Face, set[Said]] = {}
    for slot in slots:
        for text in _likely(slot.key, issued, written):
            try:
                line = set_line(slot, text)
            except NeedsFullRender:
                continue
            for run in line.runs:
                said.setdefault(run.face, set()).update(run.said)
    writer = Writer(parts.prefix, parts.table)
    fonts, prepared = parts.fonts.text, []
    for number, (face, wanted) in enumerate(said.items()):
        font, codes = embed(writer, face, wanted)
        name = f"P{number}"
        fonts = fonts.replace("/@fonts@", f"/{name} {font} 0 R /@fonts@")
        coded = tuple((glyph, code, text) for (glyph, text), code in codes.items())
        prepared.append(PreparedFont(face.file, name, coded, coverage.checksum(face.file)))
    return ArtefactPart(parts.fonts.number, fonts), tuple(prepared), *writer.written()


def _likely(key: str, issued: str, written: DateFormat) -> Iterator[str]:
    if key == "date":
        day = date(2023, 1, 1)
        # Every day and month, and every digit in the year.
        yield from (issued.format(date=written.format(day + timedelta(days))) for days in range(0, 3650, 9))
        yield from (issued.format(date=written.format(date(year, 10, 31))) for year in range(2020, 2060))
    elif key == "name":
        yield from (f"{letter} {letter}" for letter in string.ascii_letters + _LETTERS)
        yield from (f"n{mark}n" for mark in "-.,'")
        yield from (f"{pair}o" for pair in _JOINED)
    else:
        yield from _ADDRESS
        yield from (f"n{pair}n" for pair in _JOINED)
