"""A filled certificate equals the fully rendered one, for every script. If this is not certain, filling refuses."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import uuid
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from certificates.rendering import fill, full
from certificates.rendering.artefact import ArtefactFault
from certificates.rendering.errors import NeedsFullRender, Unrenderable
from certificates.rendering.fill import CompiledDesign
from certificates.rendering.model import Design
from tests.rendering import making
from tests.rendering.making import NAMES, VERIFY_URL, VERIFY_UUID, design, fields, pdf_a_faults, picture
from tests.rendering.shown_glyphs import undrawn

# A course title in each language, and a learner's name in its script.
COURSES = {
    "en": ("Foundations of Statistical Learning", "Zoë Ångström"),
    "es": ("Fundamentos del aprendizaje estadístico", "José Núñez"),
    "fr": ("Fondements de l’apprentissage statistique", "Zoé Lefèvre"),
    "de": ("Grundlagen des statistischen Lernens", "Jürgen Groß"),
    "pt": ("Fundamentos da aprendizagem estatística", "João Gonçalves"),
    "ar": ("أسس التعلّم الإحصائي", "ليلى الهاشمي"),
    "he": ("יסודות הלמידה הסטטיסטית", "יעל כהן"),
    "hi": ("सांख्यिकीय अधिगम के आधार", "अनन्या शर्मा"),
    "zh": ("统计学习基础", "欧阳娜娜"),
    "ja": ("統計的学習の基礎", "髙橋 さくら"),
}
# Marks beside their letters on the line. WeasyPrint moves them by 1/1024 instead of 1/1000.
SHIFTED_MARKS = {"tamil", "devanagari", "gujarati", "kannada", "telugu", "malayalam", "sinhala", "khmer", "myanmar"}


def course(language: str, template: str) -> Design:
    return design(language=language, template=template, course_title=COURSES[language][0])


def compiled(language: str = "en", template: str = "formal") -> CompiledDesign:
    return making.compiled(course(language, template))


@cache
def filled(name: str, language: str = "en", template: str = "formal") -> bytes:
    return compiled(language, template).fill(fields(name))


_FAINT = 4  # shades of 255
_REACH = 8  # pixels: more than the blur spreads a difference


def soft_difference(one: bytes, other: bytes) -> int:
    """The largest difference of grey at 144 dpi after a blur of one and a half pixels. The blur hides invisible
    differences: WeasyPrint rounds kerning to whole thousandths of the size, which moves a letter by up to a twentieth
    of a pixel and changes the grey at its edges. A missing dot, an accent in another place or a letter shifted by a
    pixel stays far above the threshold.
    """
    pages = [picture(pdf, 2) for pdf in (one, other)]
    hard = ImageChops.difference(*pages)
    place = hard.point([255 if grey > _FAINT else 0 for grey in range(256)]).getbbox()
    faint = min(int(hard.getextrema()[1]), _FAINT)
    if place is None:
        return faint
    # Blurring takes as long as drawing. Where all differences are faint, a blur leaves them faint.
    left, top, right, bottom = place
    around = (left - 2 * _REACH, top - 2 * _REACH, right + 2 * _REACH, bottom + 2 * _REACH)
    soft = ImageChops.difference(*(page.crop(around).filter(ImageFilter.GaussianBlur(1.5)) for page in pages))
    return max(faint, int(soft.crop((_REACH, _REACH, soft.width - _REACH, soft.height - _REACH)).getextrema()[1]))


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_a_filled_name_looks_as_the_full_layout_sets_it(template: str, script: str) -> None:
    whole = laid_out(NAMES[script], template)
    assert soft_difference(filled(NAMES[script], "en", template), whole) <= (60 if script in SHIFTED_MARKS else 20)


@pytest.mark.parametrize("language", COURSES)
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_filling_and_layout_give_the_same_page_in_every_language_and_design(template: str, language: str) -> None:
    name = COURSES[language][1]
    whole = making.laid_out(course(language, template), fields(name))
    assert soft_difference(filled(name, language, template), whole) <= 20


def test_the_comparison_sees_a_missing_dot() -> None:
    assert soft_difference(filled("Zoë Ångström"), filled("Zoë Ångstrom")) > 60


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_every_letter_of_a_filled_name_is_drawn(template: str, script: str) -> None:
    assert undrawn(filled(NAMES[script], "en", template)) == {}


@pytest.mark.parametrize("script", NAMES)
def test_a_filled_certificate_is_pdf_a_3b_and_small(script: str) -> None:
    pdf = filled(NAMES[script])
    assert pdf_a_faults(pdf) == []
    assert len(pdf) <= 90_000


@pytest.mark.parametrize("language", COURSES)
@pytest.mark.parametrize("template", ["formal", "modern"])
def test_every_language_of_every_design_is_pdf_a_3b_and_small(template: str, language: str) -> None:
    pdf = filled(COURSES[language][1], language, template)
    assert pdf_a_faults(pdf) == []
    assert len(pdf) <= 90_000


@pytest.mark.parametrize(
    "command", ["qpdf --check", "pdfinfo -struct", "pdffonts", "mutool info", "mutool draw -q -F text"]
)
@pytest.mark.parametrize("template", ["formal", "modern"])
@pytest.mark.parametrize("way", ["filled", "laid out"])
def test_other_readers_have_nothing_to_warn_of(way: str, template: str, command: str, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    for script in ("accents", "arabic", "bengali", "chinese", "tamil"):
        name = NAMES[script]
        file.write_bytes(filled(name, "en", template) if way == "filled" else laid_out(name, template))
        done = subprocess.run([*command.split(), str(file)], capture_output=True, text=True)
        # A warning of Debian's build of mutool about itself, not about the file.
        complaints = done.stderr.replace("warning: ICC support is not available\n", "")
        assert done.returncode == 0 and complaints == "" and "WARNING" not in done.stdout


def laid_out(name: str, template: str) -> bytes:
    return making.laid_out(course("en", template), fields(name))


# The corner with the code, in points from each edge. The whole page would need much more time.
CORNERS = {"formal": (680, 46, 60, 440), "modern": (150, 16, 370, 684)}


@pytest.mark.parametrize("template", CORNERS)
def test_two_hundred_qr_codes_open_their_certificates(template: str) -> None:
    chance = random.Random(7)
    for _ in range(200):
        identity = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        url = f"https://certificates.northwind.example/certificates/{identity}"
        pdf = compiled(template=template).fill(fields(verify_uuid=identity, verify_url=url))
        corner = pypdfium2.PdfDocument(pdf)[0].render(scale=3, crop=CORNERS[template]).to_pil()
        assert [code.text for code in zxingcpp.read_barcodes(corner)] == [url]


def test_the_file_says_which_certificate_it_is_and_links_to_it() -> None:
    with pikepdf.open(BytesIO(compiled().fill(fields(revision=7)))) as pdf:
        with pdf.open_metadata() as xmp:
            assert xmp["dc:identifier"] == f"urn:uuid:{VERIFY_UUID}" and xmp["xmpMM:VersionID"] == "7"
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"]) == "Certificate of Completion – Zoë Ångström"
        [link] = pdf.pages[0].Annots
        left, bottom, right, top = (float(value) for value in link.Rect)
        assert str(link.A.URI) == str(link.Contents) == VERIFY_URL
        assert right - left > 200 and top - bottom > 5


def test_a_design_and_a_certificate_have_the_same_bytes_in_every_process() -> None:
    command = (
        "import sys; from tests.rendering.making import design, fields; from certificates.rendering import fill;"
        "from certificates.rendering.compile import compile_design; compiled = compile_design(design());"
        "names = ['欧阳 Zoë', 'চট্টোপাধ্যায় ষ্ণ', 'ژاله می\u200cخواهم'];"
        "made = [fill.load_compiled(compiled).fill(fields(name)) for name in names];"
        "sys.stdout.buffer.write(b''.join([compiled, *made]))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", command],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        )
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs[0].stdout == runs[1].stdout and runs[0].stdout.count(b"%%EOF") == 3
    assert runs[0].stdout.startswith(making.artefact(design()))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Zoë \ufffd", "no-glyph"),
        ("\U00012000", "no-glyph"),
        ("Zo\ud800", "no-glyph"),
        ("😀", "nothing-visible"),
        ("\u3164\uffa0", "nothing-visible"),
        ("W" * 255, "does-not-fit"),
        ("\u200d ", "nothing-visible"),
        ("\u200c\u0bbf", "mark-without-base"),
        ("Zo\u0308 \u0301e", "mark-without-base"),
    ],
)
def test_a_line_that_is_not_certain_is_left_to_the_full_layout(name: str, reason: str) -> None:
    with pytest.raises(NeedsFullRender) as refusal:
        compiled().fill(fields(name))
    assert refusal.value.reason == reason


def test_a_sample_and_an_address_beyond_a_small_code_are_left_to_the_full_layout() -> None:
    for other in (fields(sample=True), fields(verify_url="https://example.org/" + "x" * 200)):
        with pytest.raises(NeedsFullRender):
            compiled().fill(other)


ALPHABETS = "aZéŁİßœ ăđ ΑάЖђ אבש محمد कक्षि त्र বাং தமிழ் ไทย น้ำ 王髙さクㄅ김 ’-.'() 12 \u200d\u200c\u0301\u0327\u200f😀𠮷"
names = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text(alphabet=st.sampled_from(ALPHABETS), min_size=1, max_size=30),
    st.lists(st.sampled_from(sorted(NAMES.values())), min_size=1, max_size=2).map(" ".join),
)


@settings(max_examples=3000, derandomize=True, database=None)
@given(name=names)
def test_any_name_is_filled_with_every_glyph_or_left_to_the_full_layout(name: str) -> None:
    try:
        pdf = compiled().fill(fields(name))
    except NeedsFullRender:
        return
    assert pdf.startswith(b"%PDF-1.7") and pdf.endswith(b"%%EOF\n")
    assert undrawn(pdf) == {}


@pytest.mark.parametrize("name", ["\u0301Zoë", "Zoë \ufffd"])
def test_a_name_that_filling_refuses_prints_in_the_full_layout_or_is_refused_with_its_reason(name: str) -> None:
    try:
        assert undrawn(full.render(design(), fields(name))) == {}
    except Unrenderable as refusal:
        assert refusal.characters == "\ufffd"


def test_a_damaged_or_foreign_artefact_is_refused() -> None:
    whole = making.artefact(design())
    for damaged in (b"", b"%PDF-1.7", whole[:-1], whole.replace(b"-design 4 ", b"-design 9 ", 1)):
        with pytest.raises(ArtefactFault):
            fill.load_compiled(damaged)


@pytest.mark.parametrize("form", [1, 2, 3])
def test_an_artefact_of_a_format_before_is_filled_and_declares_no_more_than_it_did(form: int) -> None:
    line, _, body = making.artefact(design()).partition(b"\n")
    length = int(line.split()[-1])
    values = json.loads(body[:length])
    for key in ("date_short", "percent", "fields", "labels"):
        del values[key]
    for slot in values["slots"]:
        del slot["parts"]
    if form < 3:
        for key in ("organization", "accessible", "spoken"):
            del values[key]
    else:
        # Elements had the name of their slot.
        keys = {slot["mcid"]: slot["key"] for slot in values["slots"]}
        for part in values["spoken"]:
            part["text"] = re.sub(r"/@(\d+)@", lambda found: f"/@{keys[int(found[1])]}@", part["text"])
    header = json.dumps(values).encode()
    body = header + body[length:]
    checksum = sha256(body).hexdigest() if form == 1 else f"{crc32(body):08x}"
    before = b"certificate-design %d %s %d\n%s" % (form, checksum.encode(), len(header), body)
    pdf = fill.load_compiled(before).fill(fields())
    assert soft_difference(pdf, filled("Zoë Ångström")) == 0
    assert (b'pdfaid:conformance="A"' in pdf and b"pdfuaid" in pdf) is (form == 3)
    assert re.search(rb"/@(name|date|\d+)@", pdf) is None
    with pytest.raises(ArtefactFault):
        fill.load_compiled(before[:-1])


def test_nothing_of_one_learner_is_left_in_the_next_ones_certificate() -> None:
    design_of_course = compiled()
    first = design_of_course.fill(fields("Zoë Ångström"))
    design_of_course.fill(fields("محمد علي", verify_uuid=str(uuid.UUID(int=5))))
    assert design_of_course.fill(fields("Zoë Ångström")) == first


def test_the_picture_of_a_page_is_not_empty() -> None:
    assert isinstance(picture(filled("Zoë Ångström")), Image.Image)
    assert sum(picture(filled("Zoë Ångström")).histogram()[:128]) > 1000
