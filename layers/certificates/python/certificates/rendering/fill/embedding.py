"""Embeds the glyphs of a face in a PDF, so that they print and read back."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from .faces import Face, Subset
from .writing import Writer, stream


def embed(writer: Writer, face: Face, subset: Subset, meanings: Mapping[int, str]) -> int:
    """Five objects; returns the number of the font that a page's resources name.

    `meanings` has the text of each glyph of the face; a glyph without one reads as nothing.
    """
    codes = sorted((code, glyph) for glyph, code in subset.codes.items())
    scale = 1000 / face.upem
    name = f"{_tag(face.file, subset.codes)}+Certificates-{face.file.partition('.')[0]}"
    advances = face.widths([glyph for _, glyph in codes])
    widths = "".join([f"{code}[{advance * scale:g}]" for (code, _), advance in zip(codes, advances, strict=True)])
    if face.is_cff:
        program = writer.add(stream(subset.program, b"/Subtype/CIDFontType0C"))
        kind, file, identity = 0, "FontFile3", ""
    else:
        program = writer.add(stream(subset.program, b"/Length1 %d" % len(subset.program)))
        kind, file, identity = 2, "FontFile2", "/CIDToGIDMap/Identity"
    descriptor = writer.add(f"<</Type/FontDescriptor/FontName/{name}{face.descriptor}/{file} {program} 0 R>>".encode())
    descendant = writer.add(
        f"<</Type/Font/Subtype/CIDFontType{kind}/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>{identity}/FontDescriptor {descriptor} 0 R/W[{widths}]>>".encode()
    )
    unicode = writer.add(stream(_to_unicode([(code, meanings.get(glyph, "")) for code, glyph in codes])))
    return writer.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
        f"/ToUnicode {unicode} 0 R>>".encode()
    )


def _tag(file: str, glyphs: Iterable[int]) -> str:
    """Six letters that name a subset, the same for the same glyphs."""
    number = zlib.crc32(f"{file}{sorted(glyphs)}".encode())
    return "".join(chr(65 + number // 26**place % 26) for place in range(6))


def _to_unicode(meanings: Iterable[tuple[int, str]]) -> bytes:
    lines = [f"<{code:04x}><{text.encode('utf-16-be').hex()}>" for code, text in meanings if text]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    middle = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n"
        f"{middle}endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend"
    ).encode()
