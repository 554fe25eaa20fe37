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

from . import assets, binding, facing, finishing, fitting, metadata
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


def lay_out(page: binding.Page, *, slots_whole: bool = False) -> Any:
    """A WeasyPrint document of one page with every text inside its line; `slots_whole`: see `facing`."""
    html = weasyprint().HTML(
        string=ElementTree.tostring(page.tree, encoding="unicode", method="html"),
        base_url=assets.BASE_URL,
        url_fetcher=assets.fetcher(page.assets),
    )
    facing.set_typefaces(html, slots_whole=slots_whole)
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
        finisher=lambda document, pdf: finishing.finish(document, pdf, page, design.organization, fields),
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
