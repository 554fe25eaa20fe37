"""Embeds the glyphs of a face in a PDF, so that they print and can be read as text."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from string import ascii_uppercase as _LETTERS

from .faces import Face
from .writing import Writer, stream

_SMALLEST = 9
GlyphText = tuple[int, str]  # a glyph of the face, and its text
Font = tuple[str, dict[GlyphText, str]]  # its name on the page, and the code of each glyph and its text in hex


def embed(
    writer: Writer, face: Face, wanted: Iterable[GlyphText], *, pack: bool = False
) -> tuple[int, dict[GlyphText, int]]:
    """Write a font. Returns its object number for the page's resources, and the code of each glyph and text.
    Compression would save some kilobytes of a name's few letters, and cost a quarter of the time of filling. `pack`
    compresses the fonts of designs, which are written once.
    """
    written = partial(stream, pack=pack, level=_SMALLEST)
    glyph_texts = sorted(wanted)
    subset = face.subset(sorted({glyph for glyph, _ in glyph_texts}))
    codes, glyphs = _codes(face, glyph_texts, subset.codes)
    name = f"{_tag(face.file, subset.codes)}+Certificates-{face.file.partition('.')[0]}"
    coded = sorted({code: (glyph, text) for (glyph, text), code in reversed(codes.items())}.items())
    advances = face.widths([glyph for _, (glyph, _) in coded])
    widths = "".join(
        [f"{code}{_width(advance, face.upem)}" for (code, _), advance in zip(coded, advances, strict=True)]
    )
    if face.is_cff:
        program = writer.add(written(subset.program, b"/Subtype/CIDFontType0C"))
        kind, file, to_glyph = 0, "FontFile3", ""
    else:
        program = writer.add(written(subset.program, b"/Length1 %d" % len(subset.program)))
        kind, file = 2, "FontFile2"
        to_glyph = f"/CIDToGIDMap {writer.add(written(glyphs))} 0 R" if glyphs else "/CIDToGIDMap/Identity"
    descriptor = writer.add(f"<</Type/FontDescriptor/FontName/{name}{face.descriptor}/{file} {program} 0 R>>".encode())
    descendant = writer.add(
        f"<</Type/Font/Subtype/CIDFontType{kind}/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>{to_glyph}/FontDescriptor {descriptor} 0 R/W[{widths}]>>".encode()
    )
    unicode = writer.add(written(_to_unicode([(code, text) for code, (_, text) in coded])))
    font = writer.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
        f"/ToUnicode {unicode} 0 R>>".encode()
    )
    return font, codes


def _codes(
    face: Face, glyph_texts: Iterable[GlyphText], by_glyph: Mapping[int, int]
) -> tuple[dict[GlyphText, int], bytes]:
    """The glyph's own code for its first text, and another code for each further text; with further codes, also the
    glyphs of all codes. A CID-keyed font has no further codes: readers get the first text for all.
    """
    codes: dict[GlyphText, int] = {}
    further: list[int] = []
    own = max(by_glyph.values()) + 1
    before = None
    for glyph, text in glyph_texts:
        codes[glyph, text] = by_glyph[glyph]
        if glyph == before and not face.is_cff:
            codes[glyph, text] = own + len(further)
            further.append(by_glyph[glyph])
        before = glyph
    if not further:
        return codes, b""
    return codes, b"".join(glyph.to_bytes(2, "big") for glyph in (*range(own), *further))


def _tag(file: str, glyphs: Iterable[int]) -> str:
    """Six letters for a subset, the same for the same glyphs."""
    number = zlib.crc32(f"{file}{sorted(glyphs)}".encode())
    letters = ""
    for _ in range(6):
        number, letter = divmod(number, 26)
        letters += _LETTERS[letter]
    return letters


@lru_cache(maxsize=4096)
def _width(advance: int, upem: int) -> str:
    """A width in thousandths of the size."""
    return f"[{advance * 1000 / upem:g}]"


def _to_unicode(texts: Iterable[tuple[int, str]]) -> bytes:
    lines = [f"<{code:04x}>{_read_as(text)}" for code, text in texts]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    middle = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n"
        f"{middle}endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend"
    ).encode()


@lru_cache(maxsize=8192)
def _read_as(text: str) -> str:
    return f"<{text.encode('utf-16-be').hex()}>"
