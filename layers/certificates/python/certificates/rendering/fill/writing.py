"""Writes PDF objects after a finished prefix, and the cross-reference table of all objects."""

from __future__ import annotations

import zlib

# The fastest setting. Slower ones save a few percent of the bytes, and need twice the time.
_LEVEL = 1

_END = b"\nendobj\n"


class Writer:
    """`table` holds a cross-reference entry of six bytes for each object of the prefix: kind, offset, index."""

    def __init__(self, prefix: bytes, table: bytes) -> None:
        self._chunks = [prefix]
        self._length = len(prefix)
        self._table = bytearray(table)

    @property
    def count(self) -> int:
        return len(self._table) // 6

    def put(self, number: int, content: bytes) -> None:
        self._table[6 * number : 6 * number + 6] = entry(1, self._length, 0)
        self._append(number, content)

    def _append(self, number: int, content: bytes) -> None:
        head = b"%d 0 obj\n" % number
        self._chunks += (head, content, _END)
        self._length += len(head) + len(content) + len(_END)

    def add(self, content: bytes) -> int:
        number = self.count
        self._table += entry(1, self._length, 0)
        self._append(number, content)
        return number

    def written(self) -> tuple[bytes, bytes]:
        """A longer prefix and its table."""
        return b"".join(self._chunks), bytes(self._table)

    def finish(self, root: int, info: int, identifier: bytes) -> bytes:
        number = self.count
        self._table += entry(1, self._length, 0)
        name = identifier.hex().encode()
        form = b"/Type/XRef/Size %d/W[1 3 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
        body = stream(bytes(self._table), form % (self.count, root, info, name, name), pack=False)
        self._chunks.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, body, self._length))
        return b"".join(self._chunks)


def entry(kind: int, place: int, index: int) -> bytes:
    """An entry of the cross-reference: 0 free, 1 at a byte offset, 2 in an object stream at an index."""
    return (kind << 40 | place << 16 | index).to_bytes(6, "big")


def stream(data: bytes, form: bytes = b"", *, pack: bool = True, level: int = _LEVEL) -> bytes:
    if pack:
        data, form = zlib.compress(data, level), form + b"/Filter/FlateDecode"
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (form, len(data), data)


def text_string(text: str) -> str:
    """A PDF text string in hexadecimal UTF-16."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>"
