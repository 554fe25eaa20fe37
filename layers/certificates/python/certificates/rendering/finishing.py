"""Corrects WeasyPrint's PDF before it is written, so that the file keeps the standards in its metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import metadata, readback, structure
from .binding import BoundTemplate
from .fields import Fields

if TYPE_CHECKING:
    from .untyped import Pdf, PdfValue, WeasyDocument


def finish(document: WeasyDocument, pdf: Pdf, page: BoundTemplate, organization: str, fields: Fields) -> None:
    readback.mend_readings(document, pdf)
    structure.mend_structure(document, pdf)
    describe(pdf, page, organization, fields)
    height = document.pages[0].height * 0.75
    for item in pdf.objects:
        if hasattr(item, "extra"):
            _mend_image(item.extra)
        elif isinstance(item, dict):
            _mend_dictionary(item, height)


def describe(pdf: Pdf, page: BoundTemplate, organization: str, fields: Fields) -> None:
    import pydyf

    number = int(pdf.catalog["Metadata"].split()[0])
    pdf.objects[number].stream = [metadata.xmp(page.title, page.language, organization, fields)]
    pdf.objects[number].compress = False
    pdf.info.clear()
    pdf.info["Title"] = pydyf.String(page.title)
    if organization.strip():
        pdf.info["Author"] = pydyf.String(organization)
    pdf.info["Producer"] = pydyf.String(metadata.PRODUCER)
    for key in ("CreationDate", "ModDate"):
        pdf.info[key] = pydyf.String(metadata.pdf_date(fields))


def _mend_image(form: PdfValue) -> None:
    """Turn off the interpolation of images, which PDF/A forbids and `image-rendering: auto` asks for."""
    if form.get("Subtype") == "/Image":
        form["Interpolate"] = "false"


def _mend_dictionary(item: PdfValue, height: float) -> None:
    import pydyf

    # Empty dictionaries that PDF/A does not allow among a page's resources.
    for key in ("Pattern", "Shading"):
        if item.get(key) == {} and "XObject" in item:
            del item[key]
    # A link's box must begin at its lower corner.
    if item.get("Subtype") == "/Link":
        left, top, right, bottom = item["Rect"]
        item["Rect"] = pydyf.Array([left, min(top, bottom), right, max(top, bottom)])
    # WeasyPrint gives a figure's box in CSS pixels from the top; PDF wants points from the bottom.
    if item.get("S") == "/Figure" and "BBox" in item.get("A", {}):
        left, top, right, bottom = (value * 0.75 for value in item["A"]["BBox"])
        item["A"]["BBox"] = pydyf.Array([left, height - bottom, right, height - top])
