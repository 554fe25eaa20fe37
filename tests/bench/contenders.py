"""Ways to make the same certificate: ours, and the ways of other libraries.

Each way is made once, and then called for each learner with `Fields`. Between two calls it keeps what its documentation
recommends. All use our QR encoder, the fastest one, so that the code makes no difference.
"""

from __future__ import annotations

import atexit
import re
import shutil
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from certificates.rendering import qr, typefaces
from certificates.rendering.binding import QR_INK
from certificates.rendering.fields import Fields
from tests.rendering.making import design

Make = Callable[[Fields], bytes]

_TITLE, _COURSE = "Certificate of Completion", "Foundations of Statistical Learning"
_TEAL, _INK = (29 / 255, 78 / 255, 95 / 255), (22 / 255, 50 / 255, 60 / 255)


def ours() -> Make:
    from certificates.rendering import fill

    return fill.load_compiled(artefact().read_bytes()).fill


@cache
def artefact() -> Path:
    """The compiled design, in a file for the processes that only fill."""
    from certificates.rendering.compile import compile_design

    file = Path(__file__).parent.parent.parent / ".build" / "bench" / "compiled.design"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(compile_design(design()))
    return file


@cache
def _font_faces() -> str:
    """The rules for the typefaces of a page. Pages name families, and the full layout adds the files that a page needs.
    There are no other fonts: WeasyPrint would end with a segmentation fault.
    """
    from certificates.rendering import assets, binding, facing
    from certificates.rendering.native import weasyprint

    page = binding.bind(design(), _anybody())
    markup = ElementTree.tostring(page.tree, encoding="unicode", method="html")
    html = weasyprint().HTML(string=markup, base_url=assets.BASE_URL, url_fetcher=assets.fetcher(page.assets))
    facing.set_typefaces(html)
    return str(next(html.etree_element.iter("style")).text)


def weasyprint_naive() -> Make:
    """HTML(string).write_pdf() for each certificate, as in the tutorial."""
    from certificates.rendering import assets, binding
    from certificates.rendering.native import weasyprint

    library, faces = weasyprint(), ElementTree.Element("style")
    faces.text = _font_faces()

    def make(fields: Fields) -> bytes:
        page = binding.bind(design(), fields)
        next(page.tree.iter("head")).insert(0, faces)
        markup = ElementTree.tostring(page.tree, encoding="unicode", method="html")
        html = library.HTML(string=markup, base_url=assets.BASE_URL, url_fetcher=assets.fetcher(page.assets))
        pdf: bytes = html.write_pdf(pdf_variant="pdf/a-3b", pdf_tags=True)
        return pdf

    return make


def weasyprint_shared() -> Make:
    """One font configuration, parsed CSS and image cache for all certificates."""
    from certificates.rendering import assets, binding
    from certificates.rendering.native import weasyprint

    library = weasyprint()
    fonts, images = library.text.fonts.FontConfiguration(), {}
    first = binding.bind(design(), _anybody())
    style = next(first.tree.iter("style")).text or ""
    sheets = [
        library.CSS(string=text, font_config=fonts, url_fetcher=assets.fetcher(first.assets), base_url=assets.BASE_URL)
        for text in (_font_faces(), style, first.assets["style.css"].decode())
    ]

    def make(fields: Fields) -> bytes:
        page = binding.bind(design(), fields)
        head = next(page.tree.iter("head"))
        for element in [*head.iter("style"), *head.iter("link")]:
            head.remove(element)
        kept = {key: value for key, value in images.items() if "qr.svg" not in str(key)}
        markup = ElementTree.tostring(page.tree, encoding="unicode", method="html")
        html = library.HTML(string=markup, base_url=assets.BASE_URL, url_fetcher=assets.fetcher(page.assets))
        pdf: bytes = html.write_pdf(
            stylesheets=sheets, font_config=fonts, cache=kept, pdf_variant="pdf/a-3b", pdf_tags=True
        )
        images.update(kept)
        return pdf

    return make


