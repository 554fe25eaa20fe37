"""Every name of the corpus in both designs: printed completely, in one typeface if possible, and read back as typed."""

from __future__ import annotations

from bisect import bisect_left
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from certificates.aws.names import SURELY_FITS
from certificates.rendering import choosing, coverage, full, printable, typefaces
from certificates.rendering.errors import DesignFault, NeedsFullRender
from certificates.rendering.fill.faces import face
from certificates.rendering.fill.lines import set_line
from certificates.shown_text import shown, shows_nothing
from tests.rendering.making import design, fields, laid_out, text
from tests.rendering.names import groups
from tests.rendering.shown_glyphs import undrawn
from tests.rendering.test_extraction import poppler
from tests.rendering.test_fill import compiled, filled, soft_difference

STACKS = {
    name: tuple(typefaces.closest(family, "normal", 400).file for family in stack)
    for name, stack in typefaces.STACKS.items()
}


@pytest.mark.parametrize("group", groups())
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_every_name_is_filled_with_ink_for_every_letter(template: str, group: str) -> None:
    for name in groups()[group]:
        assert undrawn(filled(name, "en", template)) == {}, name


@pytest.mark.parametrize("group", groups())
def test_no_name_in_unicode_spelling_counts_as_misspelt(group: str) -> None:
    assert [name for name in groups()[group] if printable.is_misspelt(name)] == []


@pytest.mark.parametrize("name", ["ေမာင္ေအး", "ျမန္မာ", "ကိုေဇာ္", "Zoë ိ", "\u093fकृष्ण"])
def test_a_vowel_sign_without_a_letter_is_misspelt(name: str) -> None:
    assert printable.is_misspelt(name)


def test_the_page_of_limits_says_how_many_rare_characters_print() -> None:
    printed = sum(not printable.missing(chr(code)) for code in range(0x20000, 0x2A6E0))
    page = (Path(__file__).parents[1] / "bench" / "README.md").read_text()
    assert f"extension B {printed:,} of {0x2A6E0 - 0x20000:,}" in " ".join(page.split())


@pytest.mark.parametrize("group", groups())
def test_every_name_is_known_to_be_printable(group: str) -> None:
    assert [name for name in groups()[group] if printable.missing(name) or shows_nothing(name)] == []


@pytest.mark.parametrize("group", groups())
def test_the_files_title_has_the_name_code_point_for_code_point(group: str) -> None:
    for name in groups()[group]:
        with pikepdf.open(BytesIO(filled(name))) as pdf:
            assert str(pdf.docinfo["/Title"]) == f"Certificate of Completion – {shown(name)}"


@pytest.mark.parametrize("group", ["accents decomposed", "chinese rare", "japanese", "japanese wide blank", "korean"])
def test_a_name_is_copied_code_point_for_code_point(group: str) -> None:
    # By one of two readers: pdfium drops variation selectors, poppler drops compatibility forms.
    for name in groups()[group]:
        pages = [reader(filled(name)).replace(" ", "").replace("\u3000", "") for reader in (poppler, text)]
        wanted = name.replace(" ", "").replace("\u3000", "")
        assert any(wanted in page for page in pages), ascii(name)


# The groups whose names need more than one typeface.
OF_SEVERAL = {"hebrew", "arabic", "mixed scripts"}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("group", sorted(set(groups()) - OF_SEVERAL))
def test_a_name_is_set_in_one_typeface(group: str, stack: str) -> None:
    for name in groups()[group]:
        assert len(set(choosing.font_files_of(shown(name), STACKS[stack], "en"))) == 1, name


@pytest.mark.parametrize("stack", STACKS)
def test_a_name_of_two_scripts_has_one_typeface_for_each(stack: str) -> None:
    for name, latin in (("سارة خالد (Sara Khaled)", "(Sara Khaled)"), ("Ana अनन्या", "Ana ")):
        files = choosing.font_files_of(name, STACKS[stack], "en")
        start = name.index(latin)
        assert len(set(files)) == 2
        assert len(set(files[start : start + len(latin)])) == 1


@pytest.mark.parametrize("group", [group for group in groups() if group.startswith("accents") or "cyrillic" in group])
@pytest.mark.parametrize("stack", STACKS)
def test_every_accent_is_over_its_letter(stack: str, group: str) -> None:
    """Checks the places of the glyphs: the middle of an accent is between the edges of the letter before it."""
    for name in groups()[group]:
        line = shown(name)
        file = choosing.font_files_of(line, STACKS[stack], "en")[0]
        assert choosing.attaches(file, line), name
        slot = compiled()._artefact.slots[0]._replace(key="name", faces=(file,), width=10_000)
        for run in set_line(slot, line).runs:
            assert _strayed(run) == [], name


