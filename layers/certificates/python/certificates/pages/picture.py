"""The picture of a valid certificate, for its page and for links on other sites."""

from __future__ import annotations

from certificates.credentials.published import badge
from certificates.errors import NotFound
from certificates.pages.answers import Page
from certificates.pages.routes import Pages
from certificates.pages.visit import Visit
from certificates.picture import Shape, picture
from certificates.verify import canonical

pages = Pages()

# No cache may keep it: the certificate may be invalidated at any time.
HEADERS = {"Cache-Control": "no-store"}


@pages.page(
    "GET /certificates/{verify_uuid}/picture",
    "HEAD /certificates/{verify_uuid}/picture",
    signed_in=False,
    for_programs=True,
)
def show_picture(visit: Visit) -> Page:
    """A PNG; with `shape=card`, a card of 1200 x 630 pixels."""
    png = picture(canonical(visit.path("verify_uuid")), _shape(visit), backend=visit.backend, now=visit.now)
    return Page(200, png, "image/png", HEADERS)


@pages.page(
    "GET /certificates/{verify_uuid}/badge.png",
    "HEAD /certificates/{verify_uuid}/badge.png",
    signed_in=False,
    for_programs=True,
)
def download_badge(visit: Visit) -> Page:
    """The picture as a file with the credential inside: a baked badge for wallets."""
    verify_uuid = canonical(visit.path("verify_uuid"))
    png = badge(verify_uuid, backend=visit.backend, now=visit.now)
    file = {"Content-Disposition": f'attachment; filename="badge-{verify_uuid}.png"'}
    return Page(200, png, "image/png", {**HEADERS, **file})


def _shape(visit: Visit) -> Shape:
    """Raises NotFound `unknown-shape`."""
    name = visit.query("shape") or Shape.PAGE
    if name not in set(Shape):
        raise NotFound("unknown-shape", f"There is no shape {name}.")
    return Shape(name)
