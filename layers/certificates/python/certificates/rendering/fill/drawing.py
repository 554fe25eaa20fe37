"""The operators that show a learner's lines and QR code."""

from __future__ import annotations

from certificates.rendering import qr
from certificates.rendering.artefact import Code

from .lines import Line, Run
from .writing import text_string


def draw_line(line: Line, fonts: list[tuple[str, dict[int, str]]], language: str) -> str:
    """Tagged as its slot is. `fonts` has for each run the font's name on the page and the glyphs' codes in hex."""
    slot = line.slot
    extra = f"/Lang({line.language})" if line.language and line.language != language else ""
    if not line.plain and not line.right_to_left:
        # A reader that copies glyph by glyph would get the parts of clusters in the wrong order. Right to left it is
        # the other way round: readers turn glyphs about themselves, and would turn this text too.
        extra += f"/ActualText{text_string(line.text)}"
    drawn = f"{slot.tag}<</MCID {slot.mcid}{extra}>>BDC {slot.paint}\nBT 1 0 0 -1 {line.x:.3f} {slot.baseline:.3f} Tm\n"
    for run, (name, codes) in zip(line.runs, fonts, strict=True):
        drawn += f"/{name} {line.size:.4f} Tf {_show(run, codes, line.size)}\n"
    return drawn + "ET EMC\n"


def _show(run: Run, codes: dict[int, str], size: float) -> str:
    """Glyphs at their places: TJ moves the pen in thousandths of the size, Ts lifts marks off the line."""
    width = run.face.width
    scale = 1000 / run.face.upem
    parts = ["[<"]
    behind = 0  # font units from the pen to where the next glyph belongs
    for glyph, advance, dx, dy in run.glyphs:
        move = behind + dx
        if dy:
            parts.append(f">]TJ {dy * size / run.face.upem:.3f} Ts[<")
        if move:
            parts.append(f">{-move * scale:.4g}<")
        parts.append(codes[glyph])
        if dy:
            parts.append(">]TJ 0 Ts[<")
        behind = advance - width(glyph) - dx
    if behind:
        parts.append(f">{-behind * scale:.4g}<")
    parts.append(">]TJ")
    return "".join(parts).replace("<>", "")


def draw_code(code: Code, url: str) -> str:
    """A QR code as one path, so that no viewer leaves hairlines between its modules."""
    side = qr.size(len(url))
    dark, row = qr.modules(url), (1 << side) - 1
    rows = []
    columns = range(0, side, _CHUNK)
    known = _BARS
    for y in range(side):
        bits = dark >> (y * side) & row
        bars = ""
        for x in columns:
            key = (bits >> x & _CHUNK_MASK) << 6 | x
            bars += known.get(key) or _bars(key)
        rows.append(bars.replace("y", str(y)))
    scale = code.side / side
    place = f"{scale:.5f} 0 0 {scale:.5f} {code.x:.3f} {code.y:.3f} cm"
    return f"{code.tag}<</MCID {code.mcid}>>BDC q {code.paint} {place}\n{''.join(rows)}f Q EMC\n"


# Rectangles for eleven modules of a row, with `y` for the row: by their bits and their first column.
_CHUNK, _CHUNK_MASK = 11, 0x7FF
_BARS: dict[int, str] = {}


def _bars(key: int) -> str:
    left, bits = key & 63, key >> 6
    bars, x = "", 0
    while bits >> x:
        if bits >> x & 1:
            start = x
            while bits >> x & 1:
                x += 1
            bars += f"{left + start} y {x - start} 1 re "
        else:
            x += 1
    _BARS[key] = bars
    return bars
