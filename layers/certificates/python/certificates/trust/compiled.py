"""A document with placeholders: compiled once, filled for each certificate in microseconds.

A JSON-LD processor needs milliseconds to canonicalize a document. If the nodes of a document have ids, its statements
differ from those of its kind only in the texts of the placeholders. So the statements are filled like the document, and
sorted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from .statements import canonical_form, literal, statements

_MARK = "\ue000"
"""Begins and ends a placeholder: a private character that our documents have nowhere else."""

_NOT_PLAIN = re.compile(f"[\x00-\x1f\x7f{_MARK}]")

Places = Mapping[str, str]


def placeholder(name: str) -> str:
    """The placeholder of a text."""
    return f"{_MARK}{name}{_MARK}"


def number_placeholder(name: str) -> str:
    """The placeholder of a number: the value is filled in without quotation marks."""
    return placeholder(f"#{name}")


def plain(text: str) -> str:
    """The text without the placeholder mark and without control characters. Processors do not write control characters
    alike."""
    return _NOT_PLAIN.sub("", text)


def compact(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class CompiledText:
    """JSON with placeholders."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        # The placeholder of a number loses its quotation marks.
        self._parts = re.sub(f'"{_MARK}#(\\w+){_MARK}"', placeholder(r"\1"), compact(document)).split(_MARK)

    def json(self, escaped: Places) -> str:
        """`escaped` are the values from the function `escaped`."""
        return _filled(self._parts, escaped)


def escaped(values: Places) -> dict[str, str]:
    """The values, escaped for JSON, without quotation marks."""
    return {name: encode_basestring(value)[1:-1] for name, value in values.items()}


class CompiledStatements:
    """A document's canonical form with placeholders."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        lines = statements(document)
        self._fixed = [line for line in lines if _MARK not in line]
        self._parts = [line.split(_MARK) for line in lines if _MARK in line]

    def canonical(self, values: Places) -> bytes:
        """A value inside an id may have only characters of ids."""
        literals = {name: literal(value) for name, value in values.items()}
        return canonical_form([*self._fixed, *[_filled(parts, literals) for parts in self._parts]])


def _filled(parts: list[str], values: Places) -> str:
    """`parts` are texts and names of placeholders, by turns."""
    return "".join([values[part] if number & 1 else part for number, part in enumerate(parts)])
