"""Sets the typefaces of every text of a page, before the layout.

Pango alone uses for each letter the first family of CSS's list that has it, so one name may have two typefaces. So the
styles are computed first, the pieces of each text are chosen as filling chooses them (`setting`), and the tree gets one
family and the direction for each piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from . import coverage, setting, typefaces
from .errors import Unrenderable
from .setting import Piece

if TYPE_CHECKING:
    from .untyped import Style, WeasyDocument

BOUND = "data-bound"
"""Marks an element whose text comes from outside the template."""
FILES = "data-files"
"""The font files for the choice of a bound text's typefaces, in order."""

SIZE = "data-size"
"""The share of its size that a text has now."""
# CSS properties that choose OpenType features.
_FONT_PROPERTIES = (
    "kerning",
    "variant_ligatures",
    "variant_position",
    "variant_caps",
    "variant_numeric",
    "variant_alternates",
    "variant_east_asian",
    "feature_settings",
)


def stacks_css() -> str:
    """The family lists that templates name."""
    stacks = ["--" + name + ": '" + "', '".join(stack) + "';" for name, stack in typefaces.STACKS.items()]
    return f":root {{ {' '.join(stacks)} }}\n"


def set_typefaces(html: WeasyDocument, *, slots_whole: bool = False) -> None:
    """Set the typefaces of every text in a WeasyPrint HTML document, and the font files that the page reads. Raises
    Unrenderable.

    `slots_whole`: the texts in slots are only measured and then cut out, so each stays one text.
    """
    from weasyprint.css import get_all_computed_styles

    root = html.etree_element
    style_for = get_all_computed_styles(html)
    needed: dict[str, None] = {}
    for element in list(next(root.iter("body")).iter()):
        style = style_for(element)
        files = files_of(style)
        if not files:
            needed.update(dict.fromkeys(_fallbacks(element, style)))
            continue
        needed[files[0]] = None  # gives the line's height and baseline, whatever is on the line
        for part, text in _texts(element):
            language = style["lang"] or ""
            direction = style["direction"]
            pieces = setting.pieces(text, files, language, direction)
            needed.update(dict.fromkeys(piece.file for piece in pieces))
            if part is element and element.get(BOUND) is not None:
                element.set(FILES, " ".join(files))
                if not (slots_whole and element.get("data-slot")):
                    set_pieces(element, pieces, 1 if direction == "rtl" else 0)
                    only = {piece.file for piece in pieces}
                    set_size(element, typefaces.SCALES.get(only.pop(), 1) if len(only) == 1 else 1)
    faces = Element("style")
    faces.text = "".join(map(_font_face, needed))
    next(root.iter("head")).insert(0, faces)


def features_of(style: Style) -> tuple[tuple[str, int], ...]:
    """The further OpenType features of a computed style."""
    from weasyprint.text.fonts import font_features

    values = {f"font_{name}": style[f"font_{name}"] for name in _FONT_PROPERTIES}
    return tuple(sorted(font_features(**values).items()))


def files_of(style: Style) -> tuple[str, ...]:
    """The font files of a computed style, if its first family is bundled."""
    return _bundled(style) if typefaces.faces_of(style["font_family"][0]) else ()


def _bundled(style: Style) -> tuple[str, ...]:
    families = [family for family in style["font_family"] if typefaces.faces_of(family)]
    return tuple(typefaces.closest(family, style["font_style"], style["font_weight"]).file for family in families)


def _fallbacks(element: Element, style: Style) -> Iterator[str]:
    """Bundled files for characters that a template's own font may not have. Pango finds out letter by letter."""
    files = _bundled(style)
    for _, text in _texts(element) if files else ():
        for char in sorted(set(text)):
            try:
                pieces = setting.pieces(char, files, style["lang"] or "", style["direction"])
            except Unrenderable:
                continue  # the own font may have it: `full` checks the drawn page
            yield from (piece.file for piece in pieces)


def _texts(element: Element) -> Iterator[tuple[Element, str]]:
    """The element's own texts, each with the element that has it as text or tail."""
    if isinstance(element.tag, str):
        yield from ((element, text) for text in [" ".join((element.text or "").split())] if text)
        for child in element:
            yield from ((child, text) for text in [" ".join((child.tail or "").split())] if text)


def set_pieces(element: Element, pieces: Sequence[Piece], ground: int) -> None:
    """A text stays whole if Pango makes the same choice; Pango finds scripts and directions itself. Otherwise each
    piece becomes an element, and each level in the other direction an element around its pieces.
    """
    files = dict.fromkeys(piece.file for piece in pieces)
    whole = next((order for order in permutations(files) if _leads_to(order, pieces)), None)
    if whole is not None:
        _set_families(element, whole)
        return
    element.text = ""
    _add(element, pieces, ground)


def lines_of(block: Element) -> int:
    """The most lines of a block's text."""
    listed = block.get("data-lines", "1")
    return int(listed) if listed.isdecimal() and listed != "0" else 1


def set_size(element: Element, share: float) -> None:
    if share == float(element.get(SIZE, "1")):
        return
    element.set(SIZE, str(share))
    others = [part for part in element.get("style", "").split(";") if part.strip() and "font-size" not in part]
    element.set("style", ";".join([*others, f"font-size: {share * 100:.3f}%"]))


def _leads_to(order: Sequence[str], pieces: Sequence[Piece]) -> bool:
    """Whether these pieces result if each character comes from the first font that has it."""
    return len(order) == 1 or all(
        next((file for file in order if coverage.has(file, char)), piece.file) == piece.file
        for piece in pieces
        for char in piece.text
    )


def _add(parent: Element, pieces: Sequence[Piece], level: int) -> None:
    start = 0
    while start < len(pieces):
        end = start + 1
        if pieces[start].level > level:
            while end < len(pieces) and pieces[end].level > level:
                end += 1
            inner = SubElement(parent, "span", dir="rtl" if (level + 1) % 2 else "ltr")
            _add(inner, pieces[start:end], level + 1)
        else:
            while end < len(pieces) and pieces[end][1:] == pieces[start][1:]:
                end += 1
            part = SubElement(parent, "span")
            part.text = "".join(piece.text for piece in pieces[start:end])
            _set_families(part, [pieces[start].file])
        start = end


def _set_families(element: Element, files: Iterable[str]) -> None:
    families = ", ".join(f"'{typefaces.by_file(file).family}'" for file in files)
    own = element.get("style", "")
    element.set("style", f"{own}; font-family: {families}".lstrip("; "))


def _font_face(file: str) -> str:
    face = typefaces.by_file(file)
    return (
        f'@font-face {{ font-family: "{face.family}"; src: url({file}); '
        f"font-style: {face.style}; font-weight: {face.weight}; }}\n"
    )
