"""Sets long texts smaller until they fit the line that the template gives them.

`data-fit="0.3"` on a block says: one line, and the text inside may shrink to 0.3 of its size, not further.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from .errors import DesignFault

# A hair less than the line's width, since glyph advances do not scale in quite equal steps.
_SLACK = 0.995


def shrink(document: Any) -> bool:
    """Sets a smaller size on every element that sticks out; True where the page has to be laid out once more."""
    changed = False
    for box in _boxes(document.pages[0]._page_box):
        element = box.element
        if element is None or element.get("data-fit") is None or box.element_tag != element.tag:
            continue
        # A line belongs to its block's element too; it is the block that has a width to keep.
        lines = [child for child in box.children if type(child).__name__ == "LineBox"]
        wanted = max((sum(child.margin_width() for child in line.children) for line in lines), default=0)
        if wanted > box.width:
            _scale(element, box.width / wanted * _SLACK, least=float(element.get("data-fit")))
            changed = True
    return changed


def _scale(element: Element, factor: float, least: float) -> None:
    for child in element:
        size = float(child.get("data-size", "1")) * factor
        if size < least:
            where = element.get("class") or element.tag
            raise DesignFault("text-too-long", f"{where}: the text does not fit its line however small it is set")
        child.set("data-size", str(size))
        others = [part for part in child.get("style", "").split(";") if part.strip() and "font-size" not in part]
        child.set("style", ";".join([*others, f"font-size: {size * 100:.3f}%"]))


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child))  # absolutely placed boxes hide behind a placeholder
