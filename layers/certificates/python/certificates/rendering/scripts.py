"""Which script each character of a text belongs to, by what Unicode calls it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

# First words of names that stand for more than one script, or none: what is named so belongs to what is around it.
_COMMON = frozenset(
    {"COMBINING", "MODIFIER", "VARIATION", "ARABIC-INDIC", "KATAKANA-HIRAGANA", "MASCULINE", "FEMININE", "MICRO"}
)
_OF = {"IDEOGRAPHIC": "CJK", "HALFWIDTH": "KATAKANA", "FULLWIDTH": "LATIN", "EXTENDED": "", "OHM": "GREEK"}
# Written together, and printed by the same typefaces.
_FAMILIES = {
    **dict.fromkeys(("LATIN", "GREEK", "CYRILLIC"), "western"),
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"), "east asian"),
}


@lru_cache(maxsize=8192)
def script(char: str) -> str:
    """The first word of the script's name in capitals, as `LATIN`; "" for what every script uses."""
    category = unicodedata.category(char)
    if category[0] not in "LM" and (category[0] != "N" or char.isascii()):
        return ""
    word = unicodedata.name(char, "").partition(" ")[0]
    return "" if word in _COMMON else _OF.get(word, word)


def scripts_of(text: str) -> list[str]:
    """The script of each character. What every script uses has that of the letter before it in its word, or else of the
    first letter after it there; what stands in a word without letters, and blanks, that of what is before. Opening
    marks have that of what follows; nobody's is "".
    """
    found = [script(char) for char in text]
    before = next(filter(None, found), "")
    for place, own in enumerate(found):
        if own:
            before = own
            continue
        begins = place == 0 or text[place - 1].isspace() or unicodedata.category(text[place]) in ("Ps", "Pi")
        if begins and not text[place].isspace():
            before = next(_of_word(text, found, place), before)
        found[place] = before
    return found


def _of_word(text: str, found: Sequence[str], start: int) -> Iterator[str]:
    for place in range(start, len(text)):
        if text[place].isspace():
            return
        if found[place]:
            yield found[place]


def family(name: str) -> str:
    """Of a script: one name for those that a typeface has together."""
    return _FAMILIES.get(name, name)
