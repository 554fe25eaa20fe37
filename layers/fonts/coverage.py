"""Lists the characters that each font prints, in one small file beside the fonts:

    <JSON: [[file, CRC-32 of the font, number of ranges], ...], sorted by file>\n
    <first code points of all ranges, then the code points after their last: 4 bytes each, little-endian>

A character is listed if its glyph has ink. Spaces are listed too. Fillers and letters for private use are not.
"""

from __future__ import annotations

import json
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import uharfbuzz

FILE = "coverage"
# The object mark and the replacement mark show that a text is damaged. A font's own glyph for them may hide this.
_NEVER = {0xFFFC, 0xFFFD}


def write(folder: Path) -> None:
    """Write the list of all fonts in the folder."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".ttf", ".otf"))
    ranges = {path: list(_ranges(printed(path.read_bytes()))) for path in files}
    index = [[path.name, zlib.crc32(path.read_bytes()), len(ranges[path])] for path in files]
    together = [one for path in files for one in ranges[path]]
    body = struct.pack(f"<{2 * len(together)}I", *(first for first, _ in together), *(end for _, end in together))
    (folder / FILE).write_bytes(json.dumps(index, separators=(",", ":")).encode() + b"\n" + body)


def printed(content: bytes) -> list[int]:
    """The code points that a font prints, in order."""
    face = uharfbuzz.Face(uharfbuzz.Blob(content))
    font = uharfbuzz.Font(face)
    return [code for code in sorted(face.unicodes) if _prints(font, code)]


def _prints(font: uharfbuzz.Font, code: int) -> bool:
    category = unicodedata.category(chr(code))
    if code in _NEVER or category in ("Cc", "Cf", "Co", "Cs"):
        return False
    if category == "Zs":
        return True
    if not _has_ink(font, font.get_nominal_glyph(code)):
        return False
    return unicodedata.bidirectional(chr(code)) != "AL" or _joins(font, chr(code))


def _joins(font: uharfbuzz.Font, letter: str) -> bool:
    """Whether every form of a letter has ink: a font may have only the form of the letter alone."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(3 * letter)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    return all(_has_ink(font, info.codepoint) for info in buffer.glyph_infos)


def _has_ink(font: uharfbuzz.Font, glyph: int) -> bool:
    extents = font.get_glyph_extents(glyph)
    return extents is not None and bool(extents.width and extents.height)


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first code point, and the one after the last, of each range without a gap."""
    first = end = -1
    for code in codes:
        if code != end:
            if end >= 0:
                yield first, end
            first = code
        end = code + 1
    if end >= 0:
        yield first, end
