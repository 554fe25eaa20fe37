"""Certificates keep the standards that they declare, PDF/A-3a and PDF/UA-1: checked by veraPDF."""

from __future__ import annotations

import pytest

from certificates.rendering.model import Design
from certificates.rendering.texts import TEXTS
from tests.rendering import making, test_attachments
from tests.rendering.making import NAMES, design, fields, laid_out
from tests.rendering.test_fill import COURSES, compiled, course
from tests.rendering.test_further_fields import OF_LEARNER, OF_RUN, own
from tests.verapdf.judging import PDF_A, PDF_UA, Verdict, skip_where_it_is_missing, verdicts

WAYS = ("filled", "laid out", "sample")
SHAPES = ("formal", "modern")
DESIGNS = {
    **{f"{shape} {language}": course(language, shape) for shape in ("formal", "modern") for language in COURSES},
    **{
        f"{template} with {count} signatories": design(template=template, signatories=count)
        for template in ("formal", "modern")
        for count in (0, 1, 3, 4)
    },
    "formal without an organization": design(organization=""),
    "modern with markup": design(template="modern", course_title='"R&D" <intro> & more', organization="A & B"),
}  # fmt: skip
OTHER_LANGUAGES = sorted({*TEXTS, "en-GB"} - set(COURSES))
FILLED = {
    **{f"{shape} {tag}": design(template=shape, language=tag) for shape in SHAPES for tag in OTHER_LANGUAGES},
    **{f"{shape} on {paper}": design(template=shape, paper=paper) for shape in SHAPES for paper in ("a4", "letter")},
}  # fmt: skip
CASES = [f"{case}, {way}" for case in DESIGNS for way in WAYS] + [f"{case}, filled" for case in FILLED]
CASES += [f"{script}, a name" for script in NAMES]
SHOWN = design(show=("hours", "grade"), fields=OF_RUN)
WITH_FIELDS = {
    f"{kind} with {values} of the learner's fields": (chosen, OF_LEARNER if values == "all" else ())
    for kind, chosen in (("own template", own()), ("hours and grade", SHOWN))
    for values in ("all", "none")
}
CASES += [*WITH_FIELDS, *(f"with files, {way}" for way in test_attachments.WAYS)]
BROKEN = "broken"


def certificate(chosen: Design, way: str) -> bytes:
    values = fields(COURSES.get(chosen.language, COURSES["en"])[1], sample=way == "sample")
    return making.compiled(chosen).fill(values) if way == "filled" else laid_out(chosen, values)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    skip_where_it_is_missing()
    files = {f"{case}, {way}": certificate(chosen, way) for case, chosen in DESIGNS.items() for way in WAYS}
    files |= {f"{case}, filled": certificate(chosen, "filled") for case, chosen in FILLED.items()}
    files |= {f"{script}, a name": compiled().fill(fields(name)) for script, name in NAMES.items()}
    files |= {case: making.compiled(made).fill(fields(values=values)) for case, (made, values) in WITH_FIELDS.items()}
    files |= {f"with files, {way}": test_attachments.certificate(way) for way in test_attachments.WAYS}
    files[BROKEN] = broken()
    return verdicts(files, tmp_path_factory.mktemp("certificates"))


def broken() -> bytes:
    pdf = making.certificate()
    return pdf.replace(b'pdfuaid:part="1"', b'pdfuaid:part="7"').replace(b"/S /GTS_PDFA1", b"/S /GTS_PDFX1")


@pytest.mark.parametrize("case", CASES)
def test_a_certificate_keeps_the_standards_that_it_declares(case: str, judged: dict[str, Verdict]) -> None:
    assert judged[case] == {PDF_A: [], PDF_UA: []}


def test_the_judge_is_heard(judged: dict[str, Verdict]) -> None:
    verdict = judged[BROKEN]
    assert any(verdict.values()) or PDF_UA not in verdict
