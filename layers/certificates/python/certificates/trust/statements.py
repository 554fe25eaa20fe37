"""Our documents as RDF statements in canonical form (RDFC-1.0), without a JSON-LD processor.

At most one node of such a document has no `id`, and its canonical label is always `_:c14n0`. So the canonical form is
the sorted list of the statements of the document's members. Canonical N-Quads: RDF 1.1 N-Quads, 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .vocabulary import NAMED, REFERENCE, TERMS, TYPE

Document = Mapping[str, Any]

_UNNAMED = "_:c14n0"

_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


class StrangeDocument(Exception):
    """A document with a term, a type or a shape that our documents do not have."""


def literal(text: str) -> str:
    """A text for use between quotation marks. It has no control characters: see `compiled.plain`."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def statements(document: Document) -> list[str]:
    """Every statement of the document, not sorted. Raises StrangeDocument."""
    label = document.get("id") if "id" in document else _UNNAMED
    # Only the whole document has a context. One inside would change the meaning of the members there.
    members = {name: value for name, value in document.items() if name != "@context"}
    return list(_statements(members, _node(label), [label == _UNNAMED]))


def canonical_form(lines: list[str]) -> bytes:
    return "".join(sorted(lines)).encode()


def _statements(document: Document, subject: str, unnamed: list[bool]) -> Iterator[str]:
    for name, value in document.items():
        if name == "id":
            continue
        for one in value if isinstance(value, list) else [value]:
            if name == "type":
                yield f"{subject} <{TYPE}> <{_named(one)}> .\n"
                continue
            term = TERMS.get(name)
            if term is None:
                raise StrangeDocument(f"no document of ours has {name}")
            if isinstance(one, Mapping):
                node = _node(one["id"]) if "id" in one else _label(unnamed)
                yield f"{subject} <{term.iri}> {node} .\n"
                yield from _statements(one, node, unnamed)
            else:
                yield f"{subject} <{term.iri}> {_value(name, one)} .\n"


def _label(unnamed: list[bool]) -> str:
    if unnamed[0]:
        raise StrangeDocument("more than one node has no id")
    unnamed[0] = True
    return _UNNAMED


def _value(name: str, value: object) -> str:
    datatype = TERMS[name].datatype
    if name == "proofPurpose":
        return _node(_named(value))
    if datatype == REFERENCE:
        return _node(value)
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, str):
        text = literal(value)
    else:
        raise StrangeDocument(f"{name} is of a kind that no document of ours has")
    return f'"{text}"^^<{datatype}>' if datatype else f'"{text}"'


def _named(value: object) -> str:
    if not isinstance(value, str) or value not in NAMED:
        raise StrangeDocument(f"no document of ours has the type {value}")
    return NAMED[value]


def _node(value: object) -> str:
    if value == _UNNAMED:
        return _UNNAMED
    if not isinstance(value, str) or ":" not in value or _NO_IRI.search(value):
        raise StrangeDocument("an id is no IRI")
    return f"<{value}>"
