"""The script of each character of a text, from its Unicode name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

# First words of names of more than one script, or none: such a character has the script of its neighbours.
_COMMON = frozenset(
    {"COMBINING", "MODIFIER", "VARIATION", "ARABIC-INDIC", "KATAKANA-HIRAGANA", "MASCULINE", "FEMININE", "MICRO"}
)
_OF = {"IDEOGRAPHIC": "CJK", "HALFWIDTH": "KATAKANA", "FULLWIDTH": "LATIN", "EXTENDED": "", "OHM": "GREEK"}
# Scripts that are written together and printed by the same typefaces.
_FAMILIES = {
    **dict.fromkeys(("LATIN", "GREEK", "CYRILLIC"), "western"),
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"), "east asian"),
}


@lru_cache(maxsize=8192)
def script(char: str) -> str:
    """The first word of the script's name in capitals, as `LATIN`; "" for characters of every script."""
    category = unicodedata.category(char)
    if category[0] not in "LM" and (category[0] != "N" or char.isascii()):
        return ""
    word = unicodedata.name(char, "").partition(" ")[0]
    return "" if word in _COMMON else _OF.get(word, word)


def scripts_of(text: str) -> list[str]:
    """The script of each character. A character of every script has the script of the letter before it in its word, or
    else of the first letter after it. Blanks, and words without letters, have the script of the text before them.
    Opening marks have the script of the text after them. Without any letter, the script is "".
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
    """One name for scripts that share a typeface."""
    return _FAMILIES.get(name, name)
