"""Corrects WeasyPrint's texts so that readers get each line as it was typed, by the same rules as filled lines.
WeasyPrint gives a glyph the text of its cluster in the typed order, gives the cluster's other glyphs an empty text, and
gives a line as a whole no text. But readers reverse right-to-left text letter by letter, also the letters of one glyph.
They invent a text for a glyph with an empty text, and they join the parts of clusters in the drawn order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .fill.lines import has_marks, is_right_to_left
from .fill.shaping import NOTHING

if TYPE_CHECKING:
    from .untyped import Box, Pdf, PdfValue, WeasyDocument

_NEAR = 0.01  # CSS pixels: the most that rounding in the content stream moves a text
_MEANING = re.compile(rb"(<[0-9a-f]+>) <([0-9a-f]*)>")


def mend_readings(document: WeasyDocument, pdf: Pdf) -> None:
    """Call this before the PDF is written, while its streams are still lists of operators."""
    places = [
        (box.position_x, box.position_y + box.baseline, box.text)
        for box in _texts(document.pages[0]._page_box)
        if has_marks(box.text) and not is_right_to_left(box.text)
    ]
    for item in pdf.objects:
        drawn = getattr(item, "stream", None)
        if drawn and b"begincmap" in drawn:
            item.stream = [_MEANING.sub(_meaning, line) for line in drawn]
        elif drawn and places:
            _give_text(drawn, places)


def _meaning(found: re.Match[bytes]) -> bytes:
    text = bytes.fromhex(found[2].decode()).decode("utf-16-be") or NOTHING
    if is_right_to_left(text):
        text = text[::-1]
    return b"%s <%s>" % (found[1], text.encode("utf-16-be").hex().encode())


def _give_text(drawn: list[PdfValue], places: list[tuple[float, float, str]]) -> None:
    """If marked content draws the text of one of the places, give it this text as a whole."""
    import pydyf

    marked: dict[str, PdfValue] = {}
    for part in drawn:
        if isinstance(part, dict) and "MCID" in part:
            marked = part
        elif isinstance(part, bytes) and part.endswith(b" Tm"):
            x, y = (float(number) for number in part.split()[4:6])
            for left, baseline, text in places:
                if abs(left - x) < _NEAR and abs(baseline - y) < _NEAR:
                    marked["ActualText"] = pydyf.String(text)


def _texts(box: Box) -> Iterator[Box]:
    if type(box).__name__ == "TextBox":
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(getattr(child, "_box", child))  # absolutely placed boxes hide behind a placeholder
