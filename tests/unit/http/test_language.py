"""English as a language of dates, numbers and grades."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from certificates.http.language import ENGLISH

LATE = datetime(2026, 3, 31, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("month", "name"),
    [
        *((1, "January"), (2, "February"), (3, "March"), (4, "April"), (5, "May"), (6, "June")),
        *((7, "July"), (8, "August"), (9, "September"), (10, "October"), (11, "November"), (12, "December")),
    ],
)
def test_a_day_has_the_name_of_its_month(month: int, name: str) -> None:
    assert ENGLISH.day(date(2026, month, 8)) == f"8 {name} 2026"


def test_a_moment_is_on_the_day_of_the_zone() -> None:
    assert ENGLISH.day(LATE) == "31 March 2026"
    assert ENGLISH.day(LATE, timezone(timedelta(hours=2))) == "1 April 2026"
    assert ENGLISH.day(date(2026, 3, 31), timezone(timedelta(hours=2))) == "31 March 2026"


def test_a_moment_has_day_and_minute() -> None:
    assert ENGLISH.moment(LATE) == "31 March 2026, 23:05"


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")])
def test_thousands_are_apart(number: int, text: str) -> None:
    assert ENGLISH.number(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("100", "100"), ("1.50", "1.5"), ("2.00", "2"), ("0.05", "0.05"), ("1E+2", "100")],
)
def test_a_decimal_number_has_no_zeros_at_its_end(number: str, text: str) -> None:
    assert ENGLISH.decimal_number(Decimal(number)) == text


def test_another_language_has_its_own_signs() -> None:
    spanish = replace(ENGLISH, thousands=".", decimal=",", percent="{number} %", long_date="{day} de {month} de {year}")
    assert spanish.number(1234) == "1.234"
    assert spanish.grade(Decimal("0.595")) == "59,5 %"
    assert spanish.share(0.5) == "50 %"
    assert spanish.day(date(2026, 1, 2)) == "2 de January de 2026"


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (0.5, "50%"), (0.999, "99%"), (0.015, "1%"), (1, "100%")])
def test_only_a_complete_count_has_100_percent(share: float, text: str) -> None:
    assert ENGLISH.share(share) == text


@pytest.mark.parametrize(
    ("grade", "text"),
    [("0", "0%"), ("0.5", "50%"), ("0.595", "59.5%"), ("0.59999", "59.99%"), ("1", "100%"), ("0.123456", "12.34%")],
)
def test_a_grade_is_cut_and_not_rounded(grade: str, text: str) -> None:
    assert ENGLISH.grade(Decimal(grade)) == text


def test_a_quoted_text_stands_between_the_quotes_of_the_language() -> None:
    assert ENGLISH.quoted("valid") == "“valid”"
    assert replace(ENGLISH, quotes=("«", "»")).quoted("válido") == "«válido»"
