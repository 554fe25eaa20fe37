"""Checks of the drawing: every stroke is content or decoration, in RGB or grey, within the limits of PDF/A."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pikepdf

from .fault import Fault, fault

if TYPE_CHECKING:
    from certificates.rendering.untyped import PdfValue

# ISO 19005-3, 6.1.13.
_DEEPEST = 28
_PAINTING = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "EI"))
_SHOWING = frozenset(("Tj", "TJ", "'", '"'))
_IN_PRINT = {"k", "K"}
_CMYK = fault("cmyk", "cmyk-colour")


@dataclass
class Drawn:
    faults: list[Fault] = field(default_factory=list)
    contents: set[tuple[int | None, int]] = field(default_factory=set)  # key of the form that draws it, and number
    shown: dict[tuple[int, int], tuple[PdfValue, dict[int, bool]]] = field(default_factory=dict)
    """Fonts by object: the font, and its shown codes, each with whether another text replaces it for readers."""


def read(page: pikepdf.Page) -> Drawn:
    drawn = Drawn()
    _read(page, page.Resources, drawn, marked=False, key=None)
    return drawn


def _read(stream: PdfValue, resources: PdfValue, drawn: Drawn, *, marked: bool, key: int | None) -> None:
    """`marked`: the operator that draws the form is content or decoration already."""
    depth = 0
    marks: list[tuple[str, bool]] = []  # for each: content, decoration or neither; and whether another text replaces it
    font: PdfValue = None
    for instruction in pikepdf.parse_content_stream(stream):
        operands, kind = instruction.operands, str(instruction.operator)
        if kind in ("BDC", "BMC"):
            marks.append(_mark(kind, operands, marks, drawn, key))
        elif kind == "EMC":
            marks.pop()
        elif kind == "q":
            depth += 1
            if depth > _DEEPEST:
                drawn.faults.append(fault("nested-too-deep"))
        elif kind == "Q":
            depth -= 1
        elif kind in _IN_PRINT or (kind in ("cs", "CS") and str(operands[0]) == "/DeviceCMYK"):
            drawn.faults.append(_CMYK)
        elif kind == "Tf":
            font = resources.Font[str(operands[0])]
        elif kind == "Do":
            form = resources.XObject[str(operands[0])]
            inside = marked or any(mark for mark, _ in marks)
            if form.get("/Subtype") == "/Form":
                _form(form, drawn, marked=inside)
            else:
                drawn.faults += [*_image(form), *([] if inside else [_UNMARKED])]
        elif kind in _PAINTING or kind in _SHOWING:
            if not marked and not any(mark for mark, _ in marks):
                drawn.faults.append(_UNMARKED)
            if kind in _SHOWING:
                _show(font, operands, drawn, replaced=any(replaced for _, replaced in marks))
        elif kind in ("scn", "SCN") and operands and isinstance(operands[-1], pikepdf.Name):
            _pattern(resources.Pattern[str(operands[-1])], drawn)


_UNMARKED = fault("unmarked")


def _mark(
    kind: str, operands: PdfValue, marks: list[tuple[str, bool]], drawn: Drawn, key: int | None
) -> tuple[str, bool]:
    outer = {mark for mark, _ in marks}
    properties: PdfValue = operands[1] if kind == "BDC" and isinstance(operands[1], pikepdf.Dictionary) else {}
    if str(operands[0]) == "/Artifact":
        if "content" in outer:
            drawn.faults.append(fault("decoration-in-content"))
        return "decoration", False
    if "/MCID" in properties:
        if "decoration" in outer:
            drawn.faults.append(fault("content-in-decoration"))
        drawn.contents.add((key, int(properties["/MCID"])))
        return "content", "/ActualText" in properties
    return "", "/ActualText" in properties


def _form(form: PdfValue, drawn: Drawn, *, marked: bool) -> None:
    group = form.get("/Group")
    if group is not None and group.get("/CS") == "/DeviceCMYK":
        drawn.faults.append(_CMYK)
    key = form.get("/StructParents")
    own = form.get("/Resources", pikepdf.Dictionary())
    _read(form, own, drawn, marked=marked, key=-1 if key is None else int(key))


def _image(image: PdfValue) -> Iterator[Fault]:
    if image.get("/Interpolate", False) or image.get("/SMask", {}).get("/Interpolate", False):
        yield fault("image-interpolated")
    if image.get("/ColorSpace") == "/DeviceCMYK":
        yield fault("cmyk", "cmyk-picture")


def _pattern(pattern: PdfValue, drawn: Drawn) -> None:
    if pattern.get("/PatternType") == 1:
        _read(pattern, pattern.get("/Resources", pikepdf.Dictionary()), drawn, marked=True, key=-1)


def _show(font: PdfValue, operands: PdfValue, drawn: Drawn, *, replaced: bool) -> None:
    _, codes = drawn.shown.setdefault(font.objgen, (font, {}))
    for code in _codes(operands):
        codes[code] = codes.get(code, True) and replaced


def _codes(operands: PdfValue) -> Iterator[int]:
    for part in operands[-1] if isinstance(operands[-1], pikepdf.Array) else operands[-1:]:
        if isinstance(part, pikepdf.String):
            raw = bytes(part)
            yield from (int.from_bytes(raw[place : place + 2], "big") for place in range(0, len(raw), 2))
