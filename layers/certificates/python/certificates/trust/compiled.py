"""A document with places to fill: compiled once, filled for each certificate in microseconds.

Canonicalizing a document takes a JSON-LD processor milliseconds. The statements of a document whose nodes have ids are
the same for all of its kind but for the texts at their places: they are filled like the document itself, and sorted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from .statements import canonical_form, literal, statements

_MARK = "\ue000"
"""Begins and ends a place: a private character, which no document of ours has otherwise."""

_NOT_PLAIN = re.compile(f"[\x00-\x1f\x7f{_MARK}]")

Places = Mapping[str, str]


def place(name: str) -> str:
    """What stands in a document for a text that is filled in."""
    return f"{_MARK}{name}{_MARK}"


def number_place(name: str) -> str:
    """What stands in a document for a number: its value is filled in without quotation marks."""
    return place(f"#{name}")


def plain(text: str) -> str:
    """A text that no place can be hidden in, without control characters: these not all processors write alike."""
    return _NOT_PLAIN.sub("", text)


def compact(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class CompiledText:
    """JSON, by the values of its places."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        # The place of a number stands without its quotation marks.
        self._parts = re.sub(f'"{_MARK}#(\\w+){_MARK}"', place(r"\1"), compact(document)).split(_MARK)

    def json(self, escaped: Places) -> str:
        """`escaped`: as JSON has them between quotation marks, see `escaped`."""
        return _filled(self._parts, escaped)


def escaped(values: Places) -> dict[str, str]:
    """Any texts, as JSON has them between its quotation marks."""
    return {name: encode_basestring(value)[1:-1] for name, value in values.items()}


class CompiledStatements:
    """A document's canonical form, by the values of its places."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        lines = statements(document)
        self._fixed = [line for line in lines if _MARK not in line]
        self._parts = [line.split(_MARK) for line in lines if _MARK in line]

    def canonical(self, values: Places) -> bytes:
        """A value that is part of an id may have only what ids may have."""
        literals = {name: literal(value) for name, value in values.items()}
        return canonical_form([*self._fixed, *[_filled(parts, literals) for parts in self._parts]])


def _filled(parts: list[str], values: Places) -> str:
    """`parts` are text and names of places in turn."""
    return "".join([values[part] if number & 1 else part for number, part in enumerate(parts)])
