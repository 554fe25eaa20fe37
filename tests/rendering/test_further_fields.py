"""Further fields: the grade, hours, dates in a form, and fields that staff define."""

from __future__ import annotations

import pytest

from certificates.rendering import full, templates
from certificates.rendering.compile import compile_design
from certificates.rendering.errors import DesignFault
from certificates.rendering.formats import PercentFormat, date_parts, percent_format
from certificates.rendering.linting import lint
from certificates.rendering.model import Design, Template
from certificates.rendering.texts import TEXTS
from tests.rendering.making import VERIFY_UUID, compiled, design, fields, laid_out
from tests.rendering.speaking import paragraphs
from tests.rendering.test_fill import soft_difference

HTML, CSS = (templates.files("formal")[name].decode() for name in ("template.html", "style.css"))
_LINES = """
<p class="further a"><span data-field="hours"></span></p>
<p class="further b"><span data-field="cohort"></span></p>
<p class="further c"><span data-field="grade"></span></p>
<p class="further d"><span data-field="expires" data-form="dd.MM.yyyy"></span></p>
<p class="further e"><span data-slot="date" data-form="iso"></span></p>
<p class="further f"><span data-field="start"></span></p>
"""
_PLACES = "".join(
    f".{letter} {{ top: {60 + 60 * place}px; left: 80px; right: 800px; font-size: 16px; line-height: 20px }}"
    for place, letter in enumerate("abcdef")
)
TEMPLATE = Template(HTML.replace("<main>", "<main>" + _LINES), CSS + _PLACES)
OF_RUN = (("hours", "40"), ("start", "2026-01-05"))
OF_LEARNER = (("cohort", "Früh 王"), ("expires", "2028-11-20"), ("grade", "0.8955"))


def own() -> Design:
    return design(own_template=TEMPLATE, fields=OF_RUN, learners_fields=("cohort", "expires"))


@pytest.mark.parametrize("values", [OF_LEARNER, ()], ids=["all", "none"])
def test_a_template_of_ones_own_prints_the_fields_of_run_and_learner(values: tuple[tuple[str, str], ...]) -> None:
    filled, whole = compiled(own()).fill(fields(values=values)), laid_out(own(), fields(values=values))
    told = [sentence.text for sentence in paragraphs(filled)]
    assert told == [sentence.text for sentence in paragraphs(whole)]
    of_learner = ["Früh 王", "89.55%", "20.11.2028"] if values else []
    for text in ("40", "2026-11-20", "January 5, 2026", *of_learner):
        assert text in told
    assert soft_difference(filled, whole) <= 20


def test_a_certificate_tells_nothing_that_it_does_not_print() -> None:
    plain = compiled(design())
    assert plain.fill(fields(values=OF_LEARNER)) == plain.fill(fields())
    assert full.render(design(), fields(values=OF_LEARNER)) == laid_out(design(), fields())
    assert compiled(own()).fill(fields(values=OF_LEARNER)) != compiled(own()).fill(fields())


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh"])
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_the_included_designs_print_hours_and_grade_if_asked(template: str, language: str) -> None:
    made = design(template=template, language=language, show=("hours", "grade"), fields=(("hours", "40"),))
    for values, shown in (((("grade", "0.87"),), ("hours", "grade")), ((), ("hours",))):
        filled, whole = compiled(made).fill(fields(values=values)), laid_out(made, fields(values=values))
        written = {"hours": "40", "grade": percent_format(language).format("0.87")}
        labels = TEXTS[language]._asdict()
        wanted = [" ".join(labels[name].format(value=written[name]).split()) for name in shown]
        [line] = [one.text for one in paragraphs(filled) if wanted[0] in one.text]
        assert [part.strip() for part in line.split("·")][1:] == wanted
        assert soft_difference(filled, whole) <= 20
    assert not any("40" in one.text for one in paragraphs(compiled(design(template=template)).fill(fields())))


@pytest.mark.parametrize(
    "made",
    [design(own_template=TEMPLATE, fields=OF_RUN), design(own_template=TEMPLATE), design(show=("hours",))],
)
def test_a_field_without_a_value_is_refused_by_its_name(made: Design) -> None:
    with pytest.raises(DesignFault) as refusal:
        compile_design(made)
    assert refusal.value.reason == "field-missing"
    assert "cohort" in str(refusal.value) or "hours" in str(refusal.value)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("long", "November 20, 2026"),
        ("medium", "Nov 20, 2026"),
        ("short", "11/20/26"),
        ("iso", "2026-11-20"),
        ("dd.MM.yyyy", "20.11.2026"),
        ("d MMM ''yy", "20 Nov '26"),
        ("EEEE", None),
        ("hh:mm", None),
        ("today", None),
        ("", None),
    ],
)
def test_a_bare_date_is_written_in_the_form_that_is_asked_for(form: str, written: str | None) -> None:
    line = f'<p class="a"><span data-field="expires" data-form="{form}"></span></p>'
    template = Template(HTML.replace("<main>", f"<main>{line}"), CSS + _PLACES)
    made = design(own_template=template, learners_fields=("expires",))
    found = [str(finding.flaw) for finding in lint(template) if finding.level == "error"]
    if written is None:
        assert any("is no form of a date" in message for message in found)
        with pytest.raises(DesignFault):
            date_parts(form, "en")
        return
    assert found == []
    told = [one.text for one in paragraphs(full.render(made, fields(values=(("expires", "2026-11-20"),))))]
    assert written in told


def test_a_grade_is_cut_and_written_as_the_language_writes_shares() -> None:
    assert [percent_format(language).format("0.59999") for language in ("en", "de", "tr", "fr")] == [
        "59.99%",
        "59,99\xa0%",
        "%59,99",
        "59,99\xa0%",
    ]
    assert [PercentFormat().format(share) for share in ("1", "1.05", "0", "0.5")] == ["100%", "105%", "0%", "50%"]


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ('<p data-lines="2"><span data-text="intro"></span></p>', "does nothing without data-fit"),
        ('<p data-fit="0.5" data-lines="two"><span data-text="intro"></span></p>', "a number of lines"),
        ('<p data-fit="0.5" data-lines="0"><span data-text="intro"></span></p>', "a number of lines"),
        ('<p data-fit="0.5" data-lines="2">By <span data-text="intro"></span><b>x</b></p>', "holds it alone"),
        ('<p data-fit="0.0"><span data-text="intro"></span></p>', "a share between 0 and 1"),
        ('<p><span data-field="Cohort!"></span></p>', "small letters"),
        ('<p data-field="cohort"></p>', "on a <span>"),
        ('<p><span data-field="cohort" data-slot="name"></span></p>', "not for one element"),
        ('<p><span data-slot="name" data-form="iso"></span></p>', "is for dates"),
    ],
)
def test_a_wrong_value_of_an_attribute_is_reported(markup: str, said: str) -> None:
    template = Template(HTML.replace("<main>", "<main>" + markup), CSS)
    assert any(said in str(finding.flaw) for finding in lint(template))


def test_the_included_designs_have_no_warnings() -> None:
    for name in templates.names():
        html, css = (templates.files(name)[file].decode() for file in ("template.html", "style.css"))
        assert [str(finding) for finding in lint(Template(html, css))] == []


def test_an_identity_that_prints_no_field_is_as_it_was() -> None:
    assert VERIFY_UUID.encode().hex().encode() in compiled(design()).fill(fields())
