"""The cursor of a list in the address of a page."""

from __future__ import annotations

from certificates.http.cursors import key_in
from certificates.pages.site import Visit

A_PAGE = 50


def place_in_list(visit: Visit) -> str | None:
    """The key after which the list continues. Raises BadRequest `bad-cursor`."""
    return key_in(visit.query("cursor")) if visit.query("cursor") else None
