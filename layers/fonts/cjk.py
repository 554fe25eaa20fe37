"""Makes the CJK fonts: one face of a collection, with only some ranges of characters."""

from __future__ import annotations

import struct
from io import BytesIO

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from layers.debian import BuildError

FACE = "CJK JP"
"""Japanese: only this face has the variants that names need (ideographic variation sequences). The language of a text
selects the forms of other regions."""

# Whole ranges: with single characters chosen, the font loses its cmap, without an error.
RANGES = (
    (0x0020, 0x00FF),
    (0x2000, 0x206F),
    (0x3000, 0x312F),  # punctuation, kana, bopomofo
    (0x3130, 0x318F),
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0xF900, 0xFAFF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x2FA1F),  # the rarer characters of names
    (0xE0100, 0xE01EF),  # variation selectors of ideographs
)
FEATURES = ("locl", "ccmp", "ljmo", "vjmo", "tjmo", "calt", "liga", "kern", "mark", "mkmk")
"""Regional forms, Korean syllables, and the features that are on by default. None for vertical text."""

FEWEST_CHARACTERS = 40_000
FEWEST_VARIANTS = 14_000
"""Both fonts have more than these in RANGES. No parser would refuse a font with an empty cmap."""


def cut(collection: bytes) -> bytes:
    """Cuts the font of RANGES out of a .ttc. Raises BuildError if characters get lost."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(code for first, last in RANGES for code in range(first, last + 1))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in FEATURES)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    for tag in ("vhea", "vmtx", "VORG"):
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    subset = uharfbuzz.subset(_face(collection), wanted)
    font = with_identity_charset(bytes(subset.blob.data))
    character_map = TTFont(BytesIO(font), lazy=True)["cmap"]
    characters = len(character_map.getBestCmap())
    if characters < FEWEST_CHARACTERS:
        raise BuildError(f"a CJK font maps {characters} characters, at least {FEWEST_CHARACTERS} are expected")
    variants = sum(
        len(listed) for part in character_map.tables if part.format == 14 for listed in part.uvsDict.values()
    )
    if variants < FEWEST_VARIANTS:
        raise BuildError(f"a CJK font maps {variants} variants, at least {FEWEST_VARIANTS} are expected")
    return font


def _face(collection: bytes) -> uharfbuzz.Face:
    blob = uharfbuzz.Blob(collection)
    (faces,) = struct.unpack_from(">L", collection, 8)
    for face in (uharfbuzz.Face(blob, index) for index in range(faces)):
        if FACE in (face.get_name(4) or ""):
            return face
    raise BuildError(f"a collection of CJK fonts has no face {FACE}")


def with_identity_charset(font_file: bytes) -> bytes:
    """The same font, in which the CID of each glyph is its index: PDF writers use the index where PDF expects the CID.

    One range replaces the charset in place: writing the whole CFF table again takes half a minute.
    """
    read = TTFont(BytesIO(font_file), lazy=True)
    glyphs = read["maxp"].numGlyphs
    offset = read["CFF "].cff.topDictIndex[0].rawDict["charset"]
    content = bytearray(read.reader["CFF "])
    struct.pack_into(">BHH", content, offset, 2, 1, glyphs - 2)  # format 2: from CID 1 on, and how many follow
    font = TTFont(BytesIO(font_file), lazy=True, recalcTimestamp=False)
    table = font.tables["CFF "] = DefaultTable("CFF ")
    table.data = bytes(content)
    written = BytesIO()
    font.save(written)
    charset = TTFont(BytesIO(written.getvalue()), lazy=True)["CFF "].cff.topDictIndex[0].charset
    if charset != [".notdef", *(f"cid{cid:05d}" for cid in range(1, glyphs))]:
        raise BuildError("a CJK font's glyphs are not numbered by their CIDs")
    return written.getvalue()
