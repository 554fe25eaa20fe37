"""Cuts the sentinels out of the page's drawing, and notes where and how they were drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from certificates.rendering.artefact import Code, Slot
from certificates.rendering.compile.slots import Place
from certificates.rendering.errors import DesignFault, NotFillable
from certificates.rendering.flaws import design_flaw

if TYPE_CHECKING:
    from certificates.rendering.untyped import PdfValue

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_PAINT = {"rg", "g", "k", "cs", "sc", "scn", "gs"}
_NEAR = 0.01  # CSS pixels: the most that rounding in the content stream moves a glyph

_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


@dataclass(frozen=True)
class Cut:
    pdf: pikepdf.Pdf
    matrix: Matrix
    slots: tuple[Slot, ...]
    codes: tuple[Code, ...]


@dataclass
class _State:
    matrix: Matrix = _IDENTITY
    paint: dict[str, str] = field(default_factory=dict)

    def copy(self) -> _State:
        return _State(self.matrix, dict(self.paint))


@dataclass
class _Marked:
    """An open marked-content sequence: its content, and the state of the page at the beginning of its text."""

    tag: str
    mcid: int
    start: int  # of its instructions among the kept ones
    state: _State
    text_at: tuple[float, float] | None = None


def cut(content: bytes, places: Sequence[Place], url: str) -> Cut:
    """The PDF without the drawing of `places`. Raises DesignFault if a place is not found in the drawing."""
    pdf = pikepdf.open(BytesIO(content))
    page = pdf.pages[0]
    kept: list[_Instruction] = [pikepdf.ContentStreamInstruction([], pikepdf.Operator("q"))]
    stack, state = [], _State()
    marked: _Marked | None = None
    codes_at = _figures(pdf, url)
    page_matrix: Matrix = _IDENTITY
    slots: list[Slot] = []
    codes: list[Code] = []
    waiting = [place for place in places if place.key != "qr"]
    pictures = [place for place in places if place.key == "qr"]

    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, str(instruction.operator)
        kept.append(instruction)
        if operator == "q":
            stack.append(state.copy())
        elif operator == "Q":
            state = stack.pop()
        elif operator == "cm":
            state.matrix = _times(tuple(float(value) for value in operands), state.matrix)
            page_matrix = state.matrix if page_matrix == _IDENTITY or len(stack) == 1 else page_matrix
        elif operator in _PAINT:
            state.paint["gs" if operator == "gs" else "colour"] = _operation(list(operands), operator)
        elif operator == "BDC" and "/MCID" in operands[1]:
            marked = _Marked(str(operands[0]), int(operands[1]["/MCID"]), len(kept) - 1, state.copy())
        elif operator == "Tm" and marked:
            marked.text_at = (float(operands[4]), float(operands[5]))
            marked.state = state.copy()
        elif operator == "EMC" and marked:
            place = _match(marked, waiting)
            if place and marked.state.matrix != page_matrix:
                raise NotFillable("slot-transformed", design_flaw("slot-transformed", slot=place.key))
            if place:
                waiting.remove(place)
                slots.append(_slot(place, marked))
                kept[marked.start :] = _only_paint(kept[marked.start :])
            elif marked.mcid in codes_at and pictures:
                codes.append(_code(pictures.pop(0), marked))
                del kept[marked.start :]
            marked = None
    if waiting or pictures:
        keys = ", ".join(place.key for place in (*waiting, *pictures))
        raise DesignFault("slot-hidden", design_flaw("slot-hidden", slots=keys))
    kept.append(pikepdf.ContentStreamInstruction([], pikepdf.Operator("Q")))
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    return Cut(pdf, page_matrix, tuple(slots), tuple(codes))


def _match(marked: _Marked, waiting: Iterable[Place]) -> Place | None:
    if marked.text_at is None:
        return None
    x, y = marked.text_at
    return next((p for p in waiting if abs(p.x - x) < _NEAR and abs(p.baseline - y) < _NEAR), None)


def _slot(place: Place, marked: _Marked) -> Slot:
    return Slot(
        key=place.key,
        tag=marked.tag,
        mcid=marked.mcid,
        anchor=place.anchor,
        x=round(place.anchor_x, 4),
        baseline=round(place.baseline, 4),
        width=round(place.width, 4),
        size=place.size,
        paint=" ".join(marked.state.paint.values()),
        features=place.features,
        faces=place.faces,
        language=place.language,
        least=place.least,
        lines=place.lines,
        height=round(place.line_height, 4),
        parts=(place.form,) if place.form else (),
    )


def _code(place: Place, marked: _Marked) -> Code:
    from certificates.rendering.binding import QR_INK

    red, green, blue = (int(QR_INK[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return Code(
        tag=marked.tag,
        mcid=marked.mcid,
        x=round(place.x, 4),
        y=round(place.baseline, 4),
        side=min(place.width, place.height),
        paint=f"{red:.4g} {green:.4g} {blue:.4g} rg",
    )


def _only_paint(instructions: Iterable[_Instruction]) -> list[_Instruction]:
    """The text after a sentinel may depend on colours that were set inside the sentinel's text."""
    return [instruction for instruction in instructions if str(instruction.operator) in _PAINT]


def _figures(pdf: pikepdf.Pdf, url: str) -> set[int]:
    """The marked contents of the figures whose alternate text has the address. A figure on a translucent page has its
    contents in another stream, and none here.
    """
    found = set()
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure" and url in str(item.get("/Alt", "")):
            found |= {int(kid) for kid in item.K if not isinstance(kid, pikepdf.Dictionary)}
    return found


def _operation(operands: Sequence[PdfValue], operator: str) -> str:
    return pikepdf.unparse_content_stream(
        [pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator))]
    ).decode("ascii")


def _times(a: Sequence[float], b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )
