"""Letters to learners: complete in every language of designs, safe, and without anything to load."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import get_args

import pytest

from certificates.http.schemas.bodies import DesignLanguage
from certificates.notices.learner_letters import LetterLinks, LetterSetting, letter_of
from certificates.notices.letters import Letter, Phrase
from certificates.notices.mail_dates import long_date
from certificates.notices.mail_texts import MAIL_TEXTS, MailTexts
from certificates.rendering.formats import date_format
from certificates.rendering.languages import RIGHT_TO_LEFT
from certificates.rendering.texts import TEXTS as PRINTED
from certificates.rendering.texts import base_language
from certificates.rules.mailing import MailKind
from certificates.shown_text import shown
from tests.unit.notices.mails import HELD

LANGUAGES = get_args(DesignLanguage)
DAY = date(2026, 11, 24)
PAGE = f"https://certificates.example.org/certificates/{HELD.verify_uuid}"
LINKS = LetterLinks(
    page=PAGE,
    pdf=f"{PAGE}/pdf",
    progress="https://certificates.example.org/learn/course-v1%3ANorthwind%2BSTAT101%2B2026_T3",
    stop="https://certificates.example.org/mail/NDE.0123",
)


def letter(kind: MailKind = MailKind.ISSUED, language: str = "en", answers: bool = True, **held: object) -> Letter:
    setting = LetterSetting(language=language, site_name="Lyceum", answers=answers, links=LINKS)
    return letter_of(kind, replace(HELD, **held), DAY, setting)  # type: ignore[arg-type]


def test_every_language_of_the_designs_has_texts() -> None:
    assert {base_language(language) for language in LANGUAGES} == set(MAIL_TEXTS) == set(PRINTED)


@pytest.mark.parametrize("field", MailTexts._fields)
def test_a_text_has_the_same_values_in_every_language(field: str) -> None:
    def values(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    named = {language: values(getattr(texts, field)) for language, texts in MAIL_TEXTS.items()}
    assert {language: found for language, found in named.items() if found != named["en"]} == {}


@pytest.mark.parametrize("language", [language for language in MAIL_TEXTS if language != "en"])
def test_no_text_was_left_in_english(language: str) -> None:
    same = [
        name for name in MailTexts._fields if getattr(MAIL_TEXTS[language], name) == getattr(MAIL_TEXTS["en"], name)
    ]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_written_as_on_the_certificate(language: str) -> None:
    for day in (date(2026, 1, 1), date(2026, 2, 3), date(2026, 5, 31), date(2026, 12, 1)):
        assert long_date(day, language) == date_format(language).format(day)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_has_its_language_direction_texts_and_links(kind: MailKind, language: str) -> None:
    written = letter(kind, language)
    text, html = written.text(), written.html()
    direction = "rtl" if base_language(language) in RIGHT_TO_LEFT else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in html
    for said in ("Li Ning", "Statistics"):
        assert said in text
        assert f"<bdi>{said}</bdi>" in html
    assert "Statistics" in written.subject.plain()
    assert LINKS.stop in text
    assert LINKS.stop in html
    assert "{" not in text + html + written.subject.plain()
    if kind in {MailKind.ISSUED, MailKind.REGENERATED, MailKind.REVALIDATED}:
        for address in (LINKS.page, LINKS.pdf, "https://www.linkedin.com/profile/add?"):
            assert address in text
            assert address in html
        assert shown(long_date(DAY, language)) in text
    else:
        assert LINKS.pdf not in text + html
        assert LINKS.progress in text
        assert LINKS.progress in html


class Loads(HTMLParser):
    """The addresses that a mail program would load, and those that it would follow."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attributes if name in {"src", "background", "srcset"}]
        self.loaded += [value for _, value in attributes if value and "url(" in value]


@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_loads_nothing_so_nobody_can_count_who_opens_it(kind: MailKind) -> None:
    found = Loads(letter(kind).html())
    assert found.loaded == []
    assert not {"img", "script", "link", "iframe", "form", "style"} & set(found.tags)


def test_typed_texts_are_never_read_as_markup() -> None:
    name = '<img src="//evil.example/x"> {course} {0} & Zoë'
    written = letter(name=name, course_title="</title><script>alert(1)</script>", organization="{name!r} %s")
    html, text = written.html(), written.text()
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=&quot;//evil.example/x&quot;&gt; {course} {0} &amp; Zoë" in html
    assert name in text
    assert "{name!r} %s" in text


def test_a_subject_is_one_line() -> None:
    assert (
        letter(course_title="Bio\r\nBcc: all@example.org").subject.plain()
        == "Your certificate for Bio Bcc: all@example.org"
    )


def test_a_subject_has_no_marks_that_change_the_direction_of_text() -> None:
    """As on paper: marks that change the direction of the following text are left out."""
    assert letter(course_title="\u202eoiB").subject.plain() == letter(course_title="oiB").subject.plain()


def test_names_in_the_other_direction_are_isolated_from_the_text() -> None:
    assert "Hello \u2068محمد\u2069," in letter(name="محمد").text()
    assert "Hello Li Ning," in letter().text()
    assert "مرحبًا \u2068Li Ning\u2069،" in letter(language="ar").text()


def test_the_link_to_linkedin_has_the_number_of_the_issuer_s_page_if_known() -> None:
    setting = LetterSetting(language="en", site_name="Lyceum", answers=True, links=LINKS, linkedin_id="1337")
    text = letter_of(MailKind.ISSUED, HELD, DAY, setting).text()
    assert "organizationId=1337" in text
    assert "organizationName" not in text
    assert "organizationName=Northwind" in letter().text()


def test_without_a_contact_a_letter_does_not_invite_answers() -> None:
    assert "Answer this mail" in letter().text()
    assert "Answer this mail" not in letter(answers=False).text()


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert Phrase("{course}", {"course": "{braces}"}).html() == "<bdi>{braces}</bdi>"
