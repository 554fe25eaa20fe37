"""The card for links on other sites: every name fits into its column beside the certificate."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from certificates.rendering.sharing import GAP, GROUND, LEFT_COLUMN, MARGIN, CardText, card, set_text
from tests.rendering import making
from tests.rendering.making import NAMES

COURSE = "Foundations of Statistical Learning"


@cache
def drawn(name: str, course: str = COURSE) -> Image.Image:
    content = card(making.certificate(), CardText("Northwind Open University", name, course))
    return Image.open(BytesIO(content)).convert("RGB")


def ink(image: Image.Image, left: int, right: int) -> int:
    """Pixels of these columns with another colour than the ground."""
    part = image.crop((left, 0, right, image.height))
    red, green, blue = ImageChops.difference(part, Image.new("RGB", part.size, GROUND)).split()
    return sum(ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()[1:])


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_any_script_fits_into_the_left_column(script: str) -> None:
    image = drawn(NAMES[script])
    assert image.size == (1200, 630)
    assert ink(image, MARGIN, MARGIN + LEFT_COLUMN) > ink(drawn("."), MARGIN, MARGIN + LEFT_COLUMN)
    assert ink(image, MARGIN + LEFT_COLUMN + 4, MARGIN + LEFT_COLUMN + GAP // 2) == 0


@pytest.mark.parametrize(
    "name", ["Li", "María-Fernanda de los Ángeles Etxeberria-Vandenbroucke", "W" * 255, "王" * 100]
)
def test_a_name_of_any_length_keeps_to_its_column_and_the_sheet(name: str) -> None:
    image = drawn(name, "A title " * 30)
    assert ink(image, MARGIN + LEFT_COLUMN + 4, MARGIN + LEFT_COLUMN + GAP // 2) == 0
    assert ink(image.crop((0, 0, 600, 12)), 0, 600) == 0
    assert ink(image.crop((0, 618, 600, 630)), 0, 600) == 0


def test_a_short_name_is_larger_than_a_long_one() -> None:
    sizes = [
        set_text(name, (60, 40, 20)).size
        for name in ("Li Wu", "Etxeberria Vandenbroucke de la Cruz y Montoya", "x" * 255)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) > 1
