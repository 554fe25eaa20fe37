"""A certificate laid out in full by WeasyPrint.

It is slow (a fifth of a second) and always right. It makes previews, the measures of a compiled design, and
certificates that a compiled design refuses. WeasyPrint can read only the page's own assets.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import assets, attaching, binding, conformance, engraving, facing, finishing, fitting, markup, metadata
from .errors import DesignFault, RenderingError
from .fields import Fields
from .flaws import DesignFlaw, design_flaw
from .model import Design
from .native import weasyprint

if TYPE_CHECKING:
    from .untyped import Pdf, WeasyDocument

_MAX_LAYOUTS = 4


def render(design: Design, fields: Fields, attachments: Sequence[attaching.Attachment] = ()) -> bytes:
    """The PDF. The same design, fields and files give the same bytes. Raises Unrenderable for characters without a
    font, DesignFault for a fault of the design.
    """
    page = binding.bind(design, fields)
    with faults_raised(own=design.own_template is not None):
        pdf = write(lay_out(page), page, design, page.fields, attachments)
    if design.own_template is not None:
        conformance.refuse_missing_glyphs(pdf)  # own fonts may not have characters that bundled fonts have
    return pdf


def lay_out(page: binding.BoundTemplate, *, slots_whole: bool = False) -> WeasyDocument:
    """A WeasyPrint document of one page with every text inside its line; `slots_whole`: see `facing`."""
    html = weasyprint().HTML(
        string=markup.html_of(page.tree),
        base_url=assets.BASE_URL,
        url_fetcher=assets.fetcher(page.assets),
    )
    facing.set_typefaces(html, slots_whole=slots_whole)
    for _ in range(_MAX_LAYOUTS):
        document = html.render(
            font_config=weasyprint().text.fonts.FontConfiguration(), cache=engraving.images(page.assets)
        )
        if len(document.pages) != 1:
            raise DesignFault("more-than-one-page", design_flaw("more-than-one-page", pages=len(document.pages)))
        if not fitting.shrink(document):
            return document
    raise DesignFault("text-too-long", design_flaw("line-too-long"))


def write(
    document: WeasyDocument,
    page: binding.BoundTemplate,
    design: Design,
    fields: Fields,
    attachments: Sequence[attaching.Attachment] = (),
) -> bytes:
    def finish(document: WeasyDocument, pdf: Pdf) -> None:
        finishing.finish(document, pdf, page, design.organization, fields)
        attaching.attach(pdf, attachments, fields)

    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/a-3b",
        pdf_tags=True,
        output_intent="srgb",
        pdf_identifier=metadata.identifier(design.digest(), fields),
        finisher=finish,
    )
    return pdf


@contextmanager
def faults_raised(*, own: bool = False) -> Iterator[None]:
    """Turns errors that WeasyPrint only logs (a missing image, a refused address) into a DesignFault. `own`: for a
    customer's template, exceptions of WeasyPrint too. Tests try the included templates.
    """
    faults: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: faults.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield
    except RenderingError:
        raise
    except Exception as error:
        if not own:
            raise
        # Without the message: it may have the text of the page, and so a name.
        logging.getLogger(__name__).error("WeasyPrint cannot lay a template out: %s", type(error).__qualname__)
        raise DesignFault("template-breaks-layout", _flaw_of(error)) from error
    finally:
        logger.removeHandler(handler)
    if faults:
        # The address is our own invention: people know the names of their files.
        said = (fault.replace(assets.BASE_URL, "") for fault in faults)
        raise DesignFault("design-incomplete", *(design_flaw("said-by-layout", said=fault) for fault in said))


def _flaw_of(error: Exception) -> DesignFlaw:
    if isinstance(error, RecursionError):
        return design_flaw("nested-too-deeply")
    return design_flaw("layout-broken", error=repr(error))
