"""How a language writes dates, numbers and grades, without the locale of the process; and English as such a
language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_FLOOR, Decimal


@dataclass(frozen=True, slots=True)
class Language:
    """`long_date` has {day}, {month} and {year}; `percent` has {number}; `quotes` are the two marks of a quotation."""

    tag: str
    name: str
    direction: str
    months: tuple[str, ...]
    long_date: str
    thousands: str
    decimal: str
    percent: str
    comma: str = ", "
    quotes: tuple[str, str] = ("“", "”")

    def day(self, moment: date, zone: tzinfo | None = None) -> str:
        """`28 November 2026`. For a datetime, the day in `zone`, or in its own zone."""
        if zone is not None and isinstance(moment, datetime):
            moment = moment.astimezone(zone)
        return self.long_date.format(day=moment.day, month=self.months[moment.month - 1], year=moment.year)

    def moment(self, moment: datetime) -> str:
        """Day and minute, in UTC."""
        return f"{self.day(moment)}{self.comma}{moment:%H:%M}"

    def quoted(self, text: str) -> str:
        before, after = self.quotes
        return f"{before}{text}{after}"

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.thousands)

    def decimal_number(self, number: Decimal) -> str:
        """The number without zeros at the end."""
        text = f"{number:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", self.decimal)

    def share(self, share: float) -> str:
        """A share from 0 to 1 in whole percent, cut and not rounded: only a complete count has 100."""
        return self.percent.format(number=int(share * 100))

    def grade(self, grade: Decimal) -> str:
        """A grade in percent, cut and not rounded: a failing grade never looks like the passing grade."""
        cut = (grade * 100).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
        return self.percent.format(number=self.decimal_number(cut))


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
