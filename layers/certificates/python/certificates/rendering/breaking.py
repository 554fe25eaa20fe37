"""Breaks a long text into lines of similar width, and chooses the largest print that fits.

Filling and the full layout both use it. Lines break at a blank, or between two letters of Chinese, Japanese or Korean.
They break between other letters only if the print would be too small to read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from certificates.shown_text import JOINERS, prints_nothing

# Distances of lines, in sizes of the print. Square letters need more than Latin ones, and scripts with vowels and marks
# above and below need still more.
_LEADING, _LEADING_OF_SQUARE, _LEADING_OF_TALL = 1.1, 1.22, 1.35
# The largest distance of lines.
_FURTHEST = 1.4
# A little less than the line's width, because glyph advances do not scale in exactly equal steps.
SLACK = 0.995
# A third line must make the print larger by this factor.
_WORTH = 1.25
# With more places for a break, only some of them are tried.
_PLACES = 24
# Unicode's combining class of signs that join two consonants.
_VIRAMA = 9


class Broken(NamedTuple):
    lines: tuple[str, ...]
    share: float  # share of the text's full size


def broken(
    text: str, measure: Callable[[str], float], *, width: float, height: float, most: int, least: float
) -> Broken:
    """The lines of a text, at most `most`, and the share of their size; a share below `least` means that nothing fits.
    `measure` gives the width of a text at full size; `height` is the height of all lines together, in sizes.
    """
    best = Broken((text,), _share(measure(text), width))
    for places in (_places(text), _between_letters(text)):
        listed = list(places)
        for count in range(2, most + 1):
            if best.share == 1 or len(listed) < count - 1:
                break
            lines = _balanced(text, count, listed, measure)
            share = min(_share(max(map(measure, lines)), width), height / (count * _leading(text)))
            # First two lines, then smaller print. A third line only if the difference is visible.
            if share > best.share * (1 if count == 2 else _WORTH):
                best = Broken(lines, share)
        if best.share >= least:
            break
    return best


def line_height(count: int, height: float, size: float) -> float:
    """The distance between the baselines of `count` lines of a size: the lines share `height`."""
    return min(height / count, _FURTHEST * size)


def baselines(count: int, step: float) -> Iterator[float]:
    """The distance of each line below the baseline of a single line. The block of lines has the same middle."""
    for number in range(count):
        yield step * (number - (count - 1) / 2)


def _share(natural: float, width: float) -> float:
    return 1.0 if natural <= width else width / natural * SLACK


def _leading(text: str) -> float:
    low = all(char < "\u0530" or "\u1e00" <= char <= "\u20ff" or "\u2e80" <= char <= "\ud7ff" for char in text)
    if not low:
        return _LEADING_OF_TALL
    return _LEADING_OF_SQUARE if any(map(_is_east_asian, text)) else _LEADING


def _balanced(text: str, count: int, places: Sequence[int], measure: Callable[[str], float]) -> tuple[str, ...]:
    """The lines with the smallest greatest width."""
    if len(places) > _PLACES:
        places = places[:: -(-len(places) // _PLACES)]
    # Widths from the beginning to each place: exact enough for the choice, and each is shaped only once.
    ends = [*places, len(text)]
    to = dict(zip(ends, (measure(text[:end].rstrip()) for end in ends), strict=True))
    to[0] = 0.0

    def widest(breaks: Sequence[int]) -> float:
        edges = [0, *breaks, len(text)]
        return max(to[end] - to[start] for start, end in pairwise(edges))

    breaks = min(combinations(places, count - 1), key=widest)
    edges = [0, *breaks, len(text)]
    return tuple(text[start:end].strip() for start, end in pairwise(edges))


def _places(text: str) -> Iterator[int]:
    """Where a line may begin."""
    for place in range(1, len(text)):
        before, after = text[place - 1], text[place]
        if before.isspace() or is_broken_between(before, after):
            yield place


def _between_letters(text: str) -> Iterator[int]:
    """The places where a line may begin if nothing else fits: never between a letter and its marks, or inside joined
    letters."""
    for place in range(1, len(text)):
        before, after = text[place - 1], text[place]
        joined = before in JOINERS or unicodedata.combining(before) == _VIRAMA
        if not joined and not after.isspace() and unicodedata.category(after)[0] != "M" and not prints_nothing(after):
            yield place


def is_broken_between(before: str, after: str) -> bool:
    """Whether a line may end between these letters without a blank."""
    return _is_east_asian(before) and _is_east_asian(after)


def _is_east_asian(char: str) -> bool:
    return unicodedata.category(char) == "Lo" and unicodedata.east_asian_width(char) in "WF"
