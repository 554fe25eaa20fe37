"""The forms of dates, quotations and shares in each language of the pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from certificates.pages.languages import LANGUAGES

AT = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "moment", "quoted"),
    [
        ("en", "28 November 2026, 09:05", "“valid”"),
        ("es", "28 de noviembre de 2026, 09:05", "«valid»"),
        ("ar", "28 نوفمبر 2026، 09:05", "«valid»"),
    ],
)
def test_commas_and_quotation_marks_are_those_of_the_language(tag: str, moment: str, quoted: str) -> None:
    language = LANGUAGES[tag]
    assert (language.moment(AT), language.quoted("valid")) == (moment, quoted)
