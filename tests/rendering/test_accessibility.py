"""Our own checks of PDF/UA-1 on certificates. Clauses are those of ISO 14289-1. If they pass, these rules are kept;
veraPDF decides about the whole standard (`test_standards.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from tests.rendering.making import VERIFY_URL, fields, laid_out
from tests.rendering.test_fill import COURSES, course, filled

_PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "Tj", "TJ", "'", '"', "EI"}
_TYPES = {"/Document", "/Part", "/Sect", "/Div", "/P", "/H1", "/H2", "/H3", "/Span", "/Figure", "/Link", "/NonStruct"}
_CASES = [
    (way, template, language)
    for way in ("filled", "laid out")
    for template in ("formal", "modern")
    for language in ("en", "ar", "ja")
]


def certificate(way: str, template: str, language: str) -> bytes:
    name = COURSES[language][1]
    if way == "filled":
        return filled(name, language, template)
    return laid_out(course(language, template), fields(name))


@pytest.fixture(params=_CASES, ids="-".join)
def pdf(request: pytest.FixtureRequest) -> Iterator[tuple[pikepdf.Pdf, str]]:
    way, template, language = request.param
    with pikepdf.open(BytesIO(certificate(way, template, language))) as document:
        yield document, language


def marks(page: pikepdf.Page) -> Iterator[tuple[int | None, bool]]:
    """For each painting operator: its marked content, if any, and whether this is an artifact."""
    open_marks: list[tuple[int | None, bool]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        kind = str(operator)
        if kind in ("BDC", "BMC"):
            identity = operands[1].get("/MCID") if kind == "BDC" else None
            open_marks.append((None if identity is None else int(identity), str(operands[0]) == "/Artifact"))
        elif kind == "EMC":
            open_marks.pop()
        elif kind in _PAINTING:
            inside = [mark for mark in open_marks if mark[0] is not None or mark[1]]
            yield inside[-1] if inside else (None, False)


def elements(node: Any) -> Iterator[Any]:
    yield node
    for kid in node.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid)


def test_the_document_is_tagged_titled_and_in_its_language(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, language = pdf  # 7.1, 7.2
    root = document.Root
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle and str(root.Lang) == language
    assert COURSES[language][1] in str(document.docinfo["/Title"])
    assert document.pages[0].Tabs == "/S"  # 7.18.3


def test_everything_drawn_is_either_content_or_an_artifact(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, _ = pdf  # 7.1
    drawn = list(marks(document.pages[0]))
    assert len(drawn) > 20
    assert all((identity is None) == artifact for identity, artifact in drawn)


def test_every_marked_content_has_one_place_in_the_structure(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, _ = pdf
    page = document.pages[0]
    tree = document.Root.StructTreeRoot
    known = {identity for identity, artifact in marks(page) if not artifact}
    kids: Counter[int] = Counter()
    for element in elements(tree.K[0]):
        kids.update(int(kid) for kid in element.K if isinstance(kid, int))
    assert known <= kids.keys() and max(kids.values()) == 1
    numbers = list(tree.ParentTree.Nums)
    owners = numbers[numbers.index(int(page.StructParents)) + 1]
    for identity in kids:
        assert identity in [int(kid) for kid in owners[identity].K if isinstance(kid, int)]


def test_structure_types_are_standard_and_headings_start_with_the_first(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, _ = pdf  # 7.1, 7.4
    kinds = [str(element.S) for element in elements(document.Root.StructTreeRoot.K[0])]
    assert set(kinds) <= _TYPES
    assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1"]


def test_every_figure_has_a_label_and_a_region(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, _ = pdf  # 7.3
    _, _, width, height = (float(value) for value in document.pages[0].MediaBox)
    figures = [item for item in elements(document.Root.StructTreeRoot.K[0]) if item.S == "/Figure"]
    assert len(figures) == 3 and VERIFY_URL in str(figures[-1].Alt)
    for figure in figures:
        left, bottom, right, top = (float(value) for value in figure.A.BBox)
        assert str(figure.Alt).strip() and 0 < left < right < width and 0 < bottom < top < height


def test_the_link_is_described_and_belongs_to_the_structure(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, _ = pdf  # 7.18.1, 7.18.5
    [link] = document.pages[0].Annots
    assert str(link.Contents) == VERIFY_URL
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    owner = numbers[numbers.index(int(link.StructParent)) + 1]
    assert owner.S == "/Link"
    assert any(isinstance(kid, pikepdf.Dictionary) and kid.get("/Obj") == link for kid in owner.K)


def test_every_font_is_embedded_and_maps_to_unicode(pdf: tuple[pikepdf.Pdf, str]) -> None:
    document, _ = pdf  # 7.21.4, 7.21.7
    fonts = document.pages[0].Resources.Font
    assert len(fonts) >= 2
    for font in fonts.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def test_a_name_in_another_language_says_so() -> None:
    with pikepdf.open(BytesIO(filled("髙橋 さくら"))) as document:
        spans = [
            operands[1]
            for operands, operator in pikepdf.parse_content_stream(document.pages[0])
            if str(operator) == "BDC"
        ]
        assert "ja" in [str(span.get("/Lang")) for span in spans]
