"""A table that somebody saved as text, as numbered rows of trimmed cells, whatever program saved it.

Comma, semicolon or tab; quoted cells with line breaks; UTF-8 with or without byte order mark, UTF-16 with one; line
ends of any system. A file is read as a stream: what is held in memory is one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import BinaryIO

from certificates.errors import BadRequest

_SAMPLE_LINES = 200
_SAMPLE_BYTES = 8192
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_BYTES = re.compile(_CONTROL.pattern.encode())
_FIRST_CELL = re.compile(r'(?:"(?:[^"]|"")*+" *+|[^,;\t"]*+)([,;\t])')
_BLANK = " ,;\t\r\n"
"""A row of these alone is blank, whichever of the separators the others have."""
_ZIP = b"PK\x03\x04"
_END = "\x00"
"""Follows the last line. No text holds it, so that it comes back as a row of its own unless a quote was left open."""


class TableReason(StrEnum):
    """Why a file is refused whole, whatever it was to hold."""

    EMPTY_FILE = "empty-file"
    NOT_TEXT = "not-text"
    WRONG_ENCODING = "wrong-encoding"
    NOT_CSV = "not-csv"


@dataclass(frozen=True, slots=True)
class Dialect:
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Cells:
    """One row that is not blank. `row` counts from 1, blank lines included: the number that a spreadsheet shows."""

    row: int
    values: tuple[str, ...]


def detect(file: BinaryIO) -> Dialect:
    """How the file was saved. Raises BadRequest `empty-file`, `not-text` or `wrong-encoding`."""
    file.seek(0)
    beginning = file.read(_SAMPLE_BYTES)
    if not beginning:
        raise BadRequest(TableReason.EMPTY_FILE.value, "The file is empty.")
    encoding = "utf-16" if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    if encoding == "utf-8-sig" and _CONTROL_BYTES.search(beginning):
        hint = " It looks like a workbook: save it as CSV." if beginning.startswith(_ZIP) else ""
        raise BadRequest(TableReason.NOT_TEXT.value, f"The file is not text.{hint}")
    with _lines(file, encoding) as lines:
        return Dialect(encoding, _delimiter(islice(lines, _SAMPLE_LINES)))


def read_rows(file: BinaryIO, dialect: Dialect) -> Iterator[Cells]:
    """Every row that is not blank. Raises BadRequest at the place where the file turns out not to be text or CSV."""
    with _lines(file, dialect.encoding) as lines:
        reader = csv.reader(chain(lines, (_END,)), delimiter=dialect.delimiter, skipinitialspace=True)
        row = 0
        try:
            for row, values in enumerate(reader, start=1):
                if values == [_END]:
                    return
                cells = tuple(map(_trimmed, values))
                if cells and cells[-1].endswith(_END):
                    break
                if any(cell.strip(_BLANK) for cell in cells):
                    yield Cells(row, cells)
        except csv.Error as error:
            raise BadRequest(TableReason.NOT_CSV.value, f"Row {row + 1} is not CSV: {error}.", row=row + 1) from None
        raise BadRequest(TableReason.NOT_CSV.value, f"A quote opened in row {row} is never closed.", row=row)


def _trimmed(cell: str) -> str:
    return cell.strip().strip("\ufeff\u200b").strip()


@contextmanager
def _lines(file: BinaryIO, encoding: str) -> Iterator[Iterator[str]]:
    """The lines of the file from its start. The file stays open for whoever opened it."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield _checked(text)
    except UnicodeDecodeError:
        raise BadRequest(
            TableReason.WRONG_ENCODING.value, "The file is neither UTF-8 nor UTF-16 text. Save it as CSV UTF-8."
        ) from None
    finally:
        text.detach()


def _checked(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if _CONTROL.search(line):
            raise BadRequest(TableReason.NOT_TEXT.value, "The file is not text: it holds control characters.")
        yield line


def _delimiter(lines: Iterable[str]) -> str:
    """What most rows have after their first cell: a first cell that is not quoted holds none of the three.

    Blank rows have no say, and on a tie the first row that has decides.
    """
    votes: Counter[str] = Counter()
    in_quotes = False
    for line in lines:
        found = None if in_quotes or not line.strip(_BLANK) else _FIRST_CELL.match(line.lstrip(" "))
        if found is not None:
            votes[found.group(1)] += 1
        in_quotes ^= line.count('"') % 2 == 1
    return votes.most_common(1)[0][0] if votes else ","
