"""Designs and fields are stored as JSON, and a digest identifies a look."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from certificates.http.schemas.bodies import DesignLanguage
from certificates.rendering.errors import DesignFault
from certificates.rendering.fields import Fields
from certificates.rendering.formats import date_format
from certificates.rendering.model import Design
from certificates.rendering.texts import TEXTS, base_language
from tests.rendering.making import design, fields


def test_a_design_comes_back_from_its_json_as_it_was() -> None:
    assert Design.from_json(design(signatories=4).to_json()) == design(signatories=4)


def test_fields_come_back_from_their_json_as_they_were() -> None:
    assert Fields.from_json(fields("محمد").to_json()) == fields("محمد")


@pytest.mark.parametrize(
    "change", [{"course_title": "Another"}, {"language": "fr"}, {"title": "Award"}, {"signatories": ()}]
)
def test_every_change_of_the_look_changes_the_digest(change: dict[str, object]) -> None:
    assert replace(design(), **change).digest() != design().digest()  # type: ignore[arg-type]


def test_equal_designs_have_equal_digests() -> None:
    assert Design.from_json(design().to_json()).digest() == design().digest()


def test_an_unknown_template_is_refused_by_name() -> None:
    with pytest.raises(DesignFault, match="there is no template 'baroque'"):
        design(template="baroque").digest()


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(DesignFault, match="no texts for language 'tlh'"):
        date_format("tlh")


@pytest.mark.parametrize(
    ("language", "first", "later"),
    [
        ("en", "January 1, 2026", "November 20, 2026"),
        ("es", "1 de enero de 2026", "20 de noviembre de 2026"),
        ("fr", "1er janvier 2026", "20 novembre 2026"),
        ("de", "1. Januar 2026", "20. November 2026"),
        ("pt-BR", "1 de janeiro de 2026", "20 de novembro de 2026"),
        ("ar", "1 يناير 2026", "20 نوفمبر 2026"),
        ("he", "1 בינואר 2026", "20 בנובמבר 2026"),
        ("hi", "1 जनवरी 2026", "20 नवंबर 2026"),
        ("zh-Hans", "2026年1月1日", "2026年11月20日"),
        ("ja", "2026年1月1日", "2026年11月20日"),
        ("en-GB", "1 January 2026", "20 November 2026"),
        ("it", "1 gennaio 2026", "20 novembre 2026"),
        ("nl", "1 januari 2026", "20 november 2026"),
        ("pl", "1 stycznia 2026", "20 listopada 2026"),
        ("ru", "1 января 2026\u202fг.", "20 ноября 2026\u202fг."),
        ("uk", "1 січня 2026\u202fр.", "20 листопада 2026\u202fр."),
        ("tr", "1 Ocak 2026", "20 Kasım 2026"),
        ("ko", "2026년 1월 1일", "2026년 11월 20일"),
        ("id", "1 Januari 2026", "20 November 2026"),
        ("vi", "1 tháng 1, 2026", "20 tháng 11, 2026"),
        ("zh-TW", "2026年1月1日", "2026年11月20日"),
    ],
)
def test_a_date_is_written_as_its_language_writes_it(language: str, first: str, later: str) -> None:
    written = date_format(language)
    day = fields().issued_on
    assert (written.format(day.replace(month=1, day=1)), written.format(day)) == (first, later)


def test_every_language_that_a_design_may_have_has_texts_of_its_own() -> None:
    assert {base_language(tag) for tag in get_args(DesignLanguage)} == TEXTS.keys()
    assert base_language("zh-HK") == base_language("zh-Hant") == "zh-Hant" != base_language("zh-CN")


def test_every_language_has_every_text() -> None:
    for texts in TEXTS.values():
        values = texts._asdict()
        assert all(values[key] for key in values if key not in ("intro", "closing"))
        assert "{date}" in texts.issued and "{url}" in texts.qr and "{name}" in texts.signature
