"""Designs, fields and pages for the rendering tests."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from math import cos, sin
from typing import Any

import pypdfium2
from pikepdf import pdfa
from PIL import Image, ImageDraw

from certificates.rendering import fill, full
from certificates.rendering.compile import compile_design
from certificates.rendering.fields import Fields
from certificates.rendering.fill import CompiledDesign
from certificates.rendering.model import Design, Signatory
from tests import kept

VERIFY_UUID = "3f2b8c1e-9a47-4d52-8e60-1b7c5a2d9f03"
VERIFY_URL = f"https://certificates.northwind.example/certificates/{VERIFY_UUID}"

# At least one name for every printable script. Every reader reads the first group letter by letter.
NAMES = {
    "accents": "Łukasz Nguyễn Çağrı Ångström",
    "cyrillic": "Катерина Гончаренко-Ђорђевић",
    "greek": "Αλέξανδρος Παπαδόπουλος",
    "hebrew": "יעל כהן־לוי",
    "arabic": "محمد عبد الله الزهراني",
    "persian": "ژاله می‌خواهم پورگنجی",
    "devanagari": "श्रीकृष्ण क्षत्रिय",
    "bengali": "সৌমিত্র চট্টোপাধ্যায়",
    "tamil": "கிருஷ்ணமூர்த்தி",
    "thai": "น้ำฝน ศรีสุวรรณ",
    "chinese": "欧阳娜娜",
    "japanese": "髙橋 さくら",
    "korean": "김민준",
    "mixed": "Maria 王 Петрова",
    "gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "gujarati": "કૃષ્ણકાંત",
    "telugu": "శ్రీనివాస్",
    "kannada": "ಕೃಷ್ಣಮೂರ್ತಿ",
    "malayalam": "ശ്രീധരൻ",
    "sinhala": "ශ්‍රී ලංකා",
    "armenian": "Արամ Խաչատրյան",
    "georgian": "გიორგი ბერიძე",
    "ethiopic": "አበበ ቢቂላ",
    "khmer": "សុខា ចាន់",
    "lao": "ສົມສັກ",
    "myanmar": "အောင်ဆန်းစုကြည်",
}


@cache
def scribble(seed: int) -> bytes:
    """A signature-like line on a transparent ground, as PNG."""
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    points = [(40 + i * 5, 100 + sin(i / 4 + seed) * 50 * cos(i / 13 * seed) + sin(i / 1.9) * 18) for i in range(104)]
    ImageDraw.Draw(image).line(points, fill=(28, 42, 120, 255), width=5, joint="curve")
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


SIGNATORIES = (
    Signatory("Prof. Amara Okafor", "Dean of Digital Learning", "Northwind Open University", scribble(1)),
    Signatory("Dr. Joris van der Berg", "Course Director", "Institute of Statistics", scribble(2)),
    Signatory("Prof. 王秀英", "Vice-Chancellor", "", scribble(3)),
    Signatory("Elena Petrova", "Head of Assessment", "Northwind Open University"),
)


def design(*, signatories: int = 2, **changes: Any) -> Design:
    values: dict[str, Any] = {
        "organization": "Northwind Open University",
        "course_title": "Foundations of Statistical Learning",
        "signatories": SIGNATORIES[:signatories],
    }
    return Design(**values | changes)


def fields(name: str = "Zoë Ångström", **changes: Any) -> Fields:
    values: dict[str, Any] = {
        "issued_on": date(2026, 11, 20),
        "verify_uuid": VERIFY_UUID,
        "revision": 1,
        "verify_url": VERIFY_URL,
    }
    return Fields(name=name, **values | changes)


def laid_out(chosen: Design, values: Fields) -> bytes:
    """A full render, made once for all tests that only look at it."""
    return kept.once("laid out", (chosen, values), lambda: full.render(chosen, values))


def artefact(chosen: Design) -> bytes:
    """A compiled design, made once for all tests that only use it."""
    return kept.once("compiled", chosen, lambda: compile_design(chosen))


@cache
def compiled(chosen: Design) -> CompiledDesign:
    return fill.load_compiled(artefact(chosen))


def certificate(name: str = "Zoë Ångström") -> bytes:
    return laid_out(design(), fields(name))


def text(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def picture(pdf: bytes, scale: float = 1.0) -> Image.Image:
    """The first page in grey, `scale` pixels per point."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("L")


def pdf_a_faults(pdf: bytes) -> list[str]:
    """The breaches of PDF/A-3b that pikepdf finds, as a second check beside veraPDF. pikepdf refuses the schema of
    PDF/UA's mark, which PDF/A allows with a description, and has no level A. So it checks a copy without the mark, with
    level B.
    """
    start = pdf.index(b'<rdf:Description rdf:about="" xmlns:pdfuaid=')
    last = b"</pdfaExtension:schemas></rdf:Description>"
    end = pdf.index(last) + len(last)
    copy = pdf[:start] + b" " * (end - start) + pdf[end:]
    copy = copy.replace(b'pdfaid:conformance="A"', b'pdfaid:conformance="B"')
    return [str(finding) for finding in pdfa.validate_written(BytesIO(copy), "3b").findings]
