"""Removes invisible data from a page: empty glyphs, and digits of drawings below a hundredth of a pixel. WeasyPrint's
subsets keep the numbers of glyphs. Fonts of Chinese, Japanese and Korean have sixty thousand glyphs, and the empty ones
need 80 KB. A CID-keyed font can have new glyph numbers, because its character ids stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pikepdf

from certificates.rendering import typefaces
from certificates.rendering.fill.faces import face

if TYPE_CHECKING:
    from certificates.rendering.untyped import PdfValue

# WeasyPrint's name of a font: /ABCDEF+Certificates-Sans-CJK-Bold.
_FILES = {
    f"{face.family.replace(' ', '-')}{'-Bold' if face.weight == 700 else ''}": face.file for face in typefaces.TYPEFACES
}


# A path operator of a drawing, and its numbers with more than two decimals.
_PATH = re.compile(rb"^[-\d. ]+ [mlc]$", re.MULTILINE)
_LONG = re.compile(rb"-?\d*\.\d{3,}")
_MATRIX = re.compile(rb"^([-\d. ]+) cm$", re.MULTILINE)


def slim(pdf: pikepdf.Pdf) -> None:
    _slim_fonts(pdf)
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
            _slim_drawing(item)


def _slim_drawing(form: pikepdf.Stream) -> None:
    drawn = form.read_bytes()
    if any(abs(float(number)) > 2 for found in _MATRIX.findall(drawn) for number in found.split()[:4]):
        return  # it is enlarged, so the digits count
    form.write(_PATH.sub(lambda line: _LONG.sub(_shorter, line[0]), drawn))


def _shorter(number: re.Match[bytes]) -> bytes:
    return f"{round(float(number[0]), 2):g}".encode() if abs(float(number[0])) < 10_000 else number[0]


def _slim_fonts(pdf: pikepdf.Pdf) -> None:
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


def _codes(descendant: PdfValue) -> Iterator[int]:
    """The character ids that have a width: first [width …] pairs."""
    widths = list(descendant.W)
    for first, run in zip(widths[::2], widths[1::2], strict=True):
        yield from range(int(first), int(first) + len(run))
