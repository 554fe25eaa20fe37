"""Breaks a long text into lines of similar width, before it is set smaller: the largest print that fits is chosen.

Filling and the full layout both ask here. A break is at a blank, or between two letters of Chinese, Japanese or Korean;
anywhere between letters only where the print would be too small to read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from certificates.shown_text import JOINERS, prints_nothing

# From line to line, in sizes of the print. Letters that fill their square need more than Latin ones, and scripts with
# vowels and marks above and below their letters still more.
_LEADING, _LEADING_OF_SQUARE, _LEADING_OF_TALL = 1.1, 1.22, 1.35
# The furthest that lines are apart.
_FURTHEST = 1.4
# A hair less than the line's width, since glyph advances do not scale in quite equal steps.
SLACK = 0.995
# How much larger a third line must make the print.
_WORTH = 1.25
# With more places to break at than this, only some of them are tried.
_PLACES = 24
# Unicode's combining class of the sign that joins a consonant to the next.
_VIRAMA = 9


class Broken(NamedTuple):
    lines: tuple[str, ...]
    share: float  # of the size that the text was to have


def broken(
    text: str, measure: Callable[[str], float], *, width: float, height: float, most: int, least: float
) -> Broken:
    """The lines of a text, at most `most`, and how much smaller they are set; below `least` where nothing helps.

    `measure` gives the width of a text at full size; `height` is what all lines have together, in sizes.
    """
    best = Broken((text,), _share(measure(text), width))
    for places in (_places(text), _between_letters(text)):
        listed = list(places)
        for count in range(2, most + 1):
            if best.share == 1 or len(listed) < count - 1:
                break
            lines = _balanced(text, count, listed, measure)
            share = min(_share(max(map(measure, lines)), width), height / (count * _leading(text)))
            # Two lines before smaller print; a third only where it makes a difference that is seen.
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
    """The lines whose widest is narrowest."""
    if len(places) > _PLACES:
        places = places[:: -(-len(places) // _PLACES)]
    # From the beginning to each place: near enough to choose by, and shaped only once for each.
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
    """Where a line may begin in the worst case: never between a letter and its marks, or between joined letters."""
    for place in range(1, len(text)):
        before, after = text[place - 1], text[place]
        joined = before in JOINERS or unicodedata.combining(before) == _VIRAMA
        if not joined and not after.isspace() and unicodedata.category(after)[0] != "M" and not prints_nothing(after):
            yield place


def is_broken_between(before: str, after: str) -> bool:
    """Whether a line may end between these letters, though no blank is there."""
    return _is_east_asian(before) and _is_east_asian(after)


def _is_east_asian(char: str) -> bool:
    return unicodedata.category(char) == "Lo" and unicodedata.east_asian_width(char) in "WF"
