"""The catalog of a compiled design, which lists a certificate's attachments. Compilation writes it into the compressed
stream of static objects. A certificate with attachments has its own catalog: the design's, with the entries about the
files.
"""

from __future__ import annotations

import re
import zlib

from certificates.rendering.artefact import Artefact, ArtefactFault

_IN_A_STREAM = 2
_LENGTH, _FIRST = re.compile(rb"/Length (\d+)"), re.compile(rb"/First (\d+)")
_OBJECT_STREAM = re.compile(rb"\d+ 0 obj\s*<<(.*?)>>\s*stream\r?\n", re.DOTALL)


def catalog_of(artefact: Artefact) -> str:
    """The catalog's entries, without brackets. Raises ArtefactFault if the catalog is not in its place."""
    kind, stream, index = _entry(artefact, artefact.root)
    if kind != _IN_A_STREAM:
        raise ArtefactFault("the catalog is in no object stream")
    _, offset, _ = _entry(artefact, stream)
    head = _OBJECT_STREAM.match(artefact.prefix, offset)
    if head is None:
        raise ArtefactFault("there is no object stream where one belongs")
    content = zlib.decompress(artefact.prefix[head.end() : head.end() + _number(head[1], _LENGTH)])
    first = _number(head[1], _FIRST)
    numbers = [int(word) for word in content[:first].split()]
    start = first + numbers[2 * index + 1]
    end = first + numbers[2 * index + 3] if 2 * index + 3 < len(numbers) else len(content)
    text = content[start:end].decode("latin-1").strip()
    if not text.startswith("<<") or not text.endswith(">>") or "/Catalog" not in text:
        raise ArtefactFault("the catalog is no catalog")
    return text[2:-2]


def _entry(artefact: Artefact, number: int) -> tuple[int, int, int]:
    """An entry of the cross-reference: see `writing.entry`."""
    entry = bytes.fromhex(artefact.table[12 * number : 12 * number + 12])
    return entry[0], int.from_bytes(entry[1:4], "big"), int.from_bytes(entry[4:6], "big")


def _number(form: bytes, key: re.Pattern[bytes]) -> int:
    found = key.search(form)
    if found is None:
        raise ArtefactFault(f"the object stream has no {key.pattern.decode()}")
    return int(found[1])
