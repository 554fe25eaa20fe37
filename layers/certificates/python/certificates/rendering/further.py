"""Fields beside those that every certificate has: the grade, hours, dates, and fields of one's own.

A template names a field with `data-field`. The run gives its value (`Design.fields`), or each learner has one
(`Fields.values`): `grade`, a share such as 0.87, and those that the design lists as `learners_fields`. `start`, `end`
and `expires` are dates in ISO 8601; everything else is text, printed as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from .texts import DateFormat, PercentFormat

GRADE = "grade"
DATES = frozenset({"start", "end", "expires"})
FIELD_NAME = r"[a-z][a-z0-9_-]{0,39}"
FIELD_KEY = "field:"
"""What the key of a field's slot begins with."""

Pairs = Iterable[tuple[str, str]]


class Formats(NamedTuple):
    """How a language writes values; `dates` is its long date."""

    dates: DateFormat
    percent: PercentFormat

    def printed(self, name: str, value: str, parts: tuple[str, ...] = ()) -> str:
        """A field's value as people read it, "" where there is none; `parts` are those of a date's own form."""
        if not value:
            return ""
        if name == GRADE:
            return self.percent.format(value)
        if name in DATES:
            return self.day(date.fromisoformat(value), parts)
        return value

    def day(self, day: date, parts: tuple[str, ...] = ()) -> str:
        return (self.dates._replace(parts=parts) if parts else self.dates).format(day)


def issued_line(issued: str, labels: Pairs, values: Mapping[str, str], formats: Formats) -> str:
    """The line with the date of issue, and behind it the fields that a design that ships has been told to show.

    `labels` hold {value}, by the field's name.
    """
    told = ((label, formats.printed(name, values.get(name, ""))) for name, label in labels)
    return " · ".join([issued, *(label.format(value=value) for label, value in told if value)])
