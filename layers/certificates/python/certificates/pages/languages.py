"""The language of a page: negotiated, and written in that language's forms of dates and numbers.

English is the language of the source. The other texts are gettext catalogues in `catalogues/`.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "catalogues"
DOMAIN = "pages"


@dataclass(frozen=True, slots=True)
class Language:
    """`long_date` holds {day}, {month} and {year}; `percent` holds {number}."""

    tag: str
    name: str
    direction: str
    months: tuple[str, ...]
    long_date: str
    thousands: str
    decimal: str
    percent: str

    def day(self, moment: date, zone: tzinfo | None = None) -> str:
        """`28 November 2026`; of a datetime the day in this zone, without one in its own."""
        if zone is not None and isinstance(moment, datetime):
            moment = moment.astimezone(zone)
        return self.long_date.format(day=moment.day, month=self.months[moment.month - 1], year=moment.year)

    def moment(self, moment: datetime) -> str:
        """Day and minute, in UTC."""
        return f"{self.day(moment)}, {moment:%H:%M}"

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.thousands)

    def grade(self, grade: Decimal) -> str:
        """A grade in percent, cut and not rounded: a grade below the passing grade never looks like a pass."""
        cut = (grade * 100).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
        text = f"{cut:f}".rstrip("0").rstrip(".")
        return self.percent.format(number=text.replace(".", self.decimal))


ENGLISH = Language(
    "en",
    "English",
    "ltr",
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "{day} {month} {year}",
    ",",
    ".",
    "{number}%",
)
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
    "{number}%",
)

LANGUAGES: Mapping[str, Language] = {language.tag: language for language in (ENGLISH, SPANISH, ARABIC)}


def negotiated(chosen: str | None, accepted: str | None) -> Language:
    """The language that the person chose, else the first that `Accept-Language` asks for, else English."""
    if chosen is not None and chosen in LANGUAGES:
        return LANGUAGES[chosen]
    for tag in _by_weight(accepted or ""):
        if tag in LANGUAGES:
            return LANGUAGES[tag]
    return ENGLISH


@cache
def translations(tag: str) -> gettext.NullTranslations:
    """The catalogue of a language; the source's own English where there is none."""
    return gettext.translation(DOMAIN, CATALOGUES, languages=[tag], fallback=True)


def _by_weight(accepted: str) -> list[str]:
    """The base languages of an `Accept-Language` header, the most wanted first."""
    weighted = []
    for position, entry in enumerate(accepted[:1000].split(",")):
        tag, _, parameter = entry.strip().partition(";")
        weight = _weight(parameter.strip().removeprefix("q="))
        if weight > 0:
            weighted.append((-weight, position, tag.split("-")[0].lower()))
    return [tag for _, _, tag in sorted(weighted)]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
