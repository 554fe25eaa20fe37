"""Breaks long texts into lines, and sets them smaller, until they fit their place in the template. With
`data-fit="0.3"` on a block, its text may shrink to 0.3 of its size. With `data-lines="2"`, it may be broken into two
lines first, if the print is larger then. All lines share the height of one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from . import breaking, facing, setting
from .errors import DesignFault
from .fill.lines import runs_of
from .flaws import design_flaw
from .structure import WORD_GOES_ON

if TYPE_CHECKING:
    from .untyped import Box, WeasyDocument


def shrink(document: WeasyDocument) -> bool:
    """Set every text that is too long smaller or on more lines. True: the page must be laid out again."""
    changed = False
    for box in _boxes(document.pages[0]._page_box):
        element = box.element
        if element is None or element.get("data-fit") is None or box.element_tag != element.tag:
            continue
        # A line has the same element as its block. The block has the width.
        lines = [child for child in box.children if type(child).__name__ == "LineBox"]
        wanted = max((sum(child.margin_width() for child in line.children) for line in lines), default=0)
        if wanted > box.width:
            if len(lines) > 1 or not _break(element, box, lines[0]):
                _scale(element, box.width / wanted * breaking.SLACK)
            changed = True
    return changed


def _break(block: Element, box: Box, line: Box) -> bool:
    """Whether the block's one text was broken into lines. A text that stays on one line does not change."""
    most = facing.lines_of(block)
    texts = [child for child in block if child.get(facing.FILES)]
    if most == 1 or len(block) != 1 or len(texts) != 1:
        return False
    [element] = texts
    style = next(inner.style for inner in _boxes(line) if inner.element is element)
    files, language, direction = tuple(element.get(facing.FILES, "").split()), style["lang"] or "", style["direction"]
    features = dict(facing.features_of(style))
    size: float = style["font_size"]

    def measure(text: str) -> float:
        runs = runs_of(text, files, language, direction, features)
        return size * sum([sum(run.advances) / run.face.upem for run in runs], 0.0)

    text = "".join(element.itertext())
    least = float(block.get("data-fit", "1")) / float(element.get(facing.SIZE, "1"))
    found = breaking.broken(text, measure, width=box.width, height=line.height / size, most=most, least=least)
    if len(found.lines) == 1:
        return False
    _check(block, found.share * float(element.get(facing.SIZE, "1")))
    element.text = ""
    for child in list(element):
        element.remove(child)
    rest = text
    for part in found.lines:
        if len(element):
            SubElement(element, "br")
        row = SubElement(element, "span")
        row.text = part
        rest = rest.lstrip()[len(part) :]
        if rest and not rest[0].isspace():
            row.set(WORD_GOES_ON, "")
        facing.set_pieces(row, setting.pieces(part, files, language, direction), 1 if direction == "rtl" else 0)
    facing.set_size(element, found.share * float(element.get(facing.SIZE, "1")))
    step = breaking.line_height(len(found.lines), line.height, size * found.share)
    above = (line.height - step * len(found.lines)) / 2
    block.set("style", f"line-height: {step:.4f}px; padding-top: {above:.4f}px")
    return True


def _scale(block: Element, factor: float) -> None:
    for child in block:
        share = float(child.get(facing.SIZE, "1")) * factor
        _check(block, share)
        facing.set_size(child, share)


def _check(block: Element, share: float) -> None:
    if share < float(block.get("data-fit", "1")):
        where = block.get("class") or block.tag
        raise DesignFault("text-too-long", design_flaw("text-too-long").at(where))


def _boxes(box: Box) -> Iterator[Box]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child))  # absolutely placed boxes hide behind a placeholder