def reportlab_overlay() -> Make:
    """ReportLab draws the texts, and pypdf merges them over a finished page. Without shaping: Latin names only."""
    from pypdf import PdfReader, PdfWriter
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name, file in (("Garamond", "EBGaramond12-Regular.ttf"), ("Sans", "NotoSans-Regular.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(typefaces.folder() / file)))
    template = _empty_page()

    def make(fields: Fields) -> bytes:
        target = BytesIO()
        canvas = Canvas(target, pagesize=(841.89, 595.28))
        canvas.setFillColorRGB(*_TEAL)
        canvas.setFont("Garamond", 40.5)
        canvas.drawCentredString(420.94, 384.3, fields.name)
        canvas.setFillColorRGB(*_INK)
        canvas.setFont("Garamond", 14.25)
        canvas.drawCentredString(420.94, 255.5, f"Awarded on {fields.issued_on:%B} {fields.issued_on.day}, 2026")
        canvas.setFont("Sans", 7.1)
        canvas.drawString(119, 92, fields.verify_uuid)
        canvas.drawString(73.5, 69.5, fields.verify_url)
        canvas.linkURL(fields.verify_url, (73.5, 67, 372, 77))
        side = 69 / qr.size(len(fields.verify_url))
        path = canvas.beginPath()
        for x, y, length in qr.bars(fields.verify_url):
            path.rect(700.5 + x * side, 137.8 - (y + 1) * side, length * side, side)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.save()
        writer = PdfWriter()
        writer.add_page(PdfReader(BytesIO(template)).pages[0])
        writer.pages[0].merge_page(PdfReader(target).pages[0])
        merged = BytesIO()
        writer.write(merged)
        return merged.getvalue()

    return make


def fpdf2_shaping() -> Make:
    """fpdf2 draws everything, with HarfBuzz for the texts; the border and the seal are SVG."""
    from fpdf import FPDF

    from certificates.rendering import binding

    page = binding.bind(design(), _anybody())
    pictures = {name: page.assets[name] for name in ("border.svg", "seal.svg", "signature-0.png", "signature-1.png")}
    fonts = [("Garamond", "", "EBGaramond12-Regular.ttf"), ("Garamond", "I", "EBGaramond12-Italic.ttf")]

    def make(fields: Fields) -> bytes:
        pdf = FPDF(orientation="landscape", unit="pt", format="A4")
        pdf.set_title(f"{_TITLE} - {fields.verify_uuid}")
        pdf.set_auto_page_break(False)
        for family, style, file in (*fonts, ("Sans", "", "NotoSans-Regular.ttf")):
            pdf.add_font(family, style, str(typefaces.folder() / file))
        pdf.add_page()
        pdf.set_text_shaping(True)
        pdf.image(BytesIO(pictures["border.svg"]), 0, 0, 841.9, 595.3)
        pdf.image(BytesIO(pictures["seal.svg"]), 381, 452, 79.5, 79.5)
        pdf.image(BytesIO(pictures["signature-0.png"]), 276, 356, 112, 38)
        pdf.image(BytesIO(pictures["signature-1.png"]), 453, 356, 112, 38)
        for style, size, y, text in (
            ("", 14, 70, "NORTHWIND OPEN UNIVERSITY"),
            ("", 43, 108, _TITLE),
            ("I", 15, 155, "This is to certify that"),
            ("", 40, 184, fields.name),
            ("I", 15, 249, "has successfully completed the online course"),
            ("", 27, 272, _COURSE),
            ("", 14, 329, f"Awarded on {fields.issued_on:%B} {fields.issued_on.day}, 2026"),
        ):
            pdf.set_font("Garamond", style, size)
            pdf.set_xy(0, y)
            pdf.cell(841.9, size, text, align="C")
        pdf.set_font("Sans", "", 7)
        pdf.set_xy(73, 495)
        pdf.cell(300, 9, fields.verify_uuid)
        pdf.set_xy(73, 515)
        pdf.cell(300, 9, fields.verify_url, link=fields.verify_url)
        pdf.image(BytesIO(qr.svg(fields.verify_url, QR_INK)), 700, 457, 69, 69)
        return bytes(pdf.output())

    return make


def typst_reused() -> Make:
    """One Typst compiler for all certificates; its inputs change for each learner."""
    import typst

    from certificates.rendering import binding

    page = binding.bind(design(), _anybody())
    folder = Path(__file__).parent.parent.parent / ".build" / "bench" / "typst"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("border.svg", "rosette.svg", "seal.svg", "signature-0.png", "signature-1.png"):
        (folder / name).write_bytes(page.assets[name])
    shutil.copy(Path(__file__).with_name("certificate.typ"), folder)
    compiler = typst.Compiler(
        str(folder / "certificate.typ"), font_paths=[str(typefaces.folder())], ignore_system_fonts=True
    )

    def make(fields: Fields) -> bytes:
        inputs = {
            "name": fields.name,
            "date": f"{fields.issued_on:%B} {fields.issued_on.day}, 2026",
            "id": fields.verify_uuid,
            "url": fields.verify_url,
            "qr": qr.svg(fields.verify_url, QR_INK).decode(),
        }
        made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-3b"], timestamp=0)
        assert isinstance(made, bytes)
        return made

    return make


def chromium() -> Make:
    """One headless browser for all certificates. It loads the page once; for each learner, the slots are changed and
    the page is printed.

    The browser is called over a pipe (DevTools protocol), so nothing listens. It has an empty profile of its own.
    """
    from playwright.sync_api import sync_playwright

    from certificates.rendering import binding

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("chromium")
    bound = binding.bind(design(), _anybody())
    folder = Path(__file__).parent.parent.parent / ".build" / "bench" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    markup = ElementTree.tostring(bound.tree, encoding="unicode", method="html")
    (folder / "page.html").write_text(f"<!DOCTYPE html>{markup}")
    for name, content in bound.assets.items():
        (folder / name).write_bytes(content)
    for font in re.findall(r"url\(([\w-]+\.[ot]tf)\)", markup):
        shutil.copy(typefaces.folder() / font, folder)
    driver = sync_playwright().start()
    atexit.register(driver.stop)
    browser = driver.chromium.launch(
        executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync"]
    )
    atexit.register(browser.close)
    page = browser.new_page()
    page.goto((folder / "page.html").as_uri())

    def make(fields: Fields) -> bytes:
        texts = {
            "name": fields.name,
            "date": f"Awarded on {fields.issued_on:%B} {fields.issued_on.day}, 2026",
            "id": fields.verify_uuid,
            "verify_url": fields.verify_url,
        }
        code = "data:image/svg+xml;base64," + b64encode(qr.svg(fields.verify_url, QR_INK)).decode()
        page.evaluate(_FILL, {"title": f"{_TITLE} – {fields.name}", "texts": texts, "code": code})
        return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)

    return make


_FILL = """async ({title, texts, code}) => {
    document.title = title
    for (const slot of document.querySelectorAll("[data-slot]")) {
        if (slot.tagName == "IMG") { slot.src = code; slot.alt = texts.verify_url; await slot.decode() }
        else slot.textContent = texts[slot.dataset.slot]
        if (slot.href) slot.href = texts.verify_url
    }
}"""


def _anybody() -> Fields:
    from tests.rendering.making import fields

    return fields("Nomen Nescio")


def _empty_page() -> bytes:
    """The design without the learner, as the page below an overlay."""
    from certificates.rendering import binding, full
    from certificates.rendering.compile import cutting, slots

    page = binding.bind(design(), _anybody())
    document = full.lay_out(page)
    pdf = full.write(document, page, design(), _anybody())
    target = BytesIO()
    cutting.cut(pdf, slots.find(document), _anybody().verify_url).pdf.save(target)
    return target.getvalue()
