"""Checks of a page's fonts: embedded, with every shown glyph, with the declared widths, and readable as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from .fault import Fault, fault

if TYPE_CHECKING:
    from certificates.rendering.untyped import FontTable, PdfValue

_NEAR = 1  # thousandths of the size
_MISSING = fault("glyph-missing")


def font_faults(shown: Mapping[tuple[int, int], tuple[PdfValue, dict[int, bool]]]) -> Iterator[Fault]:
    """`shown`: see `content.Drawn`."""
    for font, codes in shown.values():
        yield from _texts(font, codes)
        if font.get("/Subtype") == "/Type0":
            yield from _glyphs(font, codes)


def _texts(font: PdfValue, codes: Mapping[int, bool]) -> Iterator[Fault]:
    meanings = _meanings(font)
    for code, replaced in codes.items():
        text = meanings.get(code, "")
        if not text or any(char in "\0\ufeff\ufffe" for char in text):
            yield fault("glyph-without-text", font=_name(font))
        elif not replaced and any(_is_private(char) for char in text):
            yield fault("private-use", font=_name(font))


def _is_private(char: str) -> bool:
    return "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000"


def _meanings(font: PdfValue) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    found = {}
    for line in font.ToUnicode.read_bytes().decode("latin-1").splitlines():
        parts = line.replace("><", "> <").split()
        if len(parts) == 2 and all(part.startswith("<") for part in parts):
            text = bytes.fromhex(parts[1].strip("<>")).decode("utf-16-be", errors="replace")
            found[int(parts[0].strip("<>"), 16)] = text
    return found


def _glyphs(font: PdfValue, codes: Mapping[int, bool]) -> Iterator[Fault]:
    descendant = font.DescendantFonts[0]
    descriptor = descendant.FontDescriptor
    program = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
    if program is None:
        yield fault("font-not-embedded", font=_name(font))
        return
    places = descendant.get("/CIDToGIDMap", "/Identity")
    glyph_of = places.read_bytes() if isinstance(places, pikepdf.Stream) else None
    widths = _widths(descendant)
    advances = _advances(program.read_bytes())
    for code in codes:
        glyph = code if glyph_of is None else int.from_bytes(glyph_of[2 * code : 2 * code + 2], "big")
        if code == 0 or glyph not in advances:
            yield _MISSING
        elif abs(advances[glyph] - widths.get(code, float(descendant.get("/DW", 1000)))) > _NEAR:
            yield fault("glyph-width", font=_name(font))


def _widths(descendant: PdfValue) -> dict[int, float]:
    listed = list(descendant.get("/W", []))
    widths: dict[int, float] = {}
    while listed:
        first, following = int(listed.pop(0)), listed.pop(0)
        if hasattr(following, "__iter__"):
            widths.update({first + place: float(width) for place, width in enumerate(following)})
        else:
            width = float(listed.pop(0))
            widths.update(dict.fromkeys(range(first, int(following) + 1), width))
    return widths


def _advances(program: bytes) -> dict[int, float]:
    """Advances by glyph, or by character id for a CID-keyed font, in thousandths of the size."""
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont

    if program[:4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        bare = CFFFontSet()
        bare.decompile(BytesIO(program), None)
        return _of_outlines(bare.topDictIndex[0])
    font = TTFont(BytesIO(program))
    if "hmtx" not in font:
        return _of_outlines(font["CFF "].cff.topDictIndex[0])
    scale = 1000 / font["head"].unitsPerEm
    names = font.getGlyphOrder()
    return {glyph: font["hmtx"][name][0] * scale for glyph, name in enumerate(names)}


def _of_outlines(top: FontTable) -> dict[int, float]:
    """Advances of a bare CFF: drawing a charstring gives its width."""
    from fontTools.pens.basePen import NullPen

    scale = top.FontMatrix[0] * 1000 if hasattr(top, "FontMatrix") else 1.0
    advances = {}
    for glyph, name in enumerate(top.charset):
        drawing = top.CharStrings[name]
        drawing.draw(NullPen())
        identity = int(name[3:]) if name.startswith("cid") else glyph
        advances[identity] = drawing.width * scale
    return advances


def _name(font: PdfValue) -> str:
    return str(font.BaseFont).partition("+")[2].replace("-", " ") or str(font.BaseFont)
