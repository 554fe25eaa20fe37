"""Checks of the structure that screen readers follow."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import pikepdf

from .fault import Fault, fault

if TYPE_CHECKING:
    from certificates.rendering.untyped import PdfValue

_ROWS = {"/Table", "/THead", "/TBody", "/TFoot"}
# Their content counts as content of the element around them.
_TRANSPARENT = {"/Div", "/NonStruct"}
_PARENTS = {
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/TR": _ROWS,
    "/TD": {"/TR"},
    "/TH": {"/TR"},
    "/THead": {"/Table"},
    "/TBody": {"/Table"},
    "/TFoot": {"/Table"},
}
_KIDS = {
    "/L": {"/L", "/LI", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/TR": {"/TD", "/TH"},
}


def structure_faults(pdf: pikepdf.Pdf, contents: Collection[tuple[int | None, int]]) -> Iterator[Fault]:
    """`contents`: see `content.Drawn`."""
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        yield fault("untagged")
        return
    numbers = list(tree.ParentTree.Nums)
    owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    yield from _contents(pdf.pages[0], owners, contents)
    yield from _links(pdf.pages[0], owners)
    level = 0
    for element in tree.K:
        for parent, child in _elements(element):
            kind = str(child.S)
            yield from _element(parent, child, kind)
            if kind[:2] == "/H" and kind[2:].isdigit():
                if int(kind[2:]) > level + 1:
                    yield fault("heading-skipped", heading=kind[1:], next=f"H{level + 1}")
                level = int(kind[2:])


def _elements(parent: PdfValue, within: str = "") -> Iterator[tuple[PdfValue, PdfValue]]:
    """All elements below `parent`, with their parents, but nothing below an element of the kind `within`."""
    for kid in parent.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield parent, kid
            if str(kid.S) != within:
                yield from _elements(kid, within)


def _kids(parent: PdfValue) -> Iterator[PdfValue]:
    for kid in parent.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if str(kid.S) in _TRANSPARENT:
                yield from _kids(kid)
            else:
                yield kid


def _contents(
    page: PdfValue, owners: dict[int, PdfValue], contents: Collection[tuple[int | None, int]]
) -> Iterator[Fault]:
    for key, number in contents:
        listed = owners.get(int(page.get("/StructParents", -1)) if key is None else key)
        owner = listed[number] if isinstance(listed, pikepdf.Array) and number < len(listed) else None
        if not isinstance(owner, pikepdf.Dictionary):
            yield fault("content-without-place")


def _links(page: PdfValue, owners: dict[int, PdfValue]) -> Iterator[Fault]:
    for annotation in page.get("/Annots", []):
        owner = owners.get(int(annotation.get("/StructParent", -1)))
        if annotation.get("/Subtype") == "/Link" and (owner is None or owner.S != "/Link"):
            yield fault("link-without-element")


def _element(parent: PdfValue, element: PdfValue, kind: str) -> Iterator[Fault]:
    if kind == "/Figure" and not str(element.get("/Alt", element.get("/ActualText", ""))):
        yield fault("alternative-missing")
    while str(parent.get("/S", "")) in _TRANSPARENT:
        parent = parent.P
    if kind in _PARENTS and str(parent.get("/S", "")) not in _PARENTS[kind]:
        yield fault("element-misplaced", child=kind[1:], parent=str(parent.get("/S", ""))[1:])
    if kind in _KIDS:
        for child in _kids(element):
            if str(child.S) not in _KIDS[kind]:
                yield fault("element-misplaced", child=str(child.S)[1:], parent=kind[1:])
    if kind == "/Table":
        yield from _table(element)


def _table(table: PdfValue) -> Iterator[Fault]:
    rows = [child for _, child in _elements(table, within="/Table") if child.S == "/TR"]
    widths = set()
    covered: dict[int, int] = {}  # columns with a cell from an earlier row, and the number of its remaining rows
    for row in rows:
        cells = _cells(row)
        widths.add(sum(_span(cell, "/ColSpan") for cell in cells) + sum(1 for left in covered.values() if left))
        covered = {column: left - 1 for column, left in covered.items() if left > 1}
        column = 0
        for cell in cells:
            while column in covered:
                column += 1
            for _ in range(_span(cell, "/ColSpan")):
                if _span(cell, "/RowSpan") > 1:
                    covered[column] = _span(cell, "/RowSpan") - 1
                column += 1
    if len(widths) > 1:
        yield fault("table-ragged")
    cells = [cell for row in rows for cell in _cells(row)]
    if any(cell.S == "/TH" for cell in cells):
        for cell in cells:
            if cell.S == "/TD" and not list(cell.get("/A", {}).get("/Headers", [])):
                yield fault("table-cell-without-heading")


def _cells(row: PdfValue) -> list[PdfValue]:
    return [child for _, child in _elements(row, within="/Table") if child.S in ("/TD", "/TH")]


def _span(cell: PdfValue, key: str) -> int:
    return int(cell.get("/A", {}).get(key, 1))
