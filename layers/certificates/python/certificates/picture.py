"""Picture: a certificate as PNG, for its page and for links on other sites. Neither issuing nor checking renders
a picture: the first request makes it from the stored PDF, and the bucket keeps it for some time.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from certificates.backend import Backend
from certificates.rules.model import Certificate
from certificates.verify import shown_certificate, withdrawn


class Shape(StrEnum):
    """The certificate alone, or on a wide card for links on other sites."""

    PAGE = "page"
    CARD = "card"


def picture(verify_uuid: str, shape: Shape, *, backend: Backend, now: datetime) -> bytes:
    """A PNG of the present certificate. Raises as `shown_certificate` does."""
    certificate = shown_certificate(verify_uuid, backend=backend, now=now)
    pdf_key = certificate.document
    if pdf_key is None:
        raise withdrawn()
    # The document's key has revision and content, so a stored picture always belongs to the present revision.
    key = f"pictures/{pdf_key.removeprefix('certificates/').removesuffix('.pdf')}-{shape.value}.png"
    kept = backend.documents.get(key)
    if kept is not None:
        return kept
    pdf = backend.documents.get(pdf_key)
    if pdf is None:
        raise withdrawn()
    png = _drawn(pdf, shape, certificate)
    backend.documents.put(key, png, "image/png")
    return png


def _drawn(pdf: bytes, shape: Shape, certificate: Certificate) -> bytes:
    if shape is Shape.PAGE:
        from certificates.rendering.picturing import page

        return page(pdf)
    from certificates.rendering.sharing import CardText, card

    return card(pdf, CardText(certificate.organization, certificate.name, certificate.course_title))
