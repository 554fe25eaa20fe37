"""Reads from a PDF which glyphs it shows and whether the embedded fonts really draw them."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO

import pikepdf
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont


def undrawn(pdf: bytes) -> dict[str, list[int]]:
    """Per embedded font, the shown glyphs that are .notdef or draw nothing though they stand for a visible letter."""
    with pikepdf.open(BytesIO(pdf)) as document:
        page = document.pages[0]
        shown = _shown(page)
        faults = {}
        for name, codes in shown.items():
            font = page.Resources.Font[name]
            bad = [code for code in sorted(codes) if code == 0] + _blank(font, codes - {0})
            if bad:
                faults[str(font.BaseFont)] = bad
        return faults


def _shown(page: pikepdf.Page) -> dict[str, set[int]]:
    shown: dict[str, set[int]] = defaultdict(set)
    font = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = str(operands[0])
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    shown[font] |= {int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)}
    return shown


def _blank(font: pikepdf.Object, codes: set[int]) -> list[int]:
    descriptor = font.DescendantFonts[0].FontDescriptor
    program = TTFont(BytesIO((descriptor.get("/FontFile2") or descriptor.get("/FontFile3")).read_bytes()))
    order, outlines, spaces = program.getGlyphOrder(), program.getGlyphSet(), _spaces(font)
    blank = []
    for code in sorted(codes - spaces):
        pen = BoundsPen(outlines)
        outlines[order[code]].draw(pen)
        if pen.bounds is None:
            blank.append(code)
    return blank


def _spaces(font: pikepdf.Object) -> set[int]:
    """Codes whose Unicode text, by the font's own ToUnicode, is nothing that can be seen."""
    spaces = set()
    for line in font.ToUnicode.read_bytes().decode().splitlines():
        parts = line.replace("><", "> <").split()
        if len(parts) == 2 and all(part.startswith("<") for part in parts):
            meaning = bytes.fromhex(parts[1].strip("<>")).decode("utf-16-be")
            if not meaning.strip(" \u00a0\u200b\u200c\u200d"):
                spaces.add(int(parts[0].strip("<>"), 16))
    return spaces
