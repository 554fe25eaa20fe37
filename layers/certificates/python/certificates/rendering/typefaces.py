"""The bundled typefaces: which file carries which family, and which file prints which character.

Families have names of their own, so that no font installed on the machine can take their place.
The folder is CERTIFICATES_FONTS, else /opt/fonts.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz

from .errors import DesignFault, Unrenderable


class Typeface(NamedTuple):
    family: str
    file: str
    style: str = "normal"
    weight: int = 400


_SCRIPTS = ("Hebrew", "Devanagari", "Bengali", "Tamil", "Thai", "Gurmukhi")
_SERIF_ONLY = [
    "Gujarati",
    "Telugu",
    "Kannada",
    "Malayalam",
    "Sinhala",
    "Armenian",
    "Georgian",
    "Ethiopic",
    "Khmer",
    "Lao",
    "Myanmar",
]  # fmt: skip
_PREFIX = "Certificates "


def _noto(style: str, script: str) -> Typeface:
    return Typeface(f"{_PREFIX}{style} {script}", f"Noto{style}{script}-Regular.ttf")


TYPEFACES = (
    Typeface(_PREFIX + "Garamond", "EBGaramond12-Regular.ttf"),
    Typeface(_PREFIX + "Garamond", "EBGaramond12-Italic.ttf", style="italic"),
    Typeface(_PREFIX + "Serif", "NotoSerif-Regular.ttf"),
    Typeface(_PREFIX + "Serif", "NotoSerif-Italic.ttf", style="italic"),
    Typeface(_PREFIX + "Sans", "NotoSans-Regular.ttf"),
    Typeface(_PREFIX + "Sans", "NotoSans-Bold.ttf", weight=700),
    Typeface(_PREFIX + "Serif Arabic", "NotoNaskhArabic-Regular.ttf"),
    Typeface(_PREFIX + "Sans Arabic", "NotoSansArabic-Regular.ttf"),
    *(_noto(style, script) for script in _SCRIPTS for style in ("Serif", "Sans")),
    *(_noto("Serif", script) for script in _SERIF_ONLY),
    Typeface(_PREFIX + "Serif CJK", "NotoSerifCJKsc-Regular.otf"),
    Typeface(_PREFIX + "Sans CJK", "NotoSansCJKsc-Regular.otf"),
)

_OTHER_SCRIPTS = [f"{_PREFIX}Serif {script}" for script in _SERIF_ONLY]
# The family lists of CSS: the first family that has a character prints it.
STACKS = {
    "serif": (
        _PREFIX + "Garamond",
        _PREFIX + "Serif",
        *(f"{_PREFIX}Serif {script}" for script in ("Arabic", *_SCRIPTS)),
        *_OTHER_SCRIPTS,
        _PREFIX + "Serif CJK",
    ),
    "sans": (
        _PREFIX + "Sans",
        *(f"{_PREFIX}Sans {script}" for script in ("Arabic", *_SCRIPTS)),
        *_OTHER_SCRIPTS,
        _PREFIX + "Sans CJK",
    ),
}

# Zero-width joiner and non-joiner: they shape their neighbours (Persian, Indic scripts) and print nothing themselves.
JOINERS = "\u200c\u200d"


def folder() -> Path:
    return Path(os.environ.get("CERTIFICATES_FONTS", "/opt/fonts"))


def file_path(file: str) -> Path:
    found = folder() / file
    if not found.is_file():
        raise DesignFault("font-missing", f"the fonts folder has no {file}")
    return found


@cache
def _font(typeface: Typeface) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file_path(typeface.file)))))


def prints(typeface: Typeface, char: str) -> bool:
    return bool(_font(typeface).get_nominal_glyph(ord(char)))


def faces_of(family: str) -> tuple[Typeface, ...]:
    return tuple(typeface for typeface in TYPEFACES if typeface.family == family)


def closest(family: str, style: str, weight: int) -> Typeface:
    """The family's typeface for a style and weight of CSS, as fontconfig would choose it."""
    return min(faces_of(family), key=lambda face: (face.style != style, abs(face.weight - weight)))


def needed_for(text: Iterable[str]) -> tuple[Typeface, ...]:
    """The typefaces that print `text` in any of the stacks; raises Unrenderable, naming every character none has."""
    families: set[str] = set()
    missing = ""
    for char in sorted(set(text) - set(JOINERS)):
        for stack in STACKS.values():
            family = next((family for family in stack if prints(faces_of(family)[0], char)), None)
            if family is None:
                missing += char if char not in missing else ""
            else:
                families.add(family)
    if missing:
        raise Unrenderable(missing)
    return tuple(typeface for typeface in TYPEFACES if typeface.family in families)


# Controls, format characters (direction marks, soft hyphens …) but not the joiners, and variation selectors. A table
# rather than a regular expression, which takes a new process longer to compile than all its names to clean.
_INVISIBLE = dict.fromkeys(
    [
        *(*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F)),
        *(*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE1000)),
    ]
)


def printable(text: str) -> str:
    """Composed, on one line, without what is invisible: controls, direction marks, variation selectors.

    Nothing that can be seen is dropped. Raises Unrenderable where nothing is left.
    """
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    line = " ".join(" ".join(composed.split()).translate(_INVISIBLE).split())
    if not line.strip(JOINERS + " "):
        raise Unrenderable("")
    return line
