"""The operators that show a learner's lines and QR code."""

from __future__ import annotations

import re
from functools import cache

from certificates.rendering import qr
from certificates.rendering.artefact import Code

from .embedding import Font, GlyphText
from .lines import Line
from .shaping import Run
from .writing import text_string

_DARK = re.compile("1+")


def draw_line(line: Line, fonts: list[Font], language: str) -> str:
    """Draw a line with the tag of its slot. `fonts` has the font of each run."""
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
            shown = show_run(run, codes, line.size) if run.shown is None else run.shown
            drawn += f"/{name} {line.size:.4f} Tf {shown}\n"
    return drawn + "ET EMC\n"


def show_run(run: Run, codes: dict[GlyphText, str], size: float) -> str:
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
    bars = _path(side, qr.modules(url).to_bytes((side * side + 7) // 8, "little"))
    scale = code.side / side
    place = f"{scale:.5f} 0 0 {scale:.5f} {code.x:.3f} {code.y:.3f} cm"
    return f"{code.tag}<</MCID {code.mcid}>>BDC q {code.paint} {place}\n{bars}f Q EMC\n"


def _path(side: int, modules: bytes) -> str:
    """The rectangles of a code's dark modules."""
    drawn = _drawn(side)
    try:
        return "".join([known[eight] for known, eight in zip(drawn, modules, strict=True)])
    except KeyError:
        for number, (known, eight) in enumerate(zip(drawn, modules, strict=True)):
            if eight not in known:
                known[eight] = _eight(eight, 8 * number, side)
        return _path(side, modules)


def _eight(modules: int, first: int, side: int) -> str:
    """The rectangles of eight modules, one for each bit, from the module `first` on."""
    y, x = divmod(first, side)
    ends = side - x
    if ends >= 8:
        return _bars(modules, x, y)
    return _bars(modules % (1 << ends), x, y) + _bars(modules >> ends, 0, y + 1)


def _bars(modules: int, x: int, y: int) -> str:
    """The rectangles of modules in one row, one bit each, from `x` on."""
    return "".join([f"{x + start} {y} {length} 1 re " for start, length in _dark(modules)])


@cache
def _dark(modules: int) -> list[tuple[int, int]]:
    """Each run of dark modules: its start and its length."""
    return [(run.start(), run.end() - run.start()) for run in _DARK.finditer(f"{modules:b}"[::-1])]


@cache
def _drawn(side: int) -> list[dict[int, str]]:
    """The rectangles of each eight modules of a code by their value. There are few values, so all are known soon."""
    return [{} for _ in range(0, side * side, 8)]
