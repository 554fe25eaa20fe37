"""Makes the Chinese, Japanese and Korean fonts of a page as small as what it shows of them.

WeasyPrint keeps a font's glyph numbers when it cuts it down, and with sixty thousand of them the empty ones alone take
80 KB. A CID-keyed font need not: its character ids stay, its glyphs are counted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from certificates.rendering import typefaces
from certificates.rendering.fill.faces import face

# By what WeasyPrint calls a font: /ABCDEF+Certificates-Sans-CJK-Bold.
_FILES = {
    f"{face.family.replace(' ', '-')}{'-Bold' if face.weight == 700 else ''}": face.file for face in typefaces.TYPEFACES
}


def slim(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        descendant = font.DescendantFonts[0]
        if descendant.Subtype != "/CIDFontType0":
            continue
        file = _FILES.get(str(font.BaseFont).partition("+")[2])
        if file is None:
            continue  # a template's own font
        used = face(file)
        subset = used.subset(sorted(_codes(descendant)))
        program = pdf.make_stream(subset.program)
        program.Subtype = pikepdf.Name.CIDFontType0C
        descendant.FontDescriptor.FontFile3 = program


def _codes(descendant: Any) -> Iterator[int]:
    """The character ids that have a width: first [width …] pairs."""
    widths = list(descendant.W)
    for first, run in zip(widths[::2], widths[1::2], strict=True):
        yield from range(int(first), int(first) + len(run))
