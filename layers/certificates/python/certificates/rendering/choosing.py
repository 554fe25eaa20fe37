"""Chooses the typeface of a text: one typeface for the whole text if possible, and always one for a word.

A typeface fits if it prints every character and puts every mark on its letter. If no typeface prints the whole text,
each script has its own; if none prints a whole script, each word has its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import uharfbuzz

from certificates.shown_text import JOINERS, prints_nothing

from . import coverage, scripts
from .errors import Unrenderable
from .fill.faces import face
from .typefaces import NASTALIQ

if TYPE_CHECKING:
    from .untyped import FontTable

# Letters of Urdu, Punjabi and Kashmiri that Arabic and Persian do not have. Then letters of Sindhi, Pashto, Uyghur and
# Kurdish, which share some of these letters and are not written in Nastaliq.
_OF_URDU = frozenset("ٹڈڑںہۂۃےۓ")
_NOT_OF_URDU = frozenset("ڙڻڦڄڃڇٻٺٿڀٽڏڊډړږښڼېۍۇۆۈۋەێڕڵ")

Files = tuple[str, ...]


def font_files_of(text: str, files: Files, language: str) -> list[str]:
    """The font file of each character of a text as `shown_text.shown` leaves it.

    `files` are tried in order. Raises Unrenderable with every character without a font.
    """
    if text.isascii() and coverage.covers(files[0], text):
        return [files[0]] * len(text)
    files = _preferred(text, files, language)
    one = _first(text, files)
    if one is not None:
        return [one] * len(text)
    missing = "".join(dict.fromkeys(char for char in text if not _printed(char, files)))
    if missing:
        raise Unrenderable(missing)
    chosen = [""] * len(text)
    kinds = [scripts.family(kind) for kind in scripts.scripts_of(text)]
    used: list[str] = []
    for kind in dict.fromkeys(kinds):
        places = [place for place, other in enumerate(kinds) if other == kind]
        for part in _parts(text, places, files):
            together = "".join(text[place] for place in part)
            # Prefer a typeface that another part uses already.
            file = _first(together, (*used, *files)) or _whatever(together, files)
            if file not in used:
                used.append(file)
            for place in part:
                chosen[place] = file
    return chosen


def _preferred(text: str, files: Files, language: str) -> Files:
    if NASTALIQ not in files or not _is_urdu(text, language):
        return files
    return NASTALIQ, *files


def _is_urdu(text: str, language: str) -> bool:
    letters = set(text)
    if letters & _NOT_OF_URDU:
        return False
    return bool(letters & _OF_URDU) or language.partition("-")[0] == "ur"


def _printed(char: str, files: Sequence[str]) -> bool:
    return prints_nothing(char) or any(coverage.has(file, char) for file in files)


def _first(text: str, files: Files) -> str | None:
    letter = next((char for char in text if not prints_nothing(char)), None)
    asked = files if letter is None else _with(letter, files)
    return next((file for file in asked if coverage.covers(file, text) and attaches(file, text)), None)


@lru_cache(maxsize=4096)
def _with(letter: str, files: Files) -> Files:
    """The files that print a letter: one or two of eighty."""
    return tuple(file for file in files if coverage.has(file, letter))


def _whatever(text: str, files: Files) -> str:
    """For a cluster whose mark no typeface attaches or has: the first typeface with the cluster, or with its letter."""
    found = next((file for file in files if coverage.covers(file, text)), None)
    if found is None:
        raise Unrenderable("".join(char for char in text[1:] if not coverage.has(_whatever(text[0], files), char)))
    return found


def _parts(text: str, places: Sequence[int], files: Files) -> Iterator[Sequence[int]]:
    """The places of a script: all together if one typeface prints them all, else word by word, else letter by
    letter."""
    if _first("".join(text[place] for place in places), files) is not None:
        yield places
        return
    for blank, group in groupby(places, key=lambda place: text[place].isspace()):
        word = list(group)
        if blank or _first("".join(text[place] for place in word), files) is not None:
            yield word
        else:
            yield from _clusters(text, word)


def _clusters(text: str, places: Sequence[int]) -> Iterator[Sequence[int]]:
    cluster: list[int] = []
    for place in places:
        follows = unicodedata.category(text[place])[0] == "M" or prints_nothing(text[place])
        if cluster and not (follows or text[cluster[-1]] in JOINERS):
            yield cluster
            cluster = []
        cluster.append(place)
    if cluster:
        yield cluster


def attaches(file: str, text: str) -> bool:
    """Whether the font places every accent on its letter.

    A mark without width and without an offset is not attached: it is drawn over the next letter. Only general marks are
    checked: fonts of other scripts are made for their own marks.
    """
    if text.isascii() or not _GENERAL_MARK.search(unicodedata.normalize("NFD", text)):
        return True
    together = coverage.composed(text)
    if not _GENERAL_MARK.search(together) and all(coverage.has_whole(file, char) for char in together):
        return True
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = face(file).font
    uharfbuzz.shape(font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    before = -1
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        beside = info.cluster != before or place.x_advance or place.x_offset or place.y_offset
        before = info.cluster
        accented = _GENERAL_MARK.search(text, before, ends[before])
        if accented and not beside and _has_ink(font, info.codepoint):
            return False
    return True


# A mark of Latin, Greek and Cyrillic letters.
_GENERAL_MARK = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


def _has_ink(font: FontTable, glyph: int) -> bool:
    extents = font.get_glyph_extents(glyph)
    return extents is not None and bool(extents.width and extents.height)
