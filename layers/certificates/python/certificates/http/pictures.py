"""Anyone: the picture of a valid certificate, for its page and for links on other sites."""

from __future__ import annotations

import base64

from certificates.credentials.published import badge
from certificates.errors import NotFound
from certificates.http.answers import Answer
from certificates.http.api import Api
from certificates.http.doors import anyone
from certificates.http.parameters import SHAPE
from certificates.http.requests import Request
from certificates.picture import Shape, picture
from certificates.verify import canonical

api = Api()

_PNG = "image/png"


@api.operation(
    "GET", "/certificates/{verify_uuid}/picture", answers={200: "Picture"}, door=anyone, media=(_PNG,), reads=(SHAPE,)
)
def read_picture(request: Request) -> Answer:
    """The certificate as a picture, alone or on a card for links on other sites."""
    shape, verify_uuid = _shape(request), canonical(request.path["verify_uuid"])
    return _png(picture(verify_uuid, shape, backend=request.backend, now=request.now))


@api.operation("GET", "/certificates/{verify_uuid}/badge.png", answers={200: "Picture"}, door=anyone, media=(_PNG,))
def download_badge(request: Request) -> Answer:
    """The picture as a file with the credential inside: a baked badge for wallets."""
    verify_uuid = canonical(request.path["verify_uuid"])
    file = f'attachment; filename="badge-{verify_uuid}.png"'
    return _png(badge(verify_uuid, backend=request.backend, now=request.now), **{"Content-Disposition": file})


def _png(content: bytes, **headers: str) -> Answer:
    return Answer(200, base64.b64encode(content).decode(), _PNG, headers, in_base64=True)


def _shape(request: Request) -> Shape:
    """Raises NotFound `unknown-shape`."""
    name = request.read(SHAPE) or Shape.PAGE.value
    if name not in set(Shape):
        raise NotFound("unknown-shape", f"There is no shape {name[:60]}.")
    return Shape(name)
