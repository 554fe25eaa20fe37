"""Which script each character of a text belongs to, by what Unicode calls it."""

from __future__ import annotations

import unicodedata
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


def of_each(text: str) -> list[str]:
    """The script of each character. Marks, digits and punctuation have that of what is before them, opening marks that
    of what follows; nobody's is "".
    """
    found = [script(char) for char in text]
    before = next(filter(None, found), "")
    for place, own in enumerate(found):
        if own:
            before = own
        elif unicodedata.category(text[place]) in ("Ps", "Pi"):
            found[place] = next(filter(None, found[place:]), before)
        else:
            found[place] = before
    return found


def family(name: str) -> str:
    """Of a script: one name for those that a typeface has together."""
    return _FAMILIES.get(name, name)
