"""The places of slots on a laid-out page, from WeasyPrint's boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.rendering import facing
from certificates.rendering.binding import FORM
from certificates.rendering.errors import NotFillable
from certificates.rendering.flaws import design_flaw

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from certificates.rendering.untyped import Box, WeasyDocument

# Required styles of a slot's text, because filling draws only glyphs.
_PLAIN = (
    ("letter_spacing", "normal"),
    ("word_spacing", 0),
    ("text_transform", "none"),
    ("text_decoration_line", "none"),
)


@dataclass(frozen=True)
class Place:
    """A laid-out slot. Lengths are CSS pixels; `x` and `baseline` are the position of its first glyph."""

    key: str
    x: float
    baseline: float
    anchor: str = "left"
    anchor_x: float = 0
    width: float = 0
    height: float = 0
    size: float = 0
    features: tuple[tuple[str, int], ...] = ()
    faces: tuple[str, ...] = ()
    language: str = ""
    least: float = 1
    lines: int = 1
    line_height: float = 0
    form: str = ""


def find(document: WeasyDocument) -> tuple[Place, ...]:
    """Every slot of the page, in drawing order. Raises NotFillable for a slot that cannot be filled later."""
    return tuple(_places(document.pages[0]._page_box, None, None))


def _places(box: Box, block: Box, line: Box) -> Iterator[Place]:
    kind = type(box).__name__
    key = None if box.element is None else box.element.get("data-slot")
    if key == "qr" and hasattr(box, "replacement"):
        yield Place(key, box.content_box_x(), box.content_box_y(), width=box.width, height=box.height)
    elif key and kind == "InlineBox":
        _undecorated(key, box)
    elif key and kind == "TextBox":
        yield _text(key, box, block, line)
    if kind == "LineBox":
        line = box
    elif kind != "TextBox" and kind != "InlineBox":
        block, line = box, None
    for child in getattr(box, "children", ()):
        yield from _places(getattr(child, "_box", child), block, line)


def _text(key: str, box: Box, block: Box, line: Box) -> Place:
    style = box.style
    for name, plain in _PLAIN:
        if style[name] not in (plain, 0, set()):
            raise NotFillable("slot-style", design_flaw("slot-style", style=name.replace("_", "-"), slot=key))
    anchor, anchor_x, width = _anchor(key, box, block, line)
    return Place(
        key=key,
        x=box.position_x,
        baseline=box.position_y + box.baseline,
        anchor=anchor,
        anchor_x=anchor_x,
        width=width,
        size=style["font_size"],
        features=facing.features_of(style),
        faces=_faces(key, box.element),
        language=style["lang"] or "",
        least=float(block.element.get("data-fit", "0.55")),
        lines=facing.lines_of(block.element),
        line_height=line.height,
        form=box.element.get(FORM, ""),
    )


def _undecorated(key: str, box: Box) -> None:
    borders = [box.style[f"border_{side}_width"] for side in ("top", "right", "bottom", "left")]
    if any(borders) or box.background:
        raise NotFillable("slot-style", design_flaw("slot-box", slot=key))


def _anchor(key: str, box: Box, block: Box, line: Box) -> tuple[str, float, float]:
    """The point of the line that does not move when the text gets longer."""
    left, right = block.content_box_x(), block.content_box_x() + block.width
    align = block.style["text_align_all"]
    rtl = block.style["direction"] == "rtl"
    align = {"start": "right" if rtl else "left", "end": "left" if rtl else "right"}.get(align, align)
    others = [other for other in _leaves(line) if other is not box and (getattr(other, "text", "x") or "").strip()]
    if align == "center" and not others:
        return "center", (left + right) / 2, block.width
    if align == "left" and all(other.position_x <= box.position_x for other in others):
        return "left", box.position_x, right - box.position_x
    if align == "right" and all(other.position_x >= box.position_x for other in others):
        edge = box.position_x + box.width
        return "right", edge, edge - left
    raise NotFillable("slot-moves-others", design_flaw("slot-moves-others", slot=key))


def _leaves(box: Box) -> Iterator[Box]:
    children = getattr(box, "children", ())
    if not children:
        yield box
    for child in children:
        yield from _leaves(child)


def _faces(key: str, element: Element) -> tuple[str, ...]:
    """The font files in order."""
    files = element.get(facing.FILES)
    if not files:
        raise NotFillable("slot-font", design_flaw("slot-font", slot=key))
    return tuple(files.split())
