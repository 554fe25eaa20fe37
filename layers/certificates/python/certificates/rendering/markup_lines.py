"""The line in which each element of a template begins: the parsed tree has no lines."""

from __future__ import annotations

from collections import defaultdict
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element


def line_of_each(html: str, root: Element) -> dict[Element, int]:
    """The lines of the elements in the source. The parser adds others, such as <tbody>."""
    reader = _Reader()
    reader.feed(html)
    found = {}
    for element in root.iter():
        if isinstance(element.tag, str):
            waiting = reader.begins[element.tag.rpartition("}")[2].lower()]
            if waiting:
                found[element] = waiting.pop(0)
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.begins: dict[str, list[int]] = defaultdict(list)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.begins[tag].append(self.getpos()[0])

    handle_startendtag = handle_starttag
