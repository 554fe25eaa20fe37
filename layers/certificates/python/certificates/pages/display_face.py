"""Which names the certificate's display face can write: a name is set in one face or in another, never in two."""

from __future__ import annotations

import unicodedata

RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203A))
"""The code points of the subset: Latin-1, Latin Extended-A, and typographic punctuation. The build cuts the font so."""


def has_letters_of(text: str) -> bool:
    """Whether the subset writes the whole text. The face places combining marks badly, so one is too many."""
    composed = unicodedata.normalize("NFC", text)
    return all(any(first <= ord(char) <= last for first, last in RANGES) for char in composed)
