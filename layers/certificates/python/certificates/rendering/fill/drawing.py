"""The operators that show a learner's lines and QR code."""

from __future__ import annotations

import re
from functools import cache

from certificates.rendering import qr
from certificates.rendering.artefact import Code

from .embedding import Said
from .lines import Line, Run
from .writing import text_string


def draw_line(line: Line, fonts: list[tuple[str, dict[Said, str]]], language: str) -> str:
    """Tagged as its slot is. `fonts` has for each run the font's name on the page and its glyphs' codes in hex."""
    slot = line.slot
    extra = f"/Lang({line.language})" if line.language and line.language != language else ""
    if not line.plain and not line.right_to_left:
        # A reader that copies glyph by glyph would get the parts of clusters in the wrong order. Right to left it is
        # the other way round: readers turn glyphs about themselves, and would turn this text too.
        extra += f"/ActualText{text_string(line.text)}"
    drawn = f"{slot.tag}<</MCID {slot.mcid}{extra}>>BDC {slot.paint}\nBT "
    font = iter(fonts)
    for row in line.rows:
        drawn += f"1 0 0 -1 {row.x:.3f} {row.baseline:.3f} Tm\n"
        for run in row.runs:
            name, codes = next(font)
            drawn += f"/{name} {line.size:.4f} Tf {_show(run, codes, line.size)}\n"
    return drawn + "ET EMC\n"


def _show(run: Run, codes: dict[Said, str], size: float) -> str:
    """Glyphs at their places: TJ moves the pen in thousandths of the size, Ts lifts marks off the line."""
    widths = run.face.widths(run.glyphs)
    if run.offsets is None and widths == run.advances:
        return f"<{''.join([codes[said] for said in run.said])}>Tj"
    scale = 1000 / run.face.upem
    parts = ["[<"]
    behind = 0  # font units from the pen to where the next glyph belongs
    offsets = run.offsets or [(0, 0)] * len(widths)
    for said, advance, width, (dx, dy) in zip(run.said, run.advances, widths, offsets, strict=True):
        move = behind + dx
        if dy:
            parts.append(f">]TJ {dy * size / run.face.upem:.3f} Ts[<")
        if move:
            parts.append(f">{-move * scale:.4g}<")
        parts.append(codes[said])
        if dy:
            parts.append(">]TJ 0 Ts[<")
        behind = advance - width - dx
    if behind:
        parts.append(f">{-behind * scale:.4g}<")
    parts.append(">]TJ")
    return "".join(parts).replace("<>", "")


def draw_code(code: Code, url: str) -> str:
    """A QR code as one path, so that no viewer leaves hairlines between its modules."""
    side = qr.size(len(url))
    modules = f"{qr.modules(url):0{side * side}b}"[::-1]  # one letter each, in the order they are read
    bars = "".join([drawn[modules[start:end]] for start, end, drawn in _pieces(side)])
    scale = code.side / side
    place = f"{scale:.5f} 0 0 {scale:.5f} {code.x:.3f} {code.y:.3f} cm"
    return f"{code.tag}<</MCID {code.mcid}>>BDC q {code.paint} {place}\n{bars}f Q EMC\n"


class _Bars(dict[str, str]):
    """By the modules of a piece of a row, the rectangles of its dark ones."""

    def __init__(self, left: int, top: int) -> None:
        self._left, self._top = left, top

    def __missing__(self, modules: str) -> str:
        bars = "".join(
            f"{self._left + run.start()} {self._top} {run.end() - run.start()} 1 re "
            for run in re.finditer("1+", modules)
        )
        self[modules] = bars
        return bars


# Long enough that a row is few pieces, short enough that all there can be take little room.
_PIECE = 8


@cache
def _pieces(side: int) -> list[tuple[int, int, _Bars]]:
    """Where each piece of each row of a code begins and ends among all modules, and what is drawn for it."""
    return [
        (y * side + x, y * side + min(x + _PIECE, side), _Bars(x, y))
        for y in range(side)
        for x in range(0, side, _PIECE)
    ]
