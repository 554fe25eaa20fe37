"""Addresses without a page: a slash at the end is removed, all other addresses get a page that explains the fault."""

from __future__ import annotations

from certificates.errors import NotFound
from certificates.http.accept import prefers_json
from certificates.pages.answers import Page, found
from certificates.pages.routes import Pages
from certificates.pages.visit import Visit

pages = Pages()

_AS_API_GATEWAY = b'{"message":"Not Found"}'
"""Programs get API Gateway's own answer, as with the other methods."""


@pages.page("GET /{proxy+}", signed_in=False)
def show_no_page(visit: Visit) -> Page:
    """Raises NotFound `unknown-page`."""
    path, mark, query = visit.address.partition("?")
    # Never two slashes at the beginning: a browser would read the next word as another host.
    canonical = f"/{path.strip('/')}"
    if path != canonical:
        return found(canonical + mark + query)
    # Browsers send a cookie here, and never a token.
    if prefers_json(visit.event) or visit.header("authorization"):
        return Page(404, _AS_API_GATEWAY, "application/json")
    raise NotFound("unknown-page", "Nothing is at this address. It may be mistyped, or old.")
