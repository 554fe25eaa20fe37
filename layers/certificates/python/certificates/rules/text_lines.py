"""The lines of a text in any encoding, read as a stream. Bytes that are not UTF-8 become lone surrogates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from certificates.errors import BadRequest
from certificates.rules.files import FileReason
from certificates.rules.flaws import FlawId, flaw

MAX_LINE_BYTES = 1024 * 1024
"""Without a limit, a file without line breaks would be read into memory whole."""

CHUNK_BYTES = 128 * 1024
UNIT = {"utf-8": b".", "utf-16-le": b"..", "utf-16-be": b".."}
"""The smallest unit of each encoding: its length in bytes counts."""

_ENDS = {
    "utf-8": re.compile(rb"\r\n|\r|\n"),
    "utf-16-le": re.compile(rb"\r\0\n\0|\r\0|\n\0"),
    "utf-16-be": re.compile(rb"\0\r\0\n|\0\r|\0\n"),
}


class Lines:
    """The decoded lines of a stream, each with its line end. `offset` is the byte after the latest line."""

    def __init__(self, stream: BinaryIO, encoding: str, offset: int, head: bytes = b"") -> None:
        self._stream = stream
        self._encoding = encoding
        self._head = head
        self.offset = offset
        self.ended_with_newline = True

    def __iter__(self) -> Iterator[str]:
        for line in self._cut():
            self.offset += len(line)
            text = _decoded(line, self._encoding)
            self.ended_with_newline = text.endswith(("\n", "\r"))
            if "\0" in text:
                raise BadRequest(FileReason.NOT_TEXT.value, flaw(FlawId.FILE_HOLDS_CONTROL_CHARACTERS))
            yield text

    def _cut(self) -> Iterator[bytes]:
        ends = _ENDS[self._encoding]
        rest, last = self._head or read_chunk(self._stream, CHUNK_BYTES), False
        while rest:
            start = 0
            for match in ends.finditer(rest):
                if match.end() == len(rest) and not last:
                    # A carriage return can be the first half of a line end.
                    break
                if match.start() % len(UNIT[self._encoding]):
                    continue
                yield rest[start : match.end()]
                start = match.end()
            rest = rest[start:]
            if len(rest) > MAX_LINE_BYTES:
                raise BadRequest(FileReason.NOT_CSV.value, flaw(FlawId.LINE_TOO_LONG, most=MAX_LINE_BYTES))
            if last:
                if rest:
                    yield rest
                return
            chunk = read_chunk(self._stream, CHUNK_BYTES)
            last = not chunk
            rest += chunk


def bad_bytes(cell: str) -> bool:
    """Whether the cell has bytes that are not UTF-8."""
    return not cell.isascii() and any("\udc80" <= char <= "\udcff" for char in cell)


def with_western_letters(cell: str) -> str:
    """The cell with every byte that is not UTF-8 read in Windows' Western code page: good enough for a note."""
    if not bad_bytes(cell):
        return cell
    return "".join(_western(char) if "\udc80" <= char <= "\udcff" else char for char in cell)


def _western(char: str) -> str:
    return bytes([ord(char) - 0xDC00]).decode("cp1252", "replace")


def read_chunk(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, or fewer at the end of the file. A stream from the network alone may return fewer at any time."""
    parts, missing = [], size
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:
        raise BadRequest(FileReason.WRONG_ENCODING.value, flaw(FlawId.FILE_IN_OTHER_ENCODING)) from None
