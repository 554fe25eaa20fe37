"""The visible part of a text on paper. Needs only the standard library, so that rules can use it.

A text keeps its code points as they were typed. Characters that print nothing (controls, direction marks, tags,
fillers) and pictographs are left out. Joiners and variation selectors stay if they shape the letter before them.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

# Zero-width joiner and non-joiner: they shape their neighbours (Persian, Indic scripts) and print nothing themselves.
JOINERS = "\u200c\u200d"

# Ranges of characters that print nothing: default ignorables (DerivedCoreProperties.txt), controls, blanks that are no
# space in Unicode. U+00AD, U+034F and the selectors are default ignorables.
_NOTHING = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x13441, 0x13446), (0x16FE4, 0x16FE4),
    (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip

# Pictographs: emoji (emoji-data.txt, Extended_Pictographic), their parts, and the symbols between them. Of the older
# blocks, only characters that are drawn as emoji: ©, ®, ™, ℹ, ‼ and ⁉ belong to text.
_PICTOGRAPHS = (
    (0x20E3, 0x20E3), (0x2194, 0x2199), (0x21A9, 0x21AA), (0x231A, 0x231B), (0x2328, 0x2328), (0x2388, 0x2388),
    (0x23CF, 0x23CF), (0x23E9, 0x23FA), (0x25AA, 0x25AB), (0x25B6, 0x25B6), (0x25C0, 0x25C0), (0x25FB, 0x25FE),
    (0x2600, 0x26FF), (0x2700, 0x2767), (0x2794, 0x27BF), (0x2934, 0x2935), (0x2B05, 0x2B07), (0x2B1B, 0x2B1C),
    (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3297), (0x3299, 0x3299),
    (0x1F000, 0x1F0FF), (0x1F10D, 0x1F10F), (0x1F12F, 0x1F12F), (0x1F16C, 0x1F171), (0x1F17E, 0x1F17F),
    (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F1AD, 0x1F1FF), (0x1F200, 0x1FBEF), (0x1FC00, 0x1FFFD),
)  # fmt: skip

_KEPT_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0))))
_MONGOLIAN = frozenset("\u180b\u180c\u180d\u180e\u180f")


def _starts(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    """The beginnings and ends of the ranges, by turns, for bisection."""
    return [place for first, last in ranges for place in (first, last + 1)]


_NOTHING_STARTS = _starts(_NOTHING)
_PICTOGRAPH_STARTS = _starts(_PICTOGRAPHS)


def prints_nothing(char: str) -> bool:
    """Whether the character alone prints nothing. Spaces print nothing too."""
    return char.isspace() or bool(bisect_right(_NOTHING_STARTS, ord(char)) & 1)


def is_pictograph(char: str) -> bool:
    return bool(bisect_right(_PICTOGRAPH_STARTS, ord(char)) & 1)


@lru_cache(4096)  # rules, planning and paper ask for the same few texts
def shown(text: str) -> str:
    """The printed text on one line: code points as typed, without invisible characters and pictographs.

    "" if nothing is visible.
    """
    if text.isprintable() and (text.isascii() or max(text, default="") < "\u0300"):
        return " ".join(text.split())
    kept: list[str] = []
    for char in text:
        if char.isspace():
            kept.append("\u3000" if char == "\u3000" else " ")
        elif is_pictograph(char):
            continue
        elif not bisect_right(_NOTHING_STARTS, ord(char)) & 1 or (kept and _shapes(char, kept[-1])):
            kept.append(char)
    line = _one_blank_each("".join(kept))
    return "" if all(map(prints_nothing, line)) else line


def named(characters: str) -> str:
    """The characters in words: U+FFFD REPLACEMENT CHARACTER, U+12000 CUNEIFORM SIGN A."""
    return ", ".join(f"U+{ord(char):04X} {unicodedata.name(char, 'unnamed')}" for char in characters)


def shows_nothing(text: str) -> bool:
    return not shown(text)


def _shapes(char: str, before: str) -> bool:
    """Whether an invisible character belongs to the one before it."""
    if char in JOINERS:
        return before not in JOINERS and before > "\u02ff" and unicodedata.category(before)[0] in "LM"
    if char in _KEPT_SELECTORS:
        return unicodedata.category(before) == "Lo"
    if char in _MONGOLIAN:
        return "\u1800" <= before <= "\u18af"
    # Stops a change in the order of marks (Hebrew, Greek).
    return char == "\u034f" and unicodedata.category(before)[0] in "LM"


def _one_blank_each(text: str) -> str:
    """The text without blanks at the ends. Between East Asian letters, a wide blank stays as typed."""
    line = ""
    for blank, word in _words(text):
        if line:
            line += "\u3000" if blank == "\u3000" and _is_wide(line[-1]) and _is_wide(word[0]) else " "
        line += word
    return line


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each word with the blanks before it."""
    blanks = word = ""
    for char in text + " ":
        if not char.isspace():
            word += char
            continue
        if word:
            yield blanks, word
            blanks, word = "", ""
        blanks += char


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
