"""Our own checks find the same breaches of PDF/A-3a or PDF/UA-1 in a customer's template as veraPDF, no more and no
less. veraPDF checks two files of each template: the certificate with our corrections, and the file that WeasyPrint
alone writes.
"""

from __future__ import annotations

import pypdfium2
import pytest

from certificates.rendering import binding, conformance, finishing, full
from certificates.rendering.compile import compile_design
from certificates.rendering.errors import DesignFault, RenderingError
from certificates.rendering.model import Template
from tests.rendering import making
from tests.rendering.making import design, fields
from tests.rendering.own_templates import OWN, TEMPLATES, with_body, with_css
from tests.rendering.speaking import said
from tests.verapdf.judging import PDF_A, PDF_UA, Verdict, skip_where_it_is_missing, verdicts

CASES = [(name, "mended") for name in TEMPLATES]
# Pictures are corrected before they are drawn.
CASES += [(name, "as it comes") for name in TEMPLATES if "picture" not in name and "background" not in name]


def laid_out(template: Template, way: str) -> bytes | None:
    """The file, None if the template is refused before."""
    chosen = design(own_template=template)
    try:
        if way == "mended":
            return making.laid_out(chosen, fields())
        page = binding.bind(chosen, fields())
        document = full.lay_out(page)
    except RenderingError:
        return None
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3b",
        pdf_tags=True,
        output_intent="srgb",
        pdf_identifier=b"certificate",
        finisher=lambda _, pdf: finishing.describe(pdf, page, chosen.organization, fields()),
    )
    return pdf


@pytest.fixture(scope="module")
def files() -> dict[tuple[str, str], bytes]:
    made = {case: laid_out(TEMPLATES[case[0]], case[1]) for case in CASES}
    return {case: pdf for case, pdf in made.items() if pdf is not None}


@pytest.fixture(scope="module")
def judged(
    files: dict[tuple[str, str], bytes], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Verdict]:
    skip_where_it_is_missing()
    named = {" / ".join(case): pdf for case, pdf in files.items()}
    found = verdicts(named, tmp_path_factory.mktemp("templates"))
    return {case: found[" / ".join(case)] for case in files}


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_our_verdict_is_veras(
    case: tuple[str, str], files: dict[tuple[str, str], bytes], judged: dict[tuple[str, str], Verdict]
) -> None:
    if case not in files:
        pytest.skip("refused before there is a file")
    assert judged[case].keys() == {PDF_A, PDF_UA}
    found = [rule for rules in judged[case].values() for rule in rules]
    ours = conformance.faults(files[case])
    assert bool(ours) == bool(found), (ours, found)


def test_enough_of_them_are_good_and_enough_are_broken(judged: dict[tuple[str, str], Verdict]) -> None:
    broken = {case for case, verdict in judged.items() if any(verdict.values())}
    assert len({name for name, way in broken if way == "mended"}) >= 30 and len(broken) >= 60
    assert len(judged) - len(broken) >= 150


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (with_css("h1 { color: device-cmyk(0 1 1 0) }"), "CMYK"),
        (with_body('<p lang="en_US">Hello</p>'), 'lang="en_US"'),
        (with_body("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr></table>"), "different numbers of columns"),
        (TEMPLATES["symbols of an own font"], "draw it as an image"),
        (TEMPLATES["clipped deeply"], "too many boxes"),
    ],
)
def test_a_template_that_breaks_a_standard_is_refused_in_words(template: Template, words: str) -> None:
    with pytest.raises(DesignFault) as fault:
        compile_design(design(own_template=template))
    assert fault.value.reason == "breaks-standard" and words in str(fault.value)


def test_faults_that_the_product_corrects_are_not_refused() -> None:
    for name in ("picture cmyk.jpg", "background cmyk.tiff", "smoothed picture", "headings skip a level"):
        compile_design(design(own_template=TEMPLATES[name]))
    assert conformance.faults(making.laid_out(design(own_template=OWN), fields())) == ()


def colours(template: Template) -> set[tuple[int, ...]]:
    page = pypdfium2.PdfDocument(making.laid_out(design(own_template=template), fields()))[0]
    drawn = page.render(scale=1).to_pil().convert("RGB")
    return {colour for _, colour in drawn.getcolors(drawn.width * drawn.height)}


def test_a_drawing_in_the_page_is_drawn() -> None:
    assert (255, 0, 0) in colours(TEMPLATES["drawing"]) and (255, 0, 0) not in colours(OWN)


def test_a_picture_in_print_colours_keeps_its_colours() -> None:
    magenta = [colour for colour in colours(TEMPLATES["picture cmyk.jpg"]) if colour[0] > 200 and colour[1] < 90]
    assert magenta


def test_screen_readers_skip_decoration_and_read_drawings_with_a_title() -> None:
    def figures(name: str) -> list[str]:
        pdf = making.laid_out(design(own_template=TEMPLATES[name]), fields())
        return [sentence.text for sentence in said(pdf) if sentence.role == "Figure"]

    usual = figures("as it should be")
    assert figures("decoration by alt") == figures("decoration by aria") == figures("drawing") == usual
    assert figures("drawing with title") == [usual[0], "T", usual[1]]
    assert figures("drawing with label") == [usual[0], "Logo", usual[1]]
