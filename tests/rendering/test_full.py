"""A certificate laid out in full: every name prints, nothing else gets in, the file keeps its declared standards."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import zxingcpp

from certificates.rendering import assets, full
from certificates.rendering.errors import DesignFault, Unrenderable
from certificates.rendering.model import Design, Signatory
from certificates.rendering.native import weasyprint
from tests.rendering.making import (
    NAMES,
    VERIFY_URL,
    VERIFY_UUID,
    certificate,
    design,
    fields,
    pdf_a_faults,
    picture,
    text,
)
from tests.rendering.shown_glyphs import undrawn

# The name's line of the formal template, as shares of the page: left, top, right, bottom.
NAME_LINE = (0.1, 0.3, 0.9, 0.4)


def dark_share(pdf: bytes, box: tuple[float, float, float, float]) -> float:
    image = picture(pdf, 1.5)
    left, top, right, bottom = box
    crop = image.crop(
        (int(left * image.width), int(top * image.height), int(right * image.width), int(bottom * image.height))
    )
    return sum(crop.histogram()[:128]) / (crop.width * crop.height)


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_every_script_is_drawn_with_ink_for_every_letter(script: str) -> None:
    pdf = certificate(NAMES[script])
    assert undrawn(pdf) == {}
    assert dark_share(pdf, NAME_LINE) > 0.004


@pytest.mark.parametrize("script", ["accents", "arabic", "devanagari", "thai", "chinese", "korean"])
def test_the_file_is_pdf_a_3b(script: str) -> None:
    assert pdf_a_faults(certificate(NAMES[script])) == []


def test_different_names_look_different() -> None:
    pictures = {picture(certificate(name)).tobytes() for name in NAMES.values()}
    assert len(pictures) == len(NAMES)


@pytest.mark.parametrize("name", ["Zoë \ufffd", "\ufffc", "Zoë \U00012000", "\ue000", "Zo\ud800"])
def test_a_character_that_no_font_has_is_named_and_nothing_is_printed(name: str) -> None:
    with pytest.raises(Unrenderable) as refusal:
        full.render(design(), fields(name))
    assert refusal.value.characters and set(refusal.value.characters) <= set(name)


@pytest.mark.parametrize(
    "name", ["", "   ", "\u200f\u202e", "\x00\x1b", "\u3164", "\uffa0", "\u115f", "\u2800", "\u200b", "🌸❤\ufe0f"]
)
def test_a_name_without_a_visible_character_is_refused(name: str) -> None:
    with pytest.raises(Unrenderable):
        full.render(design(), fields(name))


def test_direction_marks_and_controls_in_a_name_change_nothing() -> None:
    assert text(full.render(design(), fields("\u202eZoë\u0000  Ångström\u200f"))) == text(certificate())


@pytest.mark.parametrize(
    "name",
    [
        "<b>Bob</b>",
        "Bob & <img src='file:///etc/passwd'>",
        "</span><script>alert(1)</script>",
        "&lt;i&gt; \"quoted\" 'too'",
        "{{ 7 * 7 }} {% raw %}",
    ],
)
def test_markup_in_a_name_is_printed_as_it_was_typed(name: str) -> None:
    assert name in text(full.render(design(), fields(name)))


def test_a_layout_reads_no_certificates_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("every address outside the design is refused: nothing is fetched over TLS")

    weasyprint()  # reads them once, for a fetcher of its own
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", read)
    assert "Zoë" in text(full.render(design(), fields()))


def test_markup_in_a_design_is_printed_as_it_was_typed() -> None:
    hostile = '<link rel=stylesheet href="http://169.254.169.254/">'
    page = text(full.render(design(organization="A & B", course_title=hostile), fields()))
    assert "A & B" in page and hostile in page


def test_a_name_of_seventy_letters_fits_its_line() -> None:
    name = "Maximiliana Konstantina Alexandrovna von Hohenzollern-Sigmaringen-Thur"
    pdf = full.render(design(), fields(name))
    assert len(name) == 70 and name in " ".join(text(pdf).split())
    left_of_line, right_of_line = (0.066, 0.3, 0.13, 0.4), (0.87, 0.3, 0.934, 0.4)
    assert dark_share(pdf, left_of_line) == dark_share(pdf, right_of_line) == 0


def test_a_text_that_cannot_be_set_small_enough_is_a_fault_not_an_overflow() -> None:
    with pytest.raises(DesignFault) as fault:
        full.render(design(course_title="On and on " * 120), fields())
    assert fault.value.reason == "text-too-long"


@pytest.mark.parametrize("count", range(5))
def test_none_to_four_signatories_are_side_by_side(count: int) -> None:
    chosen = design(signatories=count)
    page = text(full.render(chosen, fields()))
    assert all(signatory.name in page and signatory.title in page for signatory in chosen.signatories)


def test_a_signature_that_is_not_an_image_is_a_fault_of_the_design() -> None:
    with pytest.raises(DesignFault) as fault:
        full.render(Design(signatories=(Signatory("A", signature_image=b"GIF89a"),)), fields())
    assert fault.value.reason == "image-unreadable"


def test_the_qr_code_opens_the_verification_page() -> None:
    codes = zxingcpp.read_barcodes(picture(certificate(), 3))
    assert [code.text for code in codes] == [VERIFY_URL]


def test_the_file_says_which_certificate_it_is() -> None:
    with pikepdf.open(BytesIO(full.render(design(), fields(revision=7)))) as pdf:
        with pdf.open_metadata() as xmp:
            assert xmp["dc:identifier"] == f"urn:uuid:{VERIFY_UUID}"
            assert xmp["xmpMM:VersionID"] == "7"
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"]) == "Certificate of Completion – Zoë Ångström"
        assert pdf.Root.Lang == "en" and pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle
        [link] = [note for note in pdf.pages[0].Annots if note.Subtype == "/Link"]
        assert str(link.A.URI) == VERIFY_URL


def test_every_figure_has_an_alternate_text_and_a_box_on_the_page() -> None:
    with pikepdf.open(BytesIO(certificate())) as pdf:
        _, _, width, height = (float(value) for value in pdf.pages[0].MediaBox)
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        assert len(figures) == 3
        for figure in figures:
            left, bottom, right, top = (float(value) for value in figure.A.BBox)
            assert str(figure.Alt) and 0 < left < right < width and 0 < bottom < top < height


def test_a_sample_is_marked_across_the_page() -> None:
    sample = full.render(design(), fields(sample=True))
    assert "SAMPLE" in text(sample) and "SAMPLE" not in text(certificate())


def test_the_same_certificate_has_the_same_bytes_in_another_process() -> None:
    command = (
        "import sys; from tests.rendering.making import design, fields; from certificates.rendering import full;"
        "sys.stdout.buffer.write(full.render(design(), fields()))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", command],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
    )
    assert elsewhere.stdout == certificate()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://design.invalid/../template.html",
        "https://design.invalid/missing.png",
        "https://design.invalid@127.0.0.1/seal.svg",
        "data:text/plain,hello",
    ],
)
def test_a_page_reads_only_its_own_assets(url: str) -> None:
    fetch = assets.fetcher({"seal.svg": b"<svg/>"})
    assert fetch.fetch(assets.BASE_URL + "seal.svg").read() == b"<svg/>"
    with pytest.raises(ValueError, match="not one of the design's own assets"):
        fetch.fetch(url)


def test_faults_that_weasyprint_only_logs_are_raised() -> None:
    with pytest.raises(DesignFault) as fault, full.faults_raised():
        weasyprint().HTML(string="<img src='file:///etc/passwd' alt=x>", url_fetcher=assets.fetcher({})).render()
    assert "/etc/passwd" in str(fault.value)


def test_no_font_of_the_machine_is_ever_used(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(certificate())) as pdf:
        names = {
            str(item.FontName) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        }
    assert names and all("Certificates-" in name for name in names)


PROCESSES = """
import sys
begun = []
sys.addaudithook(lambda event, values: begun.append(values[1]) if event == "subprocess.Popen" else None)
from certificates.rendering.native import weasyprint
weasyprint()
print(begun)
"""


def test_libraries_are_loaded_without_a_search_of_the_machine() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROCESSES]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n", "processes that searched"