def _strayed(run: object) -> list[int]:
    font = face(run.face.file).font  # type: ignore[attr-defined]
    pen, letter, strayed = 0, (0, 0), []
    places = zip(run.glyphs, run.advances, run.offsets or [(0, 0)] * len(run.glyphs), strict=True)  # type: ignore[attr-defined]
    for glyph, advance, (right, _) in places:
        extents = font.get_glyph_extents(glyph)
        left = pen + right + extents.x_bearing
        if advance:
            letter = (pen, pen + advance)
        elif extents.width:
            middle = left + extents.width / 2
            slack = 0.12 * font.face.upem  # accents beside a letter: ogonek, horn, apostrophe
            if not letter[0] - slack <= middle <= letter[1] + slack:
                strayed.append(glyph)
        pen += advance
    return strayed


def test_the_test_sees_an_accent_on_the_next_letter() -> None:
    assert not choosing.attaches("EBGaramond12-Regular.ttf", "Gbọ́lágadé")
    assert choosing.attaches("NotoSerif-Regular.ttf", "Gbọ́lágadé")


LONG = [name for group, listed in groups().items() if group.startswith("long") for name in listed]


@pytest.mark.parametrize("name", [*LONG, "W" * 60, "Dr. محمد 2nd", "50% محمد", "سارة خالد (Sara Khaled)", "ю́ Қазақбай"])
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_filling_and_layout_give_the_same_long_or_mixed_name(template: str, name: str) -> None:
    whole = laid_out(design(template=template), fields(name))
    assert soft_difference(compiled("en", template).fill(fields(name)), whole) <= 60


@pytest.mark.parametrize("name", [*LONG, "W" * 60, "Abcdefghi " * 6])
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_a_name_is_broken_before_it_is_small_and_never_below_fourteen_points(template: str, name: str) -> None:
    design_of_course = compiled("en", template)
    [slot] = [slot for slot in design_of_course._artefact.slots if slot.key == "name"]
    line = set_line(slot, name)
    assert line.size * 0.75 >= 14
    assert len(line.rows) > 1 or line.size > 0.55 * slot.size
    assert line.width <= slot.width


@pytest.mark.parametrize("name", ["Maximiliana Konstantina Alexandrovna von Hohenzollern-Thur", "Abcdefghi " * 6])
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_the_lines_of_a_name_are_of_like_length(template: str, name: str) -> None:
    [slot] = [slot for slot in compiled("en", template)._artefact.slots if slot.key == "name"]
    rows = set_line(slot, name).rows
    widths = [sum(sum(run.advances) / run.face.upem for run in row.runs) for row in rows]
    assert len(rows) == 2 and min(widths) > 0.6 * max(widths)


def test_a_name_that_would_be_too_small_to_read_is_not_filled() -> None:
    with pytest.raises(NeedsFullRender) as refusal:
        compiled().fill(fields("W" * 255))
    assert refusal.value.reason == "does-not-fit"


@pytest.mark.parametrize("template", ["formal", "modern"])
@pytest.mark.parametrize("letters", ["W", "Maria ", "王"])
def test_a_name_fits_up_to_the_length_that_the_full_layout_accepts(template: str, letters: str) -> None:
    in_use = compiled("en", template)
    longest = bisect_left(range(255), True, key=lambda number: not in_use.fits_name(letters * (number + 1), ""))
    assert longest * len(letters) > SURELY_FITS
    chosen = design(template=template)
    full.render(chosen, fields(letters * longest))
    with pytest.raises(DesignFault) as refusal:
        full.render(chosen, fields(letters * (longest + 1)))
    assert refusal.value.reason == "text-too-long"


@pytest.mark.parametrize("char", "\ufffd\ufffc\ue000\u0378\U00012000\ud800")
def test_characters_without_a_font_are_named(char: str) -> None:
    assert printable.missing(f"Zoë {char}{char} 🌸") == char


def test_a_character_is_printable_if_one_typeface_has_it_whole_or_in_parts() -> None:
    chars = {char for listed in groups().values() for name in listed for char in name} | {
        "\ufffd",
        "\u0378",
        "\U00012000",
    }
    chars |= {chr(code) for code in (*range(0x1E00, 0x2000), *range(0xF900, 0xFB00))}
    files = printable.PLAIN_FACES
    answers = {char: coverage.is_printed_by(files, char) for char in chars}
    assert answers == {char: any(coverage.has(file, char) for file in files) for char in chars}
    # Without a character of its own, a font may have what it is composed of.
    in_parts = [char for char in chars if answers[char] and not any(coverage.has_whole(file, char) for file in files)]
    assert in_parts and set(answers.values()) == {True, False}


def test_the_list_of_printable_characters_has_every_typeface() -> None:
    assert all(coverage.is_bundled(typeface.file) for typeface in typefaces.TYPEFACES)


@pytest.mark.parametrize(
    ("language", "expected"), [("ja", "ja"), ("zh-TW", "zh-TW"), ("ko", "ko"), ("", "zh"), ("es", "zh")]
)
def test_han_letters_have_the_forms_of_the_learners_language(language: str, expected: str) -> None:
    [slot] = [slot for slot in compiled()._artefact.slots if slot.key == "name"]
    assert set_line(slot, "骨直", "ltr", language).language == expected
    glyphs = {form: tuple(set_line(slot, "骨直", "ltr", form).runs[0].glyphs) for form in ("ja", "zh", "zh-TW")}
    assert len(set(glyphs.values())) == 3
