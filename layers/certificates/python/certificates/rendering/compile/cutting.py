"""Cuts the sentinels out of the page's drawing, and notes where and how they were drawn."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
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
    drawing = _Drawing(places, _figures(pdf, url))
    for instruction in pikepdf.parse_content_stream(page):
        drawing.read(instruction)
    if drawing.not_found:
        keys = ", ".join(place.key for place in drawing.not_found)
        raise DesignFault("slot-hidden", design_flaw("slot-hidden", slots=keys))
    kept = [_instruction("q"), *drawing.kept, _instruction("Q")]
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    return Cut(pdf, drawing.page_matrix, tuple(drawing.slots), tuple(drawing.codes))


class _Drawing:
    """The page's drawing, read from its first instruction to the last. `kept` is the drawing without the places."""

    def __init__(self, places: Sequence[Place], figures: Container[int]) -> None:
        self.kept: list[_Instruction] = []
        self.slots: list[Slot] = []
        self.codes: list[Code] = []
        self.page_matrix: Matrix = _IDENTITY
        self._texts = [place for place in places if place.key != "qr"]
        self._pictures = [place for place in places if place.key == "qr"]
        self._figures = figures
        self._outer: list[_State] = []
        self._state = _State()
        self._marked: _Marked | None = None

    @property
    def not_found(self) -> list[Place]:
        return [*self._texts, *self._pictures]

    def read(self, instruction: _Instruction) -> None:
        operands, operator = instruction.operands, str(instruction.operator)
        self.kept.append(instruction)
        if operator == "q":
            self._outer.append(self._state.copy())
        elif operator == "Q":
            self._state = self._outer.pop()
        elif operator == "cm":
            self._transform(tuple(float(value) for value in operands))
        elif operator in _PAINT:
            self._state.paint["gs" if operator == "gs" else "colour"] = _operation(list(operands), operator)
        elif operator == "BDC" and "/MCID" in operands[1]:
            start = len(self.kept) - 1
            self._marked = _Marked(str(operands[0]), int(operands[1]["/MCID"]), start, self._state.copy())
        elif operator == "Tm" and self._marked:
            self._marked.text_at = (float(operands[4]), float(operands[5]))
            self._marked.state = self._state.copy()
        elif operator == "EMC" and self._marked:
            self._end(self._marked)
            self._marked = None

    def _transform(self, by: tuple[float, ...]) -> None:
        self._state.matrix = _times(by, self._state.matrix)
        if self.page_matrix == _IDENTITY or len(self._outer) == 1:
            self.page_matrix = self._state.matrix

    def _end(self, marked: _Marked) -> None:
        """The marked content ends: cut it out if it is a place."""
        place = _match(marked, self._texts)
        if place and marked.state.matrix != self.page_matrix:
            raise NotFillable("slot-transformed", design_flaw("slot-transformed", slot=place.key))
        if place:
            self._texts.remove(place)
            self.slots.append(_slot(place, marked))
            self.kept[marked.start :] = _only_paint(self.kept[marked.start :])
        elif marked.mcid in self._figures and self._pictures:
            self.codes.append(_code(self._pictures.pop(0), marked))
            del self.kept[marked.start :]


def _instruction(operator: str) -> _Instruction:
    return pikepdf.ContentStreamInstruction([], pikepdf.Operator(operator))


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
