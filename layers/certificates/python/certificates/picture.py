"""Picture: a valid certificate as PNG, for its page and for links that other sites show.

Neither issuing nor verification renders: the picture is made of the stored PDF when it is first asked for, and kept
for as long as the bucket keeps pictures.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from certificates.backend import Backend
from certificates.rules.model import Certificate
from certificates.verify import valid_certificate, withdrawn


class Shape(StrEnum):
    """The certificate alone, or on the wide card that other sites show with a link."""

    PAGE = "page"
    CARD = "card"


def picture(verify_uuid: str, shape: Shape, *, backend: Backend, now: datetime) -> bytes:
    """A PNG of the certificate as it is now.

    Raises as `verify` does, and Gone `invalidated` or `withdrawn`: nothing of such a certificate is shown.
    """
    held = valid_certificate(verify_uuid, backend=backend, now=now)
    pdf_key = held.document
    if pdf_key is None:
        raise withdrawn()
    # The document's key names revision and content, so a kept picture is never one of another revision.
    key = f"pictures/{pdf_key.removeprefix('certificates/').removesuffix('.pdf')}-{shape.value}.png"
    kept = backend.documents.get(key)
    if kept is not None:
        return kept
    pdf = backend.documents.get(pdf_key)
    if pdf is None:
        raise withdrawn()
    png = _drawn(pdf, shape, held)
    backend.documents.put(key, png, "image/png")
    return png


def _drawn(pdf: bytes, shape: Shape, held: Certificate) -> bytes:
    if shape is Shape.PAGE:
        from certificates.rendering.picturing import page

        return page(pdf)
    from certificates.rendering.sharing import CardText, card

    return card(pdf, CardText(held.organization, held.name, held.course_title))
