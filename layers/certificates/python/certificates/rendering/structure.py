"""Corrects WeasyPrint's structure tree, so that screen readers read the right texts in the right languages. WeasyPrint
makes an element for every box, also for empty ones, and for every line: a paragraph of two lines becomes two. It does
not separate languages. It marks text of a translucent group as content of the page, although a form XObject draws the
text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import breaking, roles
from .fill.lines import is_right_to_left

if TYPE_CHECKING:
    from .untyped import Box, Pdf, PdfValue, WeasyDocument

DECORATION = "\u2060decoration"
"""The `alt` of an image that only decorates. It never reaches the file."""

WORD_GOES_ON = "data-word-goes-on"
"""Marks the end of a line that a long word was broken at."""

# Characters where CSS breaks a line without a blank, beside East Asian letters.
_BROKEN_AFTER = "-\u2010\u2013\u2014/"
_NEAR = 0.01  # CSS pixels: what rounding in the content stream may move a text
_ARTIFACT = {"Type": "/Layout"}
_IN_LINES = frozenset({"/P", *(f"/H{level}" for level in range(1, 7))})


def mend_structure(document: WeasyDocument, pdf: Pdf) -> None:
    """Call this before the PDF is written, while its objects are still Python objects."""
    tree = _Tree(pdf)
    texts = list(_texts(document.pages[0]._page_box, hidden=False))
    language = _string(pdf.catalog["Lang"])
    for stream in tree.streams():
        for part, tag, place in _marked(stream.stream):
            element = tree.owners[part["MCID"]]
            box, hidden, after = _drawn_at(place, texts)
            if hidden or _string(element.get("Alt")) == DECORATION:
                tree.remove(part["MCID"])
                stream.stream[tag] = "/Artifact"
                part.clear()
                part.update(_ARTIFACT)
            elif box is not None:
                _speak(element, box, after, language)
        tree.adopt(stream)
    tree.prune()
    tree.mend_links()
    roles.mend_roles(tree.document, tree.element)


def _speak(element: PdfValue, box: Box, after: str, language: str) -> None:
    """Right-to-left letters are drawn from left to right: give screen readers the text in the typed order. A blank at
    the end of a line is not drawn: without it, the reader would join two words.
    """
    spoken, own = box.text, box.style["lang"]
    if own and own != language:
        element["Lang"] = _pydyf().String(own)
    if (is_right_to_left(spoken) or after) and len(element["K"]) == 1:
        element["ActualText"] = _pydyf().String(spoken + after)


class _Tree:
    """The structure tree of a page, with the owner element of each marked content."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._root = self._object(pdf.catalog["StructTreeRoot"])
        self._numbers = self._object(self._root["ParentTree"])["Nums"]
        # WeasyPrint lists the owners in the order of marked contents and numbers these without a gap, so index and
        # number agree.
        self._references = self._numbers[1]
        self.owners = [self._object(reference) for reference in self._references]

    def streams(self) -> list[PdfValue]:
        return [item for item in self._pdf.objects if getattr(item, "stream", None)]

    def remove(self, mcid: int) -> None:
        self.owners[mcid]["K"].remove(mcid)
        self._references[mcid] = "null"

    def adopt(self, stream: PdfValue) -> None:
        """Tell elements the form that draws their content, and tell the form the elements of its contents."""
        if stream.extra.get("Subtype") != "/Form":
            return
        numbers = [part["MCID"] for part, _, _ in _marked(stream.stream)]
        if not numbers:
            return
        pydyf = _pydyf()
        owners = pydyf.Array(["null"] * (max(numbers) + 1))
        for mcid in numbers:
            element = self.owners[mcid]
            content = {"Type": "/MCR", "Pg": element["Pg"], "Stm": stream.reference, "MCID": mcid}
            element["K"][element["K"].index(mcid)] = pydyf.Dictionary(content)
            owners[mcid] = self._references[mcid]
            self._references[mcid] = "null"
        key = max(self._numbers[::2]) + 1
        stream.extra["StructParents"] = key
        self._numbers.extend([key, owners])

    @property
    def document(self) -> PdfValue:
        """The outermost element."""
        return self._object(self._root["K"][0])

    def prune(self) -> None:
        """Remove empty elements, spans that contain only a span, and the lines of a paragraph."""
        self._prune(self.document)

    def mend_links(self) -> None:
        """Give every link to a link element: WeasyPrint also links the boxes inside an <a>."""
        for index, owner in enumerate(self._numbers[1::2]):
            element = None if isinstance(owner, list) else self._object(owner)
            if element is None or element["S"] == "/Link":
                continue
            [annotation] = [kid for kid in element["K"] if self._is_annotation(kid)]
            element["K"].remove(annotation)
            link = self._link_around(element)
            link["K"].insert(0, annotation)
            self._numbers[2 * index + 1] = link.reference

    def _link_around(self, element: PdfValue) -> PdfValue:
        parent = outer = self._object(element["P"])
        while "S" in outer:
            if outer["S"] == "/Link":
                return outer
            outer = self._object(outer["P"])
        pydyf = _pydyf()
        link = pydyf.Dictionary({"Type": "/StructElem", "S": "/Link", "Pg": element["Pg"], "P": parent.reference})
        link["K"] = pydyf.Array([element.reference])
        self._pdf.add_object(link)
        parent["K"][parent["K"].index(element.reference)] = link.reference
        element["P"] = link.reference
        return link

    def _is_annotation(self, kid: PdfValue) -> bool:
        return isinstance(kid, bytes) and self._object(kid).get("Type") == "/OBJR"

    def _prune(self, element: PdfValue) -> None:
        kept = _pydyf().Array()
        for kid in element["K"]:
            child = self.element(kid)
            if child is not None:
                self._prune(child)
                if not child["K"]:
                    child.clear()
                    continue
                if child["S"] == element["S"] and child["S"] in _IN_LINES:
                    kept.extend(self._joined(element, kid, child))
                    continue
            kept.append(kid)
        element["K"] = kept
        if element["S"] == "/Span" and len(kept) == 1:
            child = self.element(kept[0])
            if child is not None and child["S"] == "/Span":
                self._merge(element, kept[0], child)

    def _joined(self, paragraph: PdfValue, reference: PdfValue, line: Box) -> list[PdfValue]:
        """The content of a line, for its paragraph. In HTML, a paragraph cannot be inside a paragraph."""
        if "ActualText" in line or "Lang" in line:
            line["S"] = "/Span"
            return [reference]
        for kid in line["K"]:
            child = self.element(kid)
            if child is not None:
                child["P"] = paragraph.reference
        self._own(paragraph, reference)
        kids = list(line["K"])
        line.clear()
        return kids

    def _merge(self, element: PdfValue, reference: PdfValue, child: PdfValue) -> None:
        for key in ("K", "Lang", "ActualText"):
            if key in child:
                element[key] = child[key]
        self._own(element, reference)
        child.clear()

    def _own(self, element: PdfValue, reference: PdfValue) -> None:
        """Give this element the contents of the referenced element."""
        for owners in self._numbers[1::2]:
            if isinstance(owners, list):
                owners[:] = [element.reference if owner == reference else owner for owner in owners]

    def element(self, kid: PdfValue) -> PdfValue:
        """The element that a kid refers to. None: the kid is content or an annotation."""
        found = self._object(kid) if isinstance(kid, bytes) else None
        return found if found is not None and "S" in found else None

    def _object(self, reference: PdfValue) -> PdfValue:
        return None if reference == "null" else self._pdf.objects[int(reference.split()[0])]


