"""The written forms of dates and shares. Compilation reads a language's forms from the Unicode CLDR; filling uses them
without a locale library.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .errors import DesignFault
from .flaws import design_flaw

if TYPE_CHECKING:
    from babel import Locale


class DateFormat(NamedTuple):
    """The form of a date, without a locale library. `parts` are d, dd, M, MM, MMM, MMMM, y, yy, or texts after a
    quote."""

    parts: tuple[str, ...]
    months: tuple[str, ...]
    first: str  # the first day of a month; French has 1er
    short: tuple[str, ...] = ()  # the months in few letters

    def format(self, day: date) -> str:
        values = {
            "d": self.first if day.day == 1 and "MMMM" in self.parts else str(day.day),
            "dd": f"{day.day:02}",
            "M": str(day.month),
            "MM": f"{day.month:02}",
            "MMM": (self.short or self.months)[day.month - 1],
            "MMMM": self.months[day.month - 1],
            "y": str(day.year),
            "yy": f"{day.year % 100:02}",
        }
        return "".join(values[part] if part in values else part[1:] for part in self.parts)


class PercentFormat(NamedTuple):
    """The form of a share in percent: `written` has {number}."""

    written: str = "{number}%"
    decimal: str = "."

    def format(self, share: str) -> str:
        """`0.8955` as `89.55%`. Cut, not rounded: a failing grade never looks like the passing grade."""
        from decimal import ROUND_FLOOR, Decimal

        cut = f"{(Decimal(share) * 100).quantize(Decimal('0.01'), rounding=ROUND_FLOOR):f}"
        return self.written.format(number=cut.rstrip("0").rstrip(".").replace(".", self.decimal))


def date_format(tag: str) -> DateFormat:
    """The long date of the language, in the form of the tag's country if it has one. From the Unicode CLDR."""
    locale = _locale(tag)
    months = locale.months["format"]
    return DateFormat(
        parts=_parts(locale.date_formats["long"].pattern),
        months=tuple(months["wide"][month] for month in range(1, 13)),
        first="1er" if locale.language == "fr" else "1",
        short=tuple(months["abbreviated"][month] for month in range(1, 13)),
    )


_NAMED_FORMS = {"iso": "y-MM-dd", **dict.fromkeys(("long", "medium", "short"))}


def date_parts(form: str, tag: str) -> tuple[str, ...]:
    """The parts of a date in a form: `long`, `medium` or `short` of the language, `iso`, or a pattern of the CLDR's
    letters such as `dd.MM.yyyy`. Raises DesignFault `unknown-form`.
    """
    named = _NAMED_FORMS.get(form, form)
    try:
        return _parts(named if named is not None else _locale(tag).date_formats[form].pattern)
    except (ValueError, KeyError) as error:
        letters = "d, dd, M, MM, MMM, MMMM, yy and yyyy"
        raise DesignFault("unknown-form", design_flaw("unknown-form", form=form, letters=letters)) from error


def percent_format(tag: str) -> PercentFormat:
    locale = _locale(tag)
    pattern = locale.percent_formats[None].pattern.partition(";")[0]
    written = re.sub(r"[#,0]+", "{number}", "".join(char for char in pattern if char not in "\u200e\u200f"), count=1)
    return PercentFormat(written, locale.number_symbols["latn"]["decimal"])


def _locale(tag: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    # Imported here: filling a compiled design needs no table of texts.
    from .texts import base_language

    base = base_language(tag)
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(base, sep="-")


def _parts(pattern: str) -> tuple[str, ...]:
    """Raises ValueError if the text is no pattern of a date."""
    from babel.dates import parse_pattern, tokenize_pattern

    parts = tuple(_part(value) for _, value in tokenize_pattern(parse_pattern(pattern).pattern))
    fields = {part for part in parts if not part.startswith("'")}
    if not fields or not fields <= {"d", "dd", "M", "MM", "MMM", "MMMM", "y", "yy"}:
        raise ValueError(pattern)
    return parts


def _part(token: str | tuple[str, int]) -> str:
    """Babel returns a field as letter and count, a literal as text."""
    if isinstance(token, str):
        return "'" + token
    letter, count = token
    letter = {"L": "M"}.get(letter, letter)
    return "y" if letter == "y" and count == 4 else letter * count
