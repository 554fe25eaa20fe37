"""A table that was saved as text by any program, as numbered rows of cells.

Comma, semicolon, tab or bar; quoted cells with line breaks; UTF-8 and UTF-16 with or without byte order mark; line ends
of any system. A file is read as a stream, with one row in memory. Another process can continue at the end of
any row.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from certificates.errors import BadRequest, TooLarge
from certificates.rules.files import FileReason
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.formula_guard import without_guard
from certificates.rules.text_lines import CHUNK_BYTES, UNIT, Lines, read_chunk

MAX_LINES = 2_000_000
"""The most lines, with blank ones: far more than a run has learners, and read in less than a minute."""

_SAMPLE_LINES = 200
_LINES_OF_BEGINNING = 20
_SEPARATORS = ",;\t|"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_MOST_CONTROLS = 0.02
"""The share of control characters in a text. A few are faults of single cells; in other files they are everywhere."""
_FEW_CONTROLS = 3
_MOSTLY = 4
"""In UTF-16, every second byte of western letters and of separators is zero: far more than of the other bytes."""
_FIRST_CELL = re.compile(r'(?:"(?:[^"]|"")*+" *+|[^,;\t|"]*+)([,;\t|])')
_HINT = re.compile(r"\ufeff?sep=(.)[\r\n]*", re.IGNORECASE)
"""A first line that tells a spreadsheet the separator. A spreadsheet does not show this line as a row."""
_SAVED_HINT = re.compile("sep=.", re.IGNORECASE)
"""The same line as the first cell of a program that took it for a row and saved it again."""
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
"""Programs write `="0042"`, so that a spreadsheet takes the cell for a text and keeps the zeros."""
_END_OF_FILE = "\x1a"
"""The last character of files from old programs."""
_BLANK = f" ,;|\t\r\n{_END_OF_FILE}"
"""A row with only these characters is blank, whatever separator the file has."""
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")
"""The first bytes of files that people send by mistake: .xlsx and .xls workbooks, PDF, pictures, archives."""
_WORKBOOKS = _BINARY[:2]
_DOCUMENT = re.compile(r"\s*(<!doctype|<html|<head|<table|<\?xml|\{\\rtf)", re.IGNORECASE)
"""The beginning of a web page, of a workbook saved as one or as XML, and of a document of a word processor."""
_END = "\x00"
"""Added after the last line. No text has this character, so it comes back as its own row, unless a quote is open."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """`begins` is the byte where the first row begins, after a byte order mark and a separator line.

    `inner` is the separator inside a quoted first column that has the whole row, or "". A spreadsheet writes such a
    file if it expects another separator and so has each row in one cell.
    """

    encoding: str
    delimiter: str
    begins: int = 0
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row that is not blank. `row` counts from 1, with blank lines: the number in a spreadsheet.

    `end` is the byte after the row. A byte that is not UTF-8 becomes a lone surrogate in its cell, see `bad_bytes`.
    """

    row: int
    values: tuple[str, ...]
    end: int


class Table:
    """The table in a stream of bytes, from the beginning of the file."""

    def __init__(self, stream: BinaryIO, fits: Callable[[Sequence[str]], bool]) -> None:
        """Find out how the file was saved. With the right separator, the first row `fits` as a heading.

        Raises BadRequest `empty-file`, `not-text` or `wrong-encoding`.
        """
        head = read_chunk(stream, CHUNK_BYTES)
        self.dialect = _dialect(head, fits)
        self._lines = Lines(stream, self.dialect.encoding, self.dialect.begins, head[self.dialect.begins :])

    def rows(self) -> Iterator[Cells]:
        """Every row that is not blank, once. Raises as `read_rows` does."""
        return _rows(self._lines, self.dialect, 1)

    @property
    def ended_with_newline(self) -> bool:
        return self._lines.ended_with_newline


def read_rows(stream: BinaryIO, dialect: Dialect, *, offset: int, number: int) -> Iterator[Cells]:
    """The rows from byte `offset` on, which is the position of `stream`. The first of them is row `number`.

    Raises BadRequest `not-text`, `wrong-encoding` or `not-csv` when it comes to the fault, and TooLarge
    `too-many-rows`.
    """
    return _rows(Lines(stream, dialect.encoding, offset), dialect, number)


def _dialect(head: bytes, fits: Callable[[Sequence[str]], bool]) -> Dialect:
    mark = next((mark for mark in _MARKS if head.startswith(mark)), b"")
    encoding = _MARKS.get(mark) or _unmarked_encoding(head)
    if len(head) == len(mark):
        raise BadRequest(FileReason.EMPTY_FILE.value, flaw(FlawId.FILE_EMPTY))
    if head.startswith(_BINARY) or (encoding == "utf-8" and _is_binary(head)):
        kind = FlawId.FILE_IS_WORKBOOK if head.startswith(_WORKBOOKS) else FlawId.FILE_IS_NO_CSV
        raise BadRequest(FileReason.NOT_TEXT.value, flaw(kind))
    sample = _sample(head[len(mark) :], encoding)
    if _DOCUMENT.match("".join(sample[:_LINES_OF_BEGINNING])):
        raise BadRequest(FileReason.NOT_CSV.value, flaw(FlawId.FILE_IS_DOCUMENT))
    if sample and (hint_line := _HINT.fullmatch(sample[0])):
        begins = len(mark) + len(sample[0].encode(encoding, "surrogateescape"))
        return Dialect(encoding, hint_line[1], begins)
    delimiter, inner = _separators(sample, fits)
    return Dialect(encoding, delimiter, len(mark), inner)


