"""What a screen reader says of a certificate, in this order and in these languages."""

from __future__ import annotations

import pytest

from certificates.rendering import full
from certificates.rendering.texts import TEXTS, date_format
from tests.rendering.making import SIGNATORIES, VERIFY_URL, VERIFY_UUID, fields
from tests.rendering.speaking import Said, said
from tests.rendering.test_fill import COURSES, course, filled


def expected(template: str, language: str, name: str, name_language: str = "") -> list[Said]:
    texts = TEXTS[language]
    sentences = [
        Said("P", "Northwind Open University", language),
        Said("H1", texts.title, language),
        Said("P", texts.intro, language),
        Said("P", name, name_language or language),
        Said("P", texts.completed, language),
        Said("P", COURSES[language][0], language),
        Said("P", texts.closing, language),
        Said("P", texts.issued.format(date=date_format(language).format(fields().issued_on)), language),
    ]
    for signatory in SIGNATORIES[:2]:
        sentences += [
            Said("Figure", texts.signature.format(name=signatory.name), language),
            *(Said("P", text, language) for text in (signatory.name, signatory.title, signatory.organization)),
        ]
    identity = [Said("P", texts.id, language), Said("P", VERIFY_UUID, language)]
    address = [Said("P", texts.verify, language), Said("Link", VERIFY_URL, language)]
    code = [Said("Figure", texts.qr.format(url=VERIFY_URL), language)]
    last = identity + address + code if template == "formal" else code + address + identity
    return [sentence for sentence in sentences + last if sentence.text]


def running(sentences: list[Said]) -> list[Said]:
    """Paragraphs that follow one another as one text: a title that stands on two lines is told as two of them."""
    told: list[Said] = []
    for sentence in sentences:
        if told and sentence.role == "P" and told[-1][::2] == sentence[::2]:
            told[-1] = told[-1]._replace(text=f"{told[-1].text} {sentence.text}")
        else:
            told.append(sentence)
    return told


@pytest.mark.parametrize("language", COURSES)
@pytest.mark.parametrize("template", ["formal", "modern"])
@pytest.mark.parametrize("way", ["filled", "laid out", "sample"])
def test_a_screen_reader_says_all_texts_in_their_order(way: str, template: str, language: str) -> None:
    name = COURSES[language][1]
    if way == "filled":
        pdf = filled(name, language, template)
    else:
        pdf = full.render(course(language, template), fields(name, sample=way == "sample"))
    assert running(said(pdf)) == running(expected(template, language, name))


@pytest.mark.parametrize("way", ["filled", "laid out"])
@pytest.mark.parametrize(("name", "language"), [("髙橋 さくら", "ja"), ("김민준", "ko"), ("欧阳娜娜", "zh")])
def test_a_name_is_said_in_its_own_language(way: str, name: str, language: str) -> None:
    pdf = filled(name) if way == "filled" else full.render(course("en", "formal"), fields(name))
    assert said(pdf) == expected("formal", "en", name, language)


def test_a_name_from_right_to_left_is_said_as_it_is_typed() -> None:
    for pdf in (filled("محمد علي"), full.render(course("en", "formal"), fields("محمد علي"))):
        assert "محمد علي" in [sentence.text for sentence in said(pdf)]
