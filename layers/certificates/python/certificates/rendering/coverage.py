"""The characters that each bundled font prints, from a list in the fonts layer (`layers/fonts/coverage.py`).

No font is opened for this, so a dry run can check thousands of names.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache

from certificates.shown_text import prints_nothing

from . import typefaces
from .errors import DesignFault
from .flaws import design_flaw


class _Coverage:
    def __init__(self, content: bytes) -> None:
        head, _, body = content.partition(b"\n")
        numbers = array("I", body)
        if sys.byteorder == "big":
            numbers.byteswap()
        half = len(numbers) // 2
        self._firsts, self._ends = numbers[:half], numbers[half:]
        self.checksums: dict[str, int] = {}
        self._slices: dict[str, tuple[int, int]] = {}
        start = 0
        for file, checksum, count in json.loads(head):
            self.checksums[file] = checksum
            self._slices[file] = start, start + count
            start += count

    def has(self, file: str, code: int) -> bool:
        start, end = self._slices[file]
        place = bisect_right(self._firsts, code, start, end) - 1
        return place >= start and code < self._ends[place]


@cache
def _coverage() -> _Coverage:
    path = typefaces.folder() / "coverage"
    if not path.is_file():
        raise DesignFault("font-missing", design_flaw("font-list-missing"))
    return _Coverage(path.read_bytes())


def is_bundled(file: str) -> bool:
    return file in _coverage().checksums


def checksum(file: str) -> int:
    """CRC-32 of a bundled font. Fonts with the same value number their glyphs in the same way."""
    return _coverage().checksums[file]


@lru_cache(maxsize=8192)
def has_whole(file: str, char: str) -> bool:
    """Whether the font has an own glyph for the character."""
    return _coverage().has(file, ord(char))


@lru_cache(maxsize=8192)
def has(file: str, char: str) -> bool:
    """Whether the font prints the character, composed or decomposed."""
    if has_whole(file, char):
        return True
    apart = unicodedata.normalize("NFD", char)
    return apart != char and all(_coverage().has(file, ord(part)) for part in apart)


def is_printed_by(files: Sequence[str], char: str) -> bool:
    """Whether one of the fonts prints the character, as `has` finds it. A rare character is looked up in every font."""
    known, code = _coverage(), ord(char)
    if any(known.has(file, code) for file in files):
        return True
    apart = unicodedata.normalize("NFD", char)
    return apart != char and any(all(known.has(file, ord(part)) for part in apart) for file in files)


def covers(file: str, text: str) -> bool:
    """Whether the font prints all of a text. Invisible characters need no glyph, but spaces do."""
    if _covers(file, text):
        return True
    put_together = composed(text)
    return put_together != text and _covers(file, put_together)


def _covers(file: str, text: str) -> bool:
    known = _known(file)
    for char in set(text) - known:
        if not has(file, char) and (char == " " or not prints_nothing(char)):
            return False
    known.update(text)
    return True


@cache
def _known(file: str) -> set[str]:
    """The characters that were found in a font so far, or need no glyph. It grows to the letters of a language."""
    return set()


def is_western(file: str, text: str) -> bool:
    """Whether a text has only Latin letters with accents, signs and quotation marks, each with a glyph of its own."""
    known = _known_western(file)
    if known.issuperset(text):
        return True
    if not all((char < "\u0250" or char in _QUOTATION) and has_whole(file, char) for char in set(text)):
        return False
    known.update(text)
    return True


_QUOTATION = frozenset("‘’“”–—")


@cache
def _known_western(file: str) -> set[str]:
    """The characters of the texts that were western so far."""
    return set()


def composed(text: str) -> str:
    """Letters and marks composed, if nothing visible changes. This is NFC, but characters that NFC replaces by another
    single one stay: families use forms such as U+FA19.
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    done = part = ""
    for char in text:
        if _is_form_of_another(char):
            done += unicodedata.normalize("NFC", part) + char
            part = ""
        else:
            part += char
    return done + unicodedata.normalize("NFC", part)


def _is_form_of_another(char: str) -> bool:
    into = unicodedata.decomposition(char)
    return bool(into) and not into.startswith("<") and " " not in into
