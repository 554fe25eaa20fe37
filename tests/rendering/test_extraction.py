"""The texts that readers extract from a certificate: the name in every script, and every text in every language."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from certificates.rendering.formats import date_format
from certificates.rendering.texts import TEXTS
from tests.rendering.making import NAMES, VERIFY_URL, VERIFY_UUID, fields, laid_out, text
from tests.rendering.test_fill import COURSES, course, filled


def poppler(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def mutool(pdf: bytes) -> str:
    with NamedTemporaryFile(suffix=".pdf") as file:  # mutool does not read from a pipe
        Path(file.name).write_bytes(pdf)
        command = ["mutool", "draw", "-q", "-F", "text", file.name]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()


READERS: dict[str, Callable[[bytes], str]] = {"pdfium": text, "poppler": poppler, "mutool": mutool}

# The texts that some readers extract in another form than they were typed.
#
# backwards: mutool (1.21, in Debian 12) ignores directions and extracts every line from left to right. If the glyphs of
#     a line were drawn in reading order, mutool would extract these names correctly, except ligatures. But then poppler
#     would split the Persian name at its joiner, and Firefox's reader would join words: both expect lines that are
#     drawn from left to right, as all PDF producers draw them.
#     No name here has vowel marks on right-to-left letters. pdfium extracts such marks as separate lines, poppler as
#     words. Marks that are drawn after all letters are correct for both, but Firefox's reader then adds blanks.
# with blanks: mutool does not use ActualText. It adds a blank between a mark over a letter and the next letter.
# other vowels: WeasyPrint gives each glyph one text. The second half of a Bengali O is the vowel AA, so readers that do
#     not use ActualText extract AA as O. A filled line gives such a glyph two codes.
KNOWN = {
    **{("filled", "mutool", script): "backwards" for script in ("hebrew", "arabic", "persian")},
    **{("filled", "mutool", script): "with blanks" for script in ("devanagari", "tamil", "gujarati")},
}
KNOWN |= {("laid out", reader, script): known for (_, reader, script), known in KNOWN.items()}
KNOWN["laid out", "mutool", "bengali"] = "other vowels"


def certificate(way: str, template: str, language: str, name: str) -> bytes:
    if way == "filled":
        return filled(name, language, template)
    return laid_out(course(language, template), fields(name))


@cache
def taken(way: str, template: str, language: str, name: str, reader: str) -> list[str]:
    """The lines that a reader finds, and each two consecutive lines joined, because a title may have two lines."""
    lines = [letters(line) for line in READERS[reader](certificate(way, template, language, name)).splitlines()]
    return lines + [f"{first} {second}" for first, second in pairwise(lines)]


def letters(line: str) -> str:
    """The line in one spelling, without invisible characters."""
    return unicodedata.normalize("NFC", "".join(char for char in line if unicodedata.category(char) != "Cf")).strip()


def reading(name: str, lines: list[str]) -> str:
    """The form of a name in the lines, empty if it is missing."""
    typed = letters(name)
    if typed in lines:
        return "as typed"
    if typed[::-1] in lines:
        return "backwards"
    if typed.replace(" ", "") in [line.replace(" ", "") for line in lines]:
        return "with blanks"
    if typed.replace("\u09be", "\u09cb") in [line.replace("\u09be", "\u09cb") for line in lines]:
        return "other vowels"
    return ""


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("template", ["formal", "modern"])
@pytest.mark.parametrize("way", ["filled", "laid out"])
def test_a_name_reads_back_as_it_was_typed(way: str, template: str, reader: str, script: str) -> None:
    lines = taken(way, template, "en", NAMES[script], reader)
    # A later release of a reader may be better.
    assert reading(NAMES[script], lines) in (KNOWN.get((way, reader, script)), "as typed"), lines


# In right-to-left lines, poppler does not always extract numbers, slashes and marks at their places. pdfium does not
# always extract marks at their places. These texts are then in parts.
TORN = {
    ("poppler", "ar"): {"intro", "course_title", "issued"},
    ("poppler", "he"): {"completed", "issued"},
    ("pdfium", "ar"): {"course_title"},
}


@pytest.mark.parametrize("language", COURSES)
@pytest.mark.parametrize("reader", ["pdfium", "poppler"])
@pytest.mark.parametrize("template", ["formal", "modern"])
@pytest.mark.parametrize("way", ["filled", "laid out"])
def test_every_text_reads_back_in_every_language(way: str, template: str, reader: str, language: str) -> None:
    course_title, name = COURSES[language]
    texts = TEXTS[language]._asdict() | {"course_title": course_title, "name": name}
    texts["issued"] = texts["issued"].format(date=date_format(language).format(fields().issued_on))
    lines = taken(way, template, language, name, reader)
    shown = {"title", "intro", "name", "completed", "course_title", "closing", "issued", "verify"}
    for key in shown - TORN.get((reader, language), set()):
        assert not texts[key] or letters(texts[key]) in lines, key
    page = "\n".join(lines)
    assert VERIFY_URL in page and VERIFY_UUID in page.replace(VERIFY_URL, "")


@pytest.mark.parametrize("name", ["श्रीकृष्ण " * 9, "বিদ্যাসাগর চট্টোপাধ্যায় " * 4])
@pytest.mark.parametrize("way", ["filled", "laid out"])
def test_a_name_of_several_lines_reads_back_as_it_was_typed(way: str, name: str) -> None:
    page = "".join(taken(way, "formal", "en", name, "pdfium")).replace(" ", "")
    assert letters(name).replace(" ", "") in page


def test_a_glyph_with_two_texts_reads_as_the_right_one_in_each_place() -> None:
    # The second half of a Bengali O is the glyph of AA.
    lines = taken("filled", "formal", "en", "চট্টোপাধ্যায়", "mutool")
    assert letters("চট্টোপাধ্যায়") in lines
