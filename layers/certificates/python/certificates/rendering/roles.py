"""Corrects the roles of structure elements that do not fit together. Nothing visible changes. A heading is at most one
level below the heading before it. An item outside a list, a list with other content than items, and a table without
headings (only for layout) become divisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .untyped import PdfValue

_OF_TABLES = {"/Table", "/TR", "/TD", "/THead", "/TBody", "/TFoot"}
_OF_LISTS = {"/L", "/LI", "/Caption"}
_OF_ITEMS = {"/LI", "/LBody", "/Lbl"}

Lookup = Callable[["PdfValue"], "PdfValue"]  # from a kid to the element that it refers to, or None


def mend_roles(document: PdfValue, element_of: Lookup) -> None:
    """`document` is the structure's outermost element."""
    level = 0
    for parent, element in list(_pairs(document, element_of)):
        if element["S"][:2] == "/H" and element["S"][2:].isdigit():
            level = min(int(element["S"][2:]), level + 1)
            element["S"] = f"/H{level}"
        elif element["S"] == "/LI" and parent["S"] != "/L":
            _rename(element, _OF_ITEMS, element_of)
        elif element["S"] == "/LI":
            for part in filter(None, map(element_of, element["K"])):
                part["S"] = part["S"] if part["S"] in _OF_ITEMS else "/LBody"
        elif element["S"] == "/L" and any(
            part["S"] not in _OF_LISTS for part in filter(None, map(element_of, element["K"]))
        ):
            _rename(element, _OF_ITEMS, element_of)
        elif element["S"] == "/Table" and not any(part["S"] == "/TH" for _, part in _pairs(element, element_of)):
            _rename(element, _OF_TABLES, element_of)


def _rename(element: PdfValue, roles: set[str], element_of: Lookup) -> None:
    """Turn an element and its parts with one of these roles into divisions, at every depth."""
    element["S"] = "/Div"
    element.pop("A", None)
    for child in filter(None, map(element_of, element["K"])):
        if child["S"] in roles:
            _rename(child, roles, element_of)


def _pairs(parent: PdfValue, element_of: Lookup) -> Iterator[tuple[PdfValue, PdfValue]]:
    """Every element below `parent`, with its own parent, in reading order."""
    for element in filter(None, map(element_of, parent["K"])):
        yield parent, element
        yield from _pairs(element, element_of)
