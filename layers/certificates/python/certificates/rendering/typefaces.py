"""The bundled typefaces: the file of each family, and the order of families. Families have their own names, so that no
font of the machine can replace them. The folder is CERTIFICATES_FONTS, else /opt/fonts. `coverage` has the characters
of each file.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .errors import DesignFault
from .flaws import design_flaw


class Typeface(NamedTuple):
    family: str
    file: str
    style: str = "normal"
    weight: int = 400


_SCRIPTS = ("Hebrew", "Devanagari", "Bengali", "Tamil", "Thai", "Gurmukhi")
_SERIF_ONLY = (
    "Armenian Ethiopic Georgian Gujarati Kannada Khmer Lao Malayalam Myanmar NyiakengPuachueHmong Sinhala Telugu "
    "Tibetan Yezidi"
)
_SANS_ONLY = (
    "Adlam Balinese Bamum BassaVah Batak Buginese Buhid CanadianAboriginal Chakma Cham Cherokee Coptic GunjalaGondi "
    "HanifiRohingya Hanunoo Javanese KayahLi Lepcha Limbu Lisu Mandaic MasaramGondi Medefaidrin MeeteiMayek "
    "MendeKikakui Miao Mongolian Mro NKo NewTaiLue Newa OlChiki Oriya Osage Osmanya PahawhHmong PauCinHau Rejang "
    "Samaritan Saurashtra SoraSompeng Sundanese SylotiNagri Syriac Tagalog Tagbanwa TaiLe TaiTham TaiViet Thaana "
    "Tifinagh Vai Wancho WarangCiti Yi"
)
_PREFIX = "Certificates "
NASTALIQ = "NotoNastaliqUrdu-Regular.ttf"


def _noto(style: str, script: str) -> Typeface:
    return Typeface(f"{_PREFIX}{style} {script}", f"Noto{style}{script}-Regular.ttf")


def _bold(script: str) -> Typeface:
    return Typeface(f"{_PREFIX}Sans {script}", f"NotoSans{script}-Bold.ttf", weight=700)


TYPEFACES = (
    Typeface(_PREFIX + "Garamond", "EBGaramond12-Regular.ttf"),
    Typeface(_PREFIX + "Garamond", "EBGaramond12-Italic.ttf", style="italic"),
    Typeface(_PREFIX + "Serif", "NotoSerif-Regular.ttf"),
    Typeface(_PREFIX + "Serif", "NotoSerif-Italic.ttf", style="italic"),
    Typeface(_PREFIX + "Sans", "NotoSans-Regular.ttf"),
    Typeface(_PREFIX + "Sans", "NotoSans-Bold.ttf", weight=700),
    Typeface(_PREFIX + "Serif Arabic", "NotoNaskhArabic-Regular.ttf"),
    Typeface(_PREFIX + "Sans Arabic", "NotoSansArabic-Regular.ttf"),
    Typeface(_PREFIX + "Nastaliq", NASTALIQ),
    *(_noto(style, script) for script in _SCRIPTS for style in ("Serif", "Sans")),
    *(_noto("Serif", script) for script in _SERIF_ONLY.split()),
    *(_noto("Sans", script) for script in _SANS_ONLY.split()),
    *(_bold(script) for script in ("Arabic", "Devanagari", "Hebrew")),
    Typeface(_PREFIX + "Serif CJK", "NotoSerifCJK-Regular.otf"),
    Typeface(_PREFIX + "Sans CJK", "NotoSansCJK-Regular.otf"),
    Typeface(_PREFIX + "Sans CJK", "NotoSansCJK-Bold.otf", weight=700),
)

# The share of the size for texts of a typeface: slanting words of Nastaliq are twice as high as others.
SCALES = {NASTALIQ: 0.65}

_OTHER_SCRIPTS = (
    *(f"{_PREFIX}Serif {script}" for script in _SERIF_ONLY.split()),
    *(f"{_PREFIX}Sans {script}" for script in _SANS_ONLY.split()),
)
# The family lists of CSS, in order. Both print everything that any bundled typeface prints: the families of the other
# list come last.
STACKS = {
    "serif": (
        _PREFIX + "Garamond",
        _PREFIX + "Serif",
        *(f"{_PREFIX}Serif {script}" for script in ("Arabic", *_SCRIPTS)),
        *_OTHER_SCRIPTS,
        _PREFIX + "Serif CJK",
        _PREFIX + "Sans",
        *(f"{_PREFIX}Sans {script}" for script in ("Arabic", *_SCRIPTS, "CJK")),
        _PREFIX + "Nastaliq",
    ),
    "sans": (
        _PREFIX + "Sans",
        *(f"{_PREFIX}Sans {script}" for script in ("Arabic", *_SCRIPTS)),
        *_OTHER_SCRIPTS,
        _PREFIX + "Sans CJK",
        _PREFIX + "Serif",
        _PREFIX + "Garamond",
        *(f"{_PREFIX}Serif {script}" for script in ("Arabic", *_SCRIPTS, "CJK")),
        _PREFIX + "Nastaliq",
    ),
}


def folder() -> Path:
    return Path(os.environ.get("CERTIFICATES_FONTS", "/opt/fonts"))


def file_path(file: str) -> Path:
    found = folder() / file
    if not found.is_file():
        raise DesignFault("font-missing", design_flaw("font-missing", file=file))
    return found


@lru_cache(maxsize=256)
def faces_of(family: str) -> tuple[Typeface, ...]:
    return tuple(typeface for typeface in TYPEFACES if typeface.family == family)


def closest(family: str, style: str, weight: int) -> Typeface:
    """The family's typeface for a style and weight of CSS, by fontconfig's choice."""
    return min(faces_of(family), key=lambda face: (face.style != style, abs(face.weight - weight)))


def by_file(file: str) -> Typeface:
    return next(typeface for typeface in TYPEFACES if typeface.file == file)
