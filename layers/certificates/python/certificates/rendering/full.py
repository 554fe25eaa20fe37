"""A certificate laid out in full by WeasyPrint.

Slow (a quarter of a second) and always right: what previews show, what a compiled design is measured from, and what
prints the names that a compiled design passes on. WeasyPrint may read the page's own assets and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

from . import assets, binding, fitting, metadata, readback
from .errors import DesignFault
from .fields import Fields
from .model import Design
from .native import weasyprint

_MAX_LAYOUTS = 4


def render(design: Design, fields: Fields) -> bytes:
    """The PDF; the same bytes for the same design and fields.

    Raises Unrenderable for characters no bundled font has, DesignFault where the design itself is at fault.
    """
    page = binding.bind(design, fields)
    with faults_raised():
        return write(lay_out(page), page, design, fields)


def lay_out(page: binding.Page) -> Any:
    """A WeasyPrint document of one page with every text inside its line."""
    html = weasyprint().HTML(
        string=ElementTree.tostring(page.tree, encoding="unicode", method="html"),
        base_url=assets.BASE_URL,
        url_fetcher=assets.fetcher(page.assets),
    )
    for _ in range(_MAX_LAYOUTS):
        document = html.render(font_config=weasyprint().text.fonts.FontConfiguration())
        if len(document.pages) != 1:
            raise DesignFault("more-than-one-page", f"the design runs over {len(document.pages)} pages")
        if not fitting.shrink(document):
            return document
    raise DesignFault("text-too-long", "a text does not fit its line however small it is set")


def write(document: Any, page: binding.Page, design: Design, fields: Fields) -> bytes:
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3b",
        pdf_tags=True,
        output_intent="srgb",
        pdf_identifier=metadata.identifier(design.digest(), fields),
        finisher=lambda document, pdf: _finish(pdf, page, fields, document),
    )
    return pdf


@contextmanager
def faults_raised() -> Iterator[None]:
    """Turns what WeasyPrint only logs as an error (a missing image, a refused address) into a DesignFault."""
    faults: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: faults.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    if faults:
        raise DesignFault("design-incomplete", "; ".join(faults))


def _finish(pdf: Any, page: binding.Page, fields: Fields, document: Any) -> None:
    """What WeasyPrint leaves to do before the trailer is written."""
    import pydyf

    readback.mend(document, pdf)
    number = int(pdf.catalog["Metadata"].split()[0])
    pdf.objects[number].stream = [metadata.xmp(page.title, page.language, fields)]
    pdf.objects[number].compress = False
    pdf.info["Producer"] = pydyf.String(metadata.PRODUCER)
    pdf.info["Title"] = pydyf.String(page.title)
    for key in ("CreationDate", "ModDate"):
        pdf.info[key] = pydyf.String(metadata.pdf_date(fields))
    height = document.pages[0].height * 0.75
    for item in pdf.objects:
        if not isinstance(item, dict):
            continue
        # Empty dictionaries that PDF/A does not allow among a page's resources.
        for key in ("Pattern", "Shading"):
            if item.get(key) == {} and "XObject" in item:
                del item[key]
        # A link's box is given from its upper corner down.
        if item.get("Subtype") == "/Link":
            left, top, right, bottom = item["Rect"]
            item["Rect"] = pydyf.Array([left, min(top, bottom), right, max(top, bottom)])
        # WeasyPrint gives a figure's box in CSS pixels from the top; PDF wants points from the bottom.
        if item.get("S") == "/Figure" and "BBox" in item.get("A", {}):
            left, top, right, bottom = (value * 0.75 for value in item["A"]["BBox"])
            item["A"]["BBox"] = pydyf.Array([left, height - bottom, right, height - top])
