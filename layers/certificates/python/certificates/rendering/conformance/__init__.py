"""Finds breaches of PDF/A-3a or PDF/UA-1 in a certificate without a validator. The checks cover everything that
WeasyPrint can write, not all of PDF. Tests compare their results with veraPDF's.
"""

from __future__ import annotations

from io import BytesIO

import pikepdf

from certificates.rendering.errors import DesignFault

from . import content, document, fonts, tagging
from .fault import Fault

__all__ = ["Fault", "faults", "refuse", "refuse_missing_glyphs"]


def faults(pdf: bytes) -> tuple[Fault, ...]:
    """Each kind of fault once; empty if the file keeps both standards."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        drawn = content.read(opened.pages[0])
        found = [
            *document.document_faults(opened),
            *drawn.faults,
            *fonts.font_faults(drawn.shown),
            *tagging.structure_faults(opened, drawn.contents),
        ]
    return tuple({fault.rule: fault for fault in reversed(found)}.values())[::-1]


def refuse(pdf: bytes) -> None:
    """Raises DesignFault `breaks-standard` with all faults, if there are any."""
    found = faults(pdf)
    if found:
        raise DesignFault("breaks-standard", *(fault.flaw for fault in found))


def refuse_missing_glyphs(pdf: bytes) -> None:
    """Raises DesignFault `glyph-missing` if a box or a blank replaces a character."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        shown = content.read(opened.pages[0]).shown
        missing = [fault for fault in fonts.font_faults(shown) if fault.rule == "glyph-missing"]
    if missing:
        raise DesignFault("glyph-missing", missing[0].flaw)
