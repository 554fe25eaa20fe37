"""The texts of a certificate for a screen reader, in this order and in these languages."""

from __future__ import annotations

import pytest

from certificates.rendering import fill, full, templates
from certificates.rendering.compile import compile_design
from certificates.rendering.formats import date_format
from certificates.rendering.model import Template
from certificates.rendering.texts import TEXTS
from tests.rendering.making import SIGNATORIES, VERIFY_URL, VERIFY_UUID, design, fields, laid_out
from tests.rendering.speaking import Said, paragraphs, said
from tests.rendering.test_fill import COURSES, course, filled

FORMAL, CSS = (templates.files("formal")[name].decode() for name in ("template.html", "style.css"))
_NARROW = ".text { left: 300px; width: 300px; right: auto; top: 300px; font-size: 12px; line-height: 14px; }"


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


@pytest.mark.parametrize("language", COURSES)
@pytest.mark.parametrize("template", ["formal", "modern"])
@pytest.mark.parametrize("way", ["filled", "laid out", "sample"])
def test_a_screen_reader_says_all_texts_in_their_order(way: str, template: str, language: str) -> None:
    name = COURSES[language][1]
    if way == "filled":
        pdf = filled(name, language, template)
    else:
        pdf = laid_out(course(language, template), fields(name, sample=way == "sample"))
    assert paragraphs(pdf) == expected(template, language, name)


@pytest.mark.parametrize("way", ["filled", "laid out"])
@pytest.mark.parametrize(("name", "language"), [("髙橋 さくら", "ja"), ("김민준", "ko"), ("欧阳娜娜", "zh")])
def test_a_screen_reader_reads_a_name_in_its_own_language(way: str, name: str, language: str) -> None:
    pdf = filled(name) if way == "filled" else laid_out(course("en", "formal"), fields(name))
    assert paragraphs(pdf) == expected("formal", "en", name, language)


def test_screen_readers_get_a_right_to_left_name_as_typed() -> None:
    for pdf in (filled("محمد علي"), laid_out(course("en", "formal"), fields("محمد علي"))):
        assert "محمد علي" in [sentence.text for sentence in said(pdf)]


LONG = "Advanced Methods of Statistical Learning for Research in Public Health, Economics and Social Sciences, Part Two"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", LONG),
        ("ar", "أسس التعلّم الإحصائي " * 5),
        ("he", "יסודות הלמידה הסטטיסטית " * 4),
        ("zh", "统计学习基础与高级方法在公共卫生经济学和社会科学研究中的应用" * 2),
        ("en", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2),
    ],
)
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_a_title_and_a_name_on_several_lines_are_one_paragraph_each(template: str, language: str, title: str) -> None:
    wanted = title.strip()
    made = design(language=language, template=template, course_title=wanted)
    name = "Maria Aurelia Constanza Villanueva y Sotomayor de la Torre Fernández-Quintanilla del Olmo"
    for pdf in (fill.load_compiled(compile_design(made)).fill(fields(name)), full.render(made, fields(name))):
        told = [sentence.text for sentence in paragraphs(pdf)]
        assert told.count(wanted) == 1
        assert told.count(name) == 1


def test_lines_that_a_template_lets_wrap_are_one_paragraph_whose_words_stay_apart() -> None:
    long = "This certificate is awarded for the whole of the programme and for nothing less. " * 4
    made = design(own_template=Template(FORMAL.replace("<main>", f'<main><p class="text">{long}</p>'), CSS + _NARROW))
    assert long.strip() in [sentence.text.strip() for sentence in paragraphs(full.render(made, fields()))]
