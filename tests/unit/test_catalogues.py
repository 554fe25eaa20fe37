"""The translations of the pages are complete: no text is missing, guessed or outdated, or lacks a value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import nodes

from certificates.pages.templating import SOURCES, environment
from layers.certificates.catalogues import collected, languages, translated

SOURCE = {message.id: message for message in collected() if message.id}


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_has_exactly_the_texts_of_the_source(language: str) -> None:
    assert {message.id for message in translated(language) if message.id} == set(SOURCE)


@pytest.mark.parametrize("language", languages())
def test_every_text_is_translated(language: str) -> None:
    catalogue = translated(language)
    missing = [message.id for message in catalogue if message.id and not all(strings(message))]
    assert missing == []
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", languages())
def test_a_translation_names_the_values_of_its_text(language: str) -> None:
    def values(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    for message in translated(language):
        if message.id and all(strings(message)):
            known = values(message.id if isinstance(message.id, str) else "".join(message.id))
            wanted = [values(text) for text in strings(message)]
            assert all(found <= known for found in wanted), message.id
            if isinstance(message.id, str):
                assert wanted == [known], message.id


def test_an_arabic_noun_has_the_ending_that_its_number_asks_for() -> None:
    """The fifth form is for 100 to 102 (`متعلم`), the sixth for 11 to 99 (`متعلمًا`). Nouns in `ة` have one form."""
    counted = re.compile(r"%\((?:num|total)\)s ([^\s.؟)]+)")
    checked = 0
    for message in translated("ar"):
        for hundreds, tens in [strings(message)[4:]] if isinstance(message.id, tuple) else []:
            nouns = counted.search(hundreds), counted.search(tens)
            if nouns[0] is not None and nouns[1] is not None:
                checked += 1
                expected = nouns[0][1] if nouns[0][1].endswith("ة") else nouns[0][1] + "\N{ARABIC FATHATAN}ا"
                assert nouns[1][1] == expected, message.id
    assert checked > 10


AVOIDED = {
    "es": {"matricul": "inscrito", "lengua": "idioma", "emisión masiva": "emisión en bloque", "identificador": "id"},
    "ar": {"نظام التعلم": "نظام إدارة التعلم", "مقرر": "مقرّر", "نموذجك": "استمارتك"},
}
"""Words that were used for an idea beside the word that the catalogue has for it."""


@pytest.mark.parametrize(("language", "word"), [(language, word) for language in AVOIDED for word in AVOIDED[language]])
def test_a_translation_has_one_word_for_an_idea(language: str, word: str) -> None:
    texts = [text for message in translated(language) if message.id for text in strings(message)]
    assert [text for text in texts if word in text.casefold()] == [], f"the word is {AVOIDED[language][word]}"


def templates() -> list[Path]:
    return sorted(SOURCES.rglob("*.html"))


@pytest.mark.parametrize("template", templates(), ids=lambda path: str(path.relative_to(SOURCES)))
def test_templates_translate_only_their_own_texts(template: Path) -> None:
    """`_()` returns markup, so a text that somebody typed would not be escaped. `| translated` returns a text."""
    calls = environment("en").parse(template.read_text()).find_all(nodes.Call)
    texts = [
        argument
        for call in calls
        if isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext", "ngettext"}
        for argument in call.args[: 2 if call.node.name == "ngettext" else 1]
    ]
    assert [text for text in texts if not isinstance(text, nodes.Const)] == []


@pytest.mark.parametrize("template", templates(), ids=lambda path: str(path.relative_to(SOURCES)))
def test_commas_and_quotation_marks_are_those_of_the_language(template: Path) -> None:
    """Between two values there is `language.comma`: Arabic has another comma. Other texts are in the catalogues."""
    between = [data.data for data in environment("en").parse(template.read_text()).find_all(nodes.TemplateData)]
    assert [text for text in between if re.search(r"(?:^|>)[,;،]|[“”«»]", text)] == []


def test_texts_translated_by_name_are_escaped() -> None:
    shown = environment("en").from_string("{{ text | translated }}")
    assert shown.render(text="<b>50%</b>") == "&lt;b&gt;50%&lt;/b&gt;"


@pytest.mark.parametrize(
    ("tag", "text"), [("en", "1,500 learners have no name."), ("es", "1.500 alumnos no tienen nombre.")]
)
def test_a_counted_number_is_written_as_in_the_language(tag: str, text: str) -> None:
    template = '{{ ngettext("%(num)s learner has no name.", "%(num)s learners have no name.", 1500) }}'
    assert environment(tag).from_string(template).render() == text


def test_a_counted_text_may_have_a_value_of_any_name() -> None:
    template = '{{ ngettext("Why %(count)s gets none", "Why %(count)s get none", 2, count="two") }}'
    assert environment("en").from_string(template).render() == "Why two get none"
