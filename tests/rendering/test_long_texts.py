"""Long titles and names get lines of similar length before smaller print, and stay readable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from certificates.rendering import binding, full
from certificates.rendering.model import Design
from tests.rendering.making import design, fields

COURSE = "Advanced Methods of Statistical Learning for Research in Public Health, Economics and Social Sciences"
TITLE = "Certificate of Successful Completion of the Professional Programme"
POINT = 96 / 72  # CSS pixels


class Set(NamedTuple):
    """A block's text: the number of its lines, their widths, and the size of its print in points."""

    lines: int
    widths: list[float]
    points: float


def laid_out(made: Design, name: str = "Zoë Ångström") -> dict[str, Set]:
    """The texts by class or tag of the block."""
    page = full.lay_out(binding.bind(made, fields(name))).pages[0]._page_box
    return {key: found for box in _boxes(page) for key, found in _block(box)}


def _block(box: Any) -> Iterator[tuple[str, Set]]:
    lines = [child for child in getattr(box, "children", ()) if type(child).__name__ == "LineBox"]
    if lines and type(box).__name__ == "BlockBox":
        widths = [sum(child.margin_width() for child in line.children) for line in lines]
        size = max(text.style["font_size"] for text in _boxes(box) if type(text).__name__ == "TextBox")
        yield box.element.get("class") or box.element_tag, Set(len(lines), widths, size / POINT)


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child))


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(("template", "points"), [("formal", 24.0), ("modern", 15.0)])
def test_a_long_title_has_two_lines_of_similar_length_in_large_print(template: str, points: float, paper: str) -> None:
    found = laid_out(design(template=template, paper=paper, course_title=COURSE, title=TITLE))
    for block in ("h1", "course"):
        lines, widths, size = found[block]
        assert lines == 2
        assert min(widths) > 0.75 * max(widths)
        assert size >= points


@pytest.mark.parametrize("language", ["en", "de", "ar", "ja"])
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_every_accepted_setting_is_printed_readably(template: str, language: str) -> None:
    """A course title and an organization of 255 characters, the other texts of 120."""
    course, shorter = (f"{COURSE}, {COURSE}, {COURSE}"[:255], COURSE + ", " + COURSE[:17])
    made = design(
        template=template, language=language, course_title=course, organization=course, title=shorter, signatories=4
    )
    signed = [replace(person, name=shorter, title=shorter, organization=shorter) for person in made.signatories]
    found = laid_out(replace(made, signatories=tuple(signed)))
    assert found["h1"].points >= 14
    assert found["course"].points >= 9
    assert found["organization"].points >= 9
    assert min(found[f"signatory-{part}"].points for part in ("name", "title", "organization")) >= 5.5


@pytest.mark.parametrize("template", ["formal", "modern"])
def test_texts_of_common_length_are_set_in_full_size_and_keep_their_order(template: str) -> None:
    found = laid_out(design(template=template))
    assert {found[block].lines for block in ("h1", "name", "course", "organization", "date")} == {1}
    # Title and name are large, the course is larger than the organization, everything else is small.
    assert min(found["h1"].points, found["name"].points) > found["course"].points > found["organization"].points
    assert found["organization"].points > found["signatory-name"].points
