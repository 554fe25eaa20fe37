"""Reads the shown glyphs of a PDF, and whether the embedded fonts really draw them."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from io import BytesIO
from typing import Any, NoReturn

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import DecomposingPen
from fontTools.ttLib import TTFont

from certificates.shown_text import prints_nothing


def undrawn(pdf: bytes) -> dict[str, list[int]]:
    """For each embedded font, the shown glyphs that are .notdef, or draw nothing for a visible letter."""
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
    contents = page.Contents
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        codes, font = _shown_in(stream, font)
        for name, found in codes.items():
            shown[name] |= found
    return shown


# Certificates of a design share most of their streams. Found by the stored bytes, each is read and looked at once.
_MOST = 200
_DRAWN: dict[tuple[bytes, str], tuple[dict[str, set[int]], str]] = {}
_CONTENTS: dict[bytes, bytes] = {}


def _shown_in(stream: pikepdf.Object, font: str) -> tuple[dict[str, set[int]], str]:
    """The codes that a stream shows by font, if it begins with this font, and the font at its end."""
    key = stream.read_raw_bytes(), font
    if key not in _DRAWN:
        if len(_DRAWN) == _MOST:
            _DRAWN.clear()
        shown: dict[str, set[int]] = defaultdict(set)
        for operands, operator in pikepdf.parse_content_stream(stream, "Tf Tj TJ"):
            if str(operator) == "Tf":
                font = str(operands[0])
            else:
                for part in operands[0] if str(operator) == "TJ" else operands:
                    if isinstance(part, pikepdf.String):
                        raw = bytes(part)
                        shown[font] |= {int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)}
        _DRAWN[key] = shown, font
    return _DRAWN[key]


def _content(stream: pikepdf.Object) -> bytes:
    raw = stream.read_raw_bytes()
    if raw not in _CONTENTS:
        if len(_CONTENTS) == _MOST:
            _CONTENTS.clear()
        _CONTENTS[raw] = stream.read_bytes()
    return _CONTENTS[raw]


def _blank(font: pikepdf.Object, codes: set[int]) -> list[int]:
    descriptor = font.DescendantFonts[0].FontDescriptor
    program = _content(descriptor.get("/FontFile2") or descriptor.get("/FontFile3"))
    spaces = _spaces(_content(font.ToUnicode))
    places = font.DescendantFonts[0].get("/CIDToGIDMap", "/Identity")
    glyphs = _content(places) if isinstance(places, pikepdf.Stream) else None
    return [code for code in sorted(codes - spaces) if not _draws(program, _glyph(code, glyphs))]


def _glyph(code: int, places: bytes | None) -> int:
    return code if places is None else int.from_bytes(places[2 * code : 2 * code + 2], "big")


@lru_cache(maxsize=64)
def _outlines(program: bytes) -> tuple[Any, Any]:
    """The glyphs of a font program, and the name of each by the code that shows it."""
    if program[:4] in (b"\0\1\0\0", b"OTTO"):
        font = TTFont(BytesIO(program))
        return font.getGlyphSet(), font.getGlyphOrder()
    bare = CFFFontSet()
    bare.decompile(BytesIO(program), None)
    strings = bare.topDictIndex[0].CharStrings
    # Character ids are names here. A missing id is a blank.
    return strings, {int(name[3:]): name for name in strings.keys() if name.startswith("cid")}  # noqa: SIM118


class _Ink(Exception):
    """A glyph has an outline."""


class _FirstStroke(DecomposingPen):  # type: ignore[misc]
    """Stops at the beginning of an outline: whether there is one is all that these tests ask."""

    def _stop(self, *_: Any) -> NoReturn:
        raise _Ink

    moveTo = lineTo = curveTo = qCurveTo = _stop

    def closePath(self) -> None:
        pass

    endPath = closePath


@lru_cache(maxsize=2048)
def _draws(program: bytes, code: int) -> bool:
    glyphs, names = _outlines(program)
    try:
        glyphs[names[code]].draw(_FirstStroke(glyphs))
    except (KeyError, IndexError):
        return False
    except _Ink:
        return True
    return False


@lru_cache(maxsize=64)
def _spaces(meanings: bytes) -> set[int]:
    """Codes whose Unicode text, by the font's own ToUnicode, is invisible."""
    spaces = set()
    for line in meanings.decode().splitlines():
        parts = line.replace("><", "> <").split()
        if len(parts) == 2 and all(part.startswith("<") for part in parts):
            meaning = bytes.fromhex(parts[1].strip("<>")).decode("utf-16-be")
            if all(prints_nothing(char) for char in meaning):
                spaces.add(int(parts[0].strip("<>"), 16))
    return spaces
