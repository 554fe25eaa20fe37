"""Further fields of certificates: the grade, hours, dates, and fields that staff define. A template names a field with
`data-field`. The run has its value (`Design.fields`), or each learner has one (`Fields.values`): `grade`, a share such
as 0.87, and those in the design's `learners_fields`. `start`, `end` and `expires` are dates in ISO 8601. Other values
are printed as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from .formats import DateFormat, PercentFormat

GRADE = "grade"
DATES = frozenset({"start", "end", "expires"})
FIELD_NAME = r"[a-z][a-z0-9_-]{0,39}"
FIELD_KEY = "field:"
"""The beginning of the key of a field's slot."""

Pairs = Iterable[tuple[str, str]]


class Formats(NamedTuple):
    """How a language writes values; `dates` is its long date."""

    dates: DateFormat
    percent: PercentFormat

    def printed(self, name: str, value: str, parts: tuple[str, ...] = ()) -> str:
        """A field's value in its printed form, "" without a value. `parts` are those of a date's own form."""
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
    """The line with the date of issue, and then the fields that a design with an included template shows.

    `labels` hold {value}, by the field's name.
    """
    told = ((label, formats.printed(name, values.get(name, ""))) for name, label in labels)
    return " · ".join([issued, *(label.format(value=value) for label, value in told if value)])
