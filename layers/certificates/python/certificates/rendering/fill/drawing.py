"""The operators that show a learner's lines and QR code."""

from __future__ import annotations

import re
from functools import cache
from operator import getitem

from certificates.rendering import qr
from certificates.rendering.artefact import Code

from .embedding import GlyphText
from .lines import Line, Run
from .writing import text_string


def draw_line(line: Line, fonts: list[tuple[str, dict[GlyphText, str]]], language: str) -> str:
    """Draw a line with the tag of its slot. `fonts` has for each run the font's name on the page and the glyphs' codes
    in hex."""
    slot = line.slot
    extra = f"/Lang({line.language})" if line.language and line.language != language else ""
    if not line.plain and not line.right_to_left:
        # A reader that copies glyph by glyph would get the parts of clusters in the wrong order. For right-to-left
        # text, readers reverse the glyphs themselves, and would also reverse this text.
        extra += f"/ActualText{text_string(line.text)}"
    drawn = f"{slot.tag}<</MCID {slot.mcid}{extra}>>BDC {slot.paint}\nBT "
    font = iter(fonts)
    for row in line.rows:
        drawn += f"1 0 0 -1 {row.x:.3f} {row.baseline:.3f} Tm\n"
        for run in row.runs:
            name, codes = next(font)
            drawn += f"/{name} {line.size:.4f} Tf {_show(run, codes, line.size)}\n"
    return drawn + "ET EMC\n"


def _show(run: Run, codes: dict[GlyphText, str], size: float) -> str:
    """Glyphs at their places: TJ moves the pen in thousandths of the size, Ts moves marks off the line."""
    widths = run.face.widths(run.glyphs)
    if run.offsets is None and widths == run.advances:
        return f"<{''.join([codes[shown] for shown in run.glyph_texts])}>Tj"
    scale = 1000 / run.face.upem
    parts = ["[<"]
    behind = 0  # font units from the pen to the place of the next glyph
    offsets = run.offsets or [(0, 0)] * len(widths)
    for shown, advance, width, (dx, dy) in zip(run.glyph_texts, run.advances, widths, offsets, strict=True):
        move = behind + dx
        if dy:
            parts.append(f">]TJ {dy * size / run.face.upem:.3f} Ts[<")
        if move:
            parts.append(f">{-move * scale:.4g}<")
        parts.append(codes[shown])
        if dy:
            parts.append(">]TJ 0 Ts[<")
        behind = advance - width - dx
    if behind:
        parts.append(f">{-behind * scale:.4g}<")
    parts.append(">]TJ")
    return "".join(parts).replace("<>", "")


def draw_code(code: Code, url: str) -> str:
    """A QR code as one path, so that no viewer shows thin lines between modules."""
    side = qr.size(len(url))
    drawn = _drawn(side)
    bars = "".join(map(getitem, drawn, qr.modules(url).to_bytes(len(drawn), "little")))
    scale = code.side / side
    place = f"{scale:.5f} 0 0 {scale:.5f} {code.x:.3f} {code.y:.3f} cm"
    return f"{code.tag}<</MCID {code.mcid}>>BDC q {code.paint} {place}\n{bars}f Q EMC\n"


class _Bars(dict[int, str]):
    """By the value of eight modules, from the module `first` on, the rectangles of the dark ones."""

    def __init__(self, side: int, first: int) -> None:
        self._side, self._first = side, first

    def __missing__(self, modules: int) -> str:
        y, x = divmod(self._first, self._side)
        dark, ends = f"{modules:08b}"[::-1], self._side - x
        self[modules] = bars = _bars(dark[:ends], x, y) + _bars(dark[ends:], 0, y + 1)
        return bars


def _bars(dark: str, x: int, y: int) -> str:
    """The rectangles of modules in one row, one letter each, from `x` on."""
    runs = re.finditer("1+", dark)
    return "".join(f"{x + run.start()} {y} {run.end() - run.start()} 1 re " for run in runs)


@cache
def _drawn(side: int) -> list[_Bars]:
    """The drawing of each byte of a code's modules. A byte has few values, so all are known soon."""
    return [_Bars(side, first) for first in range(0, side * side, 8)]
