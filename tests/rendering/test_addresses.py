"""A certificate's id is composed of digits that were shaped once, exactly as HarfBuzz shapes the whole id."""

from __future__ import annotations

import random

import pytest

from certificates.rendering.artefact import Slot
from certificates.rendering.errors import NeedsFullRender
from certificates.rendering.fill.addresses import Addresses, Shaped
from certificates.rendering.fill.lines import set_line

BEGINNING = "https://certificates.northwind.example/certificates/"
FACES = ("NotoSans-Regular.ttf", "EBGaramond12-Regular.ttf", "NotoSansCJK-Regular.otf")
SPECIAL = ("ff" * 16, "fffi" * 8, "0f" * 16, "3f2b8c1e-9a47-4d52-8e60-1b7c5a2d9f03", "0" * 32)


def slot(face: str) -> Slot:
    return Slot("id", "/P", 1, "left", 10, 20, 4000, 12, "0 g", (), (face,), "en")


def ids() -> list[str]:
    chance = random.Random(11)
    return [*SPECIAL, *(f"{chance.getrandbits(128):032x}" for _ in range(200))]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("beginning", ["", BEGINNING])
def test_an_id_is_set_as_if_it_were_shaped_by_itself(face: str, beginning: str) -> None:
    known = Shaped()
    for identity in ids():
        text = beginning + identity
        line, whole = Addresses(identity, known).set_line(slot(face), text), set_line(slot(face), text)
        for glyphs in ("glyphs", "advances", "glyph_texts"):
            assert [one for run in line.runs for one in getattr(run, glyphs)] == [
                one for run in whole.runs for one in getattr(run, glyphs)
            ]
        assert [run.offsets for run in line.runs] == [None] * len(line.runs) and line.text == text
        assert (line.x, line.size, line.plain) == (whole.x, whole.size, whole.plain)


@pytest.mark.parametrize("identity", ["0" * 32, "f" * 32])
def test_an_id_that_a_typeface_cannot_print_is_left_to_the_full_layout(identity: str) -> None:
    with pytest.raises(NeedsFullRender):
        Addresses(identity, Shaped()).set_line(slot("NotoSansOlChiki-Regular.ttf"), identity)


def test_digits_that_a_typeface_joins_are_noticed_in_the_first_id_that_has_them() -> None:
    known = Shaped()
    for identity, joined in (("0123456789abcdef" * 2, set()), ("ff" * 16, {"ff"}), ("0f" * 16, {"ff"})):
        Addresses(identity, known).set_line(slot("NotoSans-Regular.ttf"), identity)
        [digits] = known.digits.values()
        assert set(digits.joined) == joined
