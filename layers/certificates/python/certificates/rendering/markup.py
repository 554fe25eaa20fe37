"""The bound page as text for WeasyPrint."""

from __future__ import annotations

from xml.etree import ElementTree

from .structure import DECORATION

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"


def html_of(root: ElementTree.Element) -> str:
    for element in root.iter():
        if element.tag == "img" and _decorates(element, element.get("alt")):
            element.set("alt", DECORATION)
        elif element.tag == f"{_SVG}svg":
            _title(element)
    for element in root.iter():
        _plain(element)
    return ElementTree.tostring(root, encoding="unicode", method="html")


def _decorates(element: ElementTree.Element, alternative: str | None) -> bool:
    """An image with an empty `alt` is decoration. Without `alt`, the text was forgotten, and WeasyPrint reports it."""
    hidden = element.get("aria-hidden") == "true" or element.get("role") in ("none", "presentation")
    return hidden or (alternative is not None and not alternative.strip())


def _title(drawing: ElementTree.Element) -> None:
    """A drawing's title is its text for screen readers. A drawing without title is decoration."""
    title = drawing.find(f"{_SVG}title")
    label = drawing.get("aria-label") or ("" if title is None else "".join(title.itertext()))
    if title is None:
        title = ElementTree.Element(f"{_SVG}title")
        drawing.insert(0, title)
    title.clear()
    title.text = DECORATION if _decorates(drawing, label) else label.strip()


def _plain(element: ElementTree.Element) -> None:
    """HTML names have no prefix: an <svg:svg> is no drawing."""
    if isinstance(element.tag, str):
        element.tag = element.tag.rpartition("}")[2]
    for name in [name for name in element.attrib if name.startswith("{")]:
        prefix = "xlink:" if name.startswith(_XLINK) else ""
        element.set(prefix + name.rpartition("}")[2], element.attrib.pop(name))
