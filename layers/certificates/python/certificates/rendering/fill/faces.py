"""The bundled fonts in HarfBuzz: shaping, and subsets of the used glyphs. A face is opened at first use, and a warm
process keeps it. Files are mapped, so only used parts need memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import uharfbuzz

from certificates.rendering import typefaces

if TYPE_CHECKING:
    from certificates.rendering.untyped import FontTable

_Flags = uharfbuzz.SubsetFlags
# Tables that a font inside a PDF does not need. `cmaq` comes from `_without_cmap`.
_DROPPED = tuple(
    int.from_bytes(tag.encode(), "big")
    for tag in [
        "GSUB",
        "GPOS",
        "GDEF",
        "BASE",
        "cmaq",
        "cmap",
        "name",
        "post",
        "OS/2",
        "kern",
        "gasp",
        "DSIG",
        "vhea",
        "vmtx",
        "VORG",
        "STAT",
        "FFTM",
        "meta",
    ]
)


class Subset(NamedTuple):
    """A font program for a PDF, and the code of each glyph of the whole font."""

    program: bytes
    codes: Mapping[int, int]


class Face:
    def __init__(self, file: str) -> None:
        self.file = file
        self.path = typefaces.file_path(file)
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self.path)))
        self.font = uharfbuzz.Font(face)
        self.upem: int = face.upem
        self._widths: dict[int, int] = {}
        self._blanks: dict[int, bool] = {}
        self._was_subset = False

    def widths(self, glyphs: Iterable[int]) -> list[int]:
        """In font units."""
        try:
            return [self._widths[glyph] for glyph in glyphs]
        except KeyError:
            self._widths.update({glyph: self.font.get_glyph_h_advance(glyph) for glyph in glyphs})
            return [self._widths[glyph] for glyph in glyphs]

    def is_blank(self, glyph: int) -> bool:
        """Whether a glyph leaves no mark."""
        known = self._blanks.get(glyph)
        if known is None:
            extents = self.font.get_glyph_extents(glyph)
            known = self._blanks[glyph] = extents is None or not (extents.width and extents.height)
        return known

    @cached_property
    def is_cff(self) -> bool:
        return b"CFF " in _tags(self.path)

    @cached_property
    def descriptor(self) -> str:
        """The entries of the font's descriptor for every subset, in thousandths of the size."""
        extents = self.font.get_font_extents("ltr")
        scale = 1000 / self.upem
        head = self.font.face.reference_table("head").data
        box = (int.from_bytes(head[at : at + 2], "big", signed=True) * scale for at in (36, 38, 40, 42))
        ascender, descender = extents.ascender * scale, extents.descender * scale
        return (
            f"/Flags 4/ItalicAngle 0/StemV 80/FontBBox[{' '.join(f'{value:.0f}' for value in box)}]"
            f"/Ascent {ascender:.0f}/Descent {descender:.0f}/CapHeight {ascender:.0f}"
        )

    @cached_property
    def _cut(self) -> FontTable:
        return _without_cmap(self.path)

    def subset(self, glyphs: Iterable[int]) -> Subset:
        """The font with only these glyphs and their components, without hints and layout tables."""
        wanted = uharfbuzz.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.drop_table_tag_set.update(_DROPPED)
        wanted.flags = _Flags.NO_HINTING | _Flags.DESUBROUTINIZE | _Flags.NOTDEF_OUTLINE
        # The copy pays off from the second subset on. Most processes make one of a face, or none.
        plan = uharfbuzz.SubsetPlan(self._cut if self._was_subset else self.font.face, wanted)
        self._was_subset = True
        made = plan.execute()
        if self.is_cff:
            # The character ids of a CID-keyed font stay the same, and the build makes them equal to its glyph ids.
            return Subset(made.reference_table("CFF ").data, {glyph: glyph for glyph in glyphs})
        renumbered = plan.old_to_new_glyph_mapping
        return Subset(made.blob.data, {glyph: renumbered[glyph] for glyph in glyphs})


@cache
def face(file: str) -> Face:
    return Face(file)


def _tags(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        head = file.read(12)
        directory = file.read(16 * int.from_bytes(head[4:6], "big"))
    return [directory[at : at + 4] for at in range(0, len(directory), 16)]


def _without_cmap(path: Path) -> FontTable:
    """The face with its character map hidden.

    HarfBuzz reads the whole map for each subset, which takes 2 ms for a Chinese font, although we only need glyphs. The
    file is copied, not read, so that it stays mapped and out of memory.
    """
    # Most processes need neither, and a new process starts a fifth faster without them.
    import shutil
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile() as copy, path.open("rb") as original:
        shutil.copyfileobj(original, copy, 1 << 20)
        copy.flush()
        os.pwrite(copy.fileno(), b"cmaq", 12 + 16 * _tags(path).index(b"cmap"))
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(copy.name))
