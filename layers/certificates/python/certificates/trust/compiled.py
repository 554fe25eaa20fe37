"""A document with placeholders: compiled once, filled for each certificate in microseconds.

A JSON-LD processor needs milliseconds to canonicalize a document. If the nodes of a document have ids, its statements
differ from those of its kind only in the texts of the placeholders. So the statements are filled like the document, and
sorted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise, starmap
from json.encoder import encode_basestring
from os.path import commonprefix
from typing import Any

from .statements import StrangeDocument, literal, statements

_MARK = "\ue000"
"""Begins and ends a placeholder: a private character that our documents have nowhere else."""

_NUMBER = re.compile(f'"{_MARK}#(\\w+){_MARK}"')
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
        self._parts = _NUMBER.sub(placeholder(r"\1"), compact(document)).split(_MARK)

    def json(self, escaped: Places) -> str:
        """`escaped` are the values from the function `escaped`."""
        return _filled(self._parts, escaped)


def escaped(values: Places) -> dict[str, str]:
    """The values, escaped for JSON, without quotation marks."""
    return {name: encode_basestring(value)[1:-1] for name, value in values.items()}


class CompiledStatements:
    """A document's canonical form with placeholders. Raises StrangeDocument if values could change its order."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        lines = sorted(statements(document))
        if not all(starmap(_keep_their_order, pairwise(lines))):
            raise StrangeDocument("what is filled in decides on the order of the statements")
        self._parts = "".join(lines).split(_MARK)

    def canonical(self, values: Places) -> bytes:
        """A value inside an id may have only characters of ids."""
        return _filled(self._parts, {name: literal(value) for name, value in values.items()}).encode()


def _keep_their_order(line: str, next_line: str) -> bool:
    """Whether two lines differ first in a character that is not filled in."""
    same = len(commonprefix([line, next_line]))  # noqa: RUF071 - characters are compared, they are no paths
    return line[:same].count(_MARK) % 2 == 0 and _MARK not in (line[same], next_line[same])


def _filled(parts: list[str], values: Places) -> str:
    """`parts` are texts and names of placeholders, by turns."""
    filled = parts.copy()
    filled[1::2] = [values[name] for name in parts[1::2]]
    return "".join(filled)