def _unmarked_encoding(head: bytes) -> str:
    """The encoding of a file without a byte order mark."""
    first, second = head[::2].count(0), head[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zeros <= _MOSTLY * others:
            continue
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        # In other files with a zero, the bytes of a line end are no line end in UTF-16.
        is_text = "\n" in text if b"\n" in head else zeros * 8 > len(head) * 3
        if is_text and not _is_binary(text.encode()):
            return encoding
    return "utf-8"


def _is_binary(head: bytes) -> bool:
    most = max(_FEW_CONTROLS, len(head) * _MOST_CONTROLS)
    return b"\0" in head or len(_CONTROL.findall(head)) > most


def _sample(head: bytes, encoding: str) -> list[str]:
    """The first lines. An incomplete last line is left out, unless it is the only line."""
    size = len(UNIT[encoding])
    text = head[: len(head) // size * size].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)[: _SAMPLE_LINES + 1]
    return lines[:-1] if len(lines) > 1 and len(head) >= CHUNK_BYTES - 4 else lines


def _separators(lines: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> tuple[str, str]:
    """The separator that makes the first row a heading, and the separator inside its first column, if any."""
    headings = {delimiter: next(_first_rows(lines, delimiter), ()) for delimiter in _SEPARATORS}
    for delimiter, heading in headings.items():
        if heading and fits(heading):
            return delimiter, ""
    for delimiter, heading in headings.items():
        for inner in _SEPARATORS:
            if heading and inner != delimiter and fits(_unwrapped(heading, inner)):
                return delimiter, inner
    delimiter = _after_first_cell(lines)
    return delimiter, _inside_first_cell(lines, delimiter)


_WRAPPED = re.compile(r'([^\s",;\t|<>]+)([,;\t|])[^<>]*')
"""A first cell with the whole row: one word stands before the separator, and no address in brackets after it, as in
`Ilves, Mara <mara@example.org>`."""


def _inside_first_cell(lines: Sequence[str], delimiter: str) -> str:
    """The separator inside the first column that has the whole row, in a table without a heading. Then every row is in
    quotes, or is one word.
    """
    found: set[str] = set()
    for cells in _first_rows(lines, delimiter):
        wrapped = _WRAPPED.fullmatch(cells[0])
        if any(cells[1:]) or not (wrapped or _WORD.fullmatch(cells[0])):
            return ""
        found.update((wrapped[2],) if wrapped else ())
    return found.pop() if len(found) == 1 else ""


_WORD = re.compile(r"\S+")


def _unwrapped(cells: tuple[str, ...], inner: str) -> tuple[str, ...]:
    """The row inside the first column, if all other columns are empty."""
    if not inner or not cells or any(cells[1:]) or inner not in cells[0]:
        return cells
    return next(_first_rows([cells[0]], inner), cells)


def _first_rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[str, ...]]:
    try:
        for values in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            if (tidy := _tidy_unless_blank(values)) and not _is_saved_hint(tidy):
                yield tidy
    except csv.Error:
        return


def _after_first_cell(lines: Iterable[str]) -> str:
    """The character that most rows have after their first cell. A first cell without quotes has no separator in it.

    Blank rows do not count. On a tie, the first row decides.
    """
    votes: Counter[str] = Counter()
    in_quotes = False
    for line in lines:
        found = None if in_quotes or not line.strip(_BLANK) else _FIRST_CELL.match(line.lstrip(" "))
        if found is not None:
            votes[found.group(1)] += 1
        in_quotes ^= line.count('"') % 2 == 1
    return votes.most_common(1)[0][0] if votes else ","


def _rows(lines: Lines, dialect: Dialect, number: int) -> Iterator[Cells]:
    reader = csv.reader(chain(lines, (_END,)), delimiter=dialect.delimiter, skipinitialspace=True)
    row = number - 1
    try:
        for row, values in enumerate(reader, start=number):
            if values == [_END]:
                return
            if values and values[-1].endswith(_END):
                break
            if row > MAX_LINES:
                too_many = flaw(FlawId.FILE_HAS_TOO_MANY_LINES, most=MAX_LINES)
                raise TooLarge(FileReason.TOO_MANY_ROWS.value, too_many, limit_rows=MAX_LINES)
            if (tidy := _tidy_unless_blank(values)) and not (row == 1 and _is_saved_hint(tidy)):
                yield Cells(row, _unwrapped(tidy, dialect.inner), lines.offset)
    except csv.Error as error:
        no_csv = flaw(FlawId.ROW_IS_NO_CSV, row=row + 1, error=str(error))
        raise BadRequest(FileReason.NOT_CSV.value, no_csv, row=row + 1) from None
    raise BadRequest(FileReason.NOT_CSV.value, flaw(FlawId.QUOTE_LEFT_OPEN, row=row), row=row)


def _tidy_unless_blank(cells: Sequence[str]) -> tuple[str, ...]:
    """The trimmed cells of a row; no cells for a blank row."""
    tidy = tuple(map(_tidy, cells))
    return tidy if any(cell.strip(_BLANK) for cell in tidy) else ()


def _is_saved_hint(tidy: Sequence[str]) -> bool:
    return _SAVED_HINT.fullmatch(tidy[0]) is not None and not any(tidy[1:])


def _tidy(cell: str) -> str:
    bare = cell.strip().strip(f"\ufeff\u200b{_END_OF_FILE}").strip()
    if bare.startswith('="') and (text := _TEXT_FORMULA.fullmatch(bare)):
        return text[1].replace('""', '"').strip()
    return without_guard(bare)