_Point = tuple[float, float]
_Text = tuple[_Point, "PdfValue", bool, str]


def _marked(drawn: list[PdfValue]) -> Iterator[tuple[PdfValue, int, _Point | None]]:
    """For each marked content: its properties, the position of its tag, and the place of its first text."""
    opened = [(index, part) for index, part in enumerate(drawn) if isinstance(part, dict) and "MCID" in part]
    ends = [*(index for index, _ in opened), len(drawn)][1:]
    for (index, part), end in zip(opened, ends, strict=True):
        texts = (item.split() for item in drawn[index:end] if isinstance(item, bytes) and item.endswith(b" Tm"))
        yield part, index - 1, next(((float(words[4]), float(words[5])) for words in texts), None)


def _texts(box: Box, *, hidden: bool, after: str = "") -> Iterator[_Text]:
    """Every text's place, its box, whether screen readers skip it, and the blank at the end of its line."""
    element = box.element
    hidden = hidden or (element is not None and element.get("aria-hidden") == "true")
    if type(box).__name__ == "TextBox":
        yield (box.position_x, box.position_y + box.baseline), box, hidden, after
    children = [getattr(child, "_box", child) for child in getattr(box, "children", ())]  # or a placeholder of it
    last = max((place for place, child in enumerate(children) if any(_letters(child))), default=-1)
    for place, child in enumerate(children):
        blank = after if place == last else ""
        if _is_line(child) and place + 1 < len(children):
            blank = _blank_between(child, children[place + 1])
        yield from _texts(child, hidden=hidden, after=blank)


def _is_line(box: Box) -> bool:
    return type(box).__name__ == "LineBox"


def _blank_between(line: Box, following: Box) -> str:
    """The blank between the words of a line and the next line."""
    before, after = ("".join(text) for text in (_letters(line), _letters(following)))
    if not before or not after or before[-1] in _BROKEN_AFTER or breaking.is_broken_between(before[-1], after[0]):
        return ""
    return "" if _is_broken_word(line) else " "


def _is_broken_word(box: Box) -> bool:
    """Whether the line ends in the middle of a word: see `fitting`."""
    own = box.element is not None and box.element.get(WORD_GOES_ON) is not None
    return own or any(map(_is_broken_word, getattr(box, "children", ())))


def _letters(box: Box) -> Iterator[str]:
    if type(box).__name__ == "TextBox":
        yield box.text
    for child in getattr(box, "children", ()):
        yield from _letters(getattr(child, "_box", child))


def _drawn_at(place: _Point | None, texts: list[_Text]) -> tuple[PdfValue, bool, str]:
    """Find the box of the text and remove it from the list. None: there is none."""
    for index, (at, box, hidden, after) in enumerate(texts):
        if place and abs(at[0] - place[0]) < _NEAR and abs(at[1] - place[1]) < _NEAR:
            del texts[index]
            return box, hidden, after
    return None, False, ""


def _string(value: PdfValue) -> str:
    return getattr(value, "string", value) or ""


def _pydyf() -> PdfValue:
    import pydyf

    return pydyf
