"""The direction of each part of a text: the Unicode Bidirectional Algorithm (UAX #9) for one line.

`shown_text.shown` has removed direction marks, embeddings and isolates before. The rules for the letters themselves are
complete.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

# The pairs of BidiBrackets.txt that names and titles have.
_BRACKETS = dict(
    zip(
        "([{༺༼᚛⁅⁽₍⌈⌊〈⟦⟨⟪⟬⟮⦅⸢⸤⸦⸨〈《「『【〔〖〘〚﹙﹛﹝（［｛｟｢",
        ")]}༻༽᚜⁆⁾₎⌉⌋〉⟧⟩⟫⟭⟯⦆⸣⸥⸧⸩〉》」』】〕〗〙〛﹚﹜﹞）］｝｠｣",
        strict=True,
    )
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_LEFT_TO_RIGHT = frozenset({"L", "EN", "AN"})  # inside a text from right to left
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"  # a text between the two decides its own direction


def base(text: str, otherwise: str) -> str:
    """ "ltr" or "rtl": the direction of the first letter that has one (P2), else `otherwise`."""
    if text.isascii():
        return "ltr" if any(char.isalpha() for char in text) else otherwise
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise


def apart(text: str, direction: str) -> str:
    """The text, for a sentence of `direction`. If the text has another direction, marks of isolation are around it, so
    that the words and marks of the sentence stay in order.
    """
    return text if base(text, direction) == direction else f"{_ISOLATE}{text}{_END_OF_ISOLATE}"


def levels(text: str, direction: str) -> list[int]:
    """The embedding level of each character: even runs left to right, odd right to left."""
    ground = 1 if direction == "rtl" else 0
    if text.isascii() and not ground:
        return [0] * len(text)
    kinds = list(map(unicodedata.bidirectional, text))
    # Most texts have letters of one direction, and no digits of the other.
    if (_LEFT_TO_RIGHT if ground else _RIGHT_TO_LEFT).isdisjoint(kinds):
        return [ground] * len(text)
    places = [place for place, kind in enumerate(kinds) if kind != "BN"]
    side = "R" if ground else "L"
    types = _weak(_words_whole([kinds[place] for place in places]), side)
    _pair_brackets([text[place] for place in places], types, side)
    _neutral(types, side)
    found: list[int] = []
    by_place = dict(zip(places, types, strict=True))
    for place in range(len(text)):
        kind = by_place.get(place)
        if kind is None:
            # Joiners have the level of the letter before them.
            found.append(found[-1] if found else ground)
        elif ground:
            found.append(ground + (kind in ("L", "EN", "AN")))
        else:
            found.append({"R": 1, "L": 0}.get(kind, 2))
    return found


def _words_whole(kinds: list[str]) -> list[str]:
    """Digits next to a letter belong to its word. Otherwise they move away from it in “محمد 2nd” (UAX #9, HL3)."""
    whole = list(kinds)
    for order in (range(len(whole)), reversed(range(len(whole)))):
        beside = ""
        for place in order:
            if whole[place] == "EN" and beside == "L":
                whole[place] = "L"
            beside = whole[place]
    return whole


def _weak(kinds: list[str], side: str) -> list[str]:
    """W1 to W7: marks, numbers and signs between numbers."""
    before = strong = side
    types: list[str] = []
    for kind in kinds:
        if kind == "NSM":
            kind = before
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        types.append(kind)
    types = ["R" if kind == "AL" else kind for kind in types]
    for place in range(1, len(types) - 1):
        left, right = types[place - 1], types[place + 1]
        if left == right and (
            (types[place] in ("ES", "CS") and left == "EN") or (types[place] == "CS" and left == "AN")
        ):
            types[place] = left
    _signs_beside_numbers(types)
    strong = side
    for place, kind in enumerate(types):
        if kind in ("ES", "ET", "CS"):
            types[place] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            types[place] = "L"
    return types


def _signs_beside_numbers(types: list[str]) -> None:
    """W5: percent and currency signs belong to the number that they touch."""
    place = 0
    for kind, group in groupby(list(types)):
        count = len(list(group))
        after = types[place + count] if place + count < len(types) else ""
        if kind == "ET" and "EN" in (after, types[place - 1] if place else ""):
            types[place : place + count] = ["EN"] * count
        place += count


def _strong(kind: str) -> str:
    return "R" if kind in ("EN", "AN") else kind if kind in ("L", "R") else ""


def _pair_brackets(chars: Sequence[str], types: list[str], side: str) -> None:
    """N0: both brackets of a pair have the direction of their content, or of the text before them."""
    for opening, closing in sorted(_pairs(chars, types)):
        inside = {_strong(types[place]) for place in range(opening + 1, closing)} - {""}
        if side in inside:
            found = side
        elif inside:
            found = next((_strong(types[place]) for place in range(opening - 1, -1, -1) if _strong(types[place])), side)
        else:
            continue
        types[opening] = types[closing] = found


def _pairs(chars: Sequence[str], types: Sequence[str]) -> list[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    found = []
    for place, char in enumerate(chars):
        if types[place] != "ON":
            continue
        if char in _BRACKETS:
            waiting.append((_BRACKETS[char], place))
        elif any(closing == char for closing, _ in waiting):
            while waiting:
                closing, opening = waiting.pop()
                if closing == char:
                    found.append((opening, place))
                    break
    return found


def _neutral(types: list[str], side: str) -> None:
    """N1 and N2: blanks and punctuation have the direction of both sides, or of the line."""
    place = 0
    for neutral, group in groupby(list(types), key=_NEUTRAL.__contains__):
        count = len(list(group))
        if neutral:
            left = _strong(types[place - 1]) if place else side
            right = _strong(types[place + count]) if place + count < len(types) else side
            types[place : place + count] = [left if left == right else side] * count
        place += count
