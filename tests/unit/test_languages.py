"""The forms of dates, quotations and shares in each language of the pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from certificates.pages.languages import LANGUAGES, negotiated

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


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("es", "es"),
        ("es-MX,en;q=0.1", "es"),
        ("AR-eg", "ar"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("es ; q=0.9", "es"),
        ("es;level=1;q=0.9", "es"),
        ("es;q=0, ar;q=0.1", "ar"),
        ("es;q=much, ar;q=0.5", "ar"),
        ("tlh, ar;q=0.1", "ar"),
        ("*", "en"),
        ("", "en"),
        ("es,ar", "es"),
        ("," * 2000 + "es", "en"),
    ],
)
def test_a_page_has_the_language_that_the_browser_wants_most(accepted: str, tag: str) -> None:
    assert negotiated(None, accepted).tag == tag
    assert negotiated("es", accepted).tag == "es"
