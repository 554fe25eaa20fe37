"""CSV rows from a stream of bytes, one at a time, each with the place where the next begins.

UTF-8, with or without byte order mark. Nothing longer than one row is ever held: a row may begin again anywhere,
in another process, at the byte where the one before it ended.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from certificates.errors import BadRequest

MAX_LINE_BYTES = 1024 * 1024
"""A longer line is no row of an LMS file; without a limit, a file without line breaks would be read whole."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BINARY_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")
"""How .xlsx and .xls workbooks, PDF, pictures and compressed files begin: what people send in place of a CSV file."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the one a spreadsheet shows, the header being row 1; `end` is the byte after the row."""

    number: int
    cells: list[str]
    end: int


class Lines:
    """Decoded lines of a binary stream, counted in bytes. `exhausted` tells an end of file from a malformed row."""

    def __init__(self, stream: BinaryIO, offset: int = 0) -> None:
        self._stream = stream
        self._peeked = ""
        self.offset = offset
        self.exhausted = False
        self.ended_with_newline = True

    def __iter__(self) -> Iterator[str]:
        while line := self.peek():
            self._peeked = ""
            yield line
        self.exhausted = True

    def peek(self) -> str:
        """The line that the iteration gives next, empty at the end of the file."""
        if not self._peeked and (line := self._stream.readline(MAX_LINE_BYTES + 1)):
            self._peeked = self._text(line)
        return self._peeked

    def _text(self, line: bytes) -> str:
        if self.offset == 0 and line.startswith(_WIDE_MARKS):
            raise BadRequest("not-utf-8", "The file is UTF-16. Save it as CSV UTF-8.")
        if b"\0" in line or (self.offset == 0 and line.startswith(_BINARY_MARKS)):
            raise BadRequest("binary-file", "The file is not text. A CSV file is needed.")
        start = len(_BYTE_ORDER_MARK) if self.offset == 0 and line.startswith(_BYTE_ORDER_MARK) else 0
        at, self.offset = self.offset, self.offset + len(line)
        self.ended_with_newline = line.endswith(b"\n")
        if len(line) > MAX_LINE_BYTES:
            raise BadRequest("not-csv", f"A line is longer than {MAX_LINE_BYTES} bytes: this is not a CSV file.")
        try:
            return line[start:].decode("utf-8")
        except UnicodeDecodeError as error:
            # Text in an older encoding has odd bytes among letters; what is no text has control characters too.
            if any(byte < 32 and byte not in b"\t\r\n\f" for byte in line):
                raise BadRequest("binary-file", "The file is not text. A CSV file is needed.") from error
            message = f"Byte {at + start + error.start} is not UTF-8. Save the file as CSV UTF-8."
            raise BadRequest("not-utf-8", message, byte=at + start + error.start) from error


def read_rows(lines: Lines, *, delimiter: str, number: int) -> Iterator[Row]:
    """The rows from here on, `number` being the first one's; blank rows are counted and not given.

    Raises BadRequest `truncated` when the file ends inside quotes, `not-csv` when a quote stands where none may.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.exhausted:
                raise BadRequest(
                    "truncated", f"The file ends inside the quotes of row {number}.", row=number
                ) from error
            raise BadRequest("not-csv", f"Row {number} is not CSV: {error}.", row=number) from error
        if any(map(str.strip, cells)):
            yield Row(number, cells, lines.offset)
        number += 1
