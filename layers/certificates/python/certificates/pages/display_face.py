"""The names that the certificate's display face can write. A name is set in one face, never in two."""

from __future__ import annotations

import unicodedata

RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203A))
"""The code points of the font's subset: Latin-1, Latin Extended-A, and typographic punctuation. The build uses them."""


def has_letters_of(text: str) -> bool:
    """Whether the subset can write the whole text. A combining mark is refused, because the face places marks badly."""
    composed = unicodedata.normalize("NFC", text)
    return all(any(first <= ord(char) <= last for first, last in RANGES) for char in composed)
