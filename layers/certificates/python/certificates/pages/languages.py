"""The language of a page, with its forms of dates and numbers.

English is the language of the source. The other texts are gettext catalogues in `catalogues/`.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from certificates.http.accept import weights_in
from certificates.http.language import ENGLISH, Language

CATALOGUES = Path(__file__).parent / "catalogues"
DOMAIN = "pages"


SPANISH = Language(
    "es",
    "Español",
    "ltr",
    (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    "{day} de {month} de {year}",
    ".",
    ",",
    "{number} %",
    quotes=("«", "»"),
)
ARABIC = Language(
    "ar",
    "العربية",
    "rtl",
    (
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ),
    "{day} {month} {year}",
    ",",
    ".",
    # The marks of direction are those of CLDR: without them, the sign stands before a number that follows Arabic words.
    "{number}\N{LEFT-TO-RIGHT MARK}%\N{LEFT-TO-RIGHT MARK}",
    comma="، ",
    quotes=("«", "»"),
)

LANGUAGES: Mapping[str, Language] = {language.tag: language for language in (ENGLISH, SPANISH, ARABIC)}


def negotiated(chosen: str | None, accepted: str | None) -> Language:
    """The language that the person chose, or else the first known one in `Accept-Language`, or else English."""
    if chosen is not None and chosen in LANGUAGES:
        return LANGUAGES[chosen]
    for tag in _by_weight(accepted or ""):
        if tag in LANGUAGES:
            return LANGUAGES[tag]
    return ENGLISH


@cache
def translations(tag: str) -> gettext.NullTranslations:
    """The catalogue of a language, or else the English of the source."""
    return gettext.translation(DOMAIN, CATALOGUES, languages=[tag], fallback=True)


def _by_weight(accepted: str) -> list[str]:
    """The base languages of an `Accept-Language` header, the most wanted first."""
    weighted = [
        (-weight, position, tag.split("-")[0])
        for position, (tag, weight) in enumerate(weights_in(accepted).items())
        if weight > 0
    ]
    return [tag for _, _, tag in sorted(weighted)]
