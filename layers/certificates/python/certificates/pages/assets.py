"""Styles, scripts, icons and the font of the pages, under an address that changes with their content."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from certificates.errors import NotFound
from certificates.pages.answers import Page, file
from certificates.pages.routes import Pages

if TYPE_CHECKING:
    from certificates.pages.visit import Visit

pages = Pages()

FOLDER = Path(__file__).parent / "assets"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@cache
def version() -> str:
    """The version of all assets together: they have relative addresses of each other, so one changed file changes
    all."""
    total = hashlib.sha256()
    for path in _files().values():
        total.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def asset_address(name: str) -> str:
    return f"/assets/{version()}/{name}"


@pages.page("GET /assets/{version}/{name}", signed_in=False)
def show_asset(visit: Visit) -> Page:
    """Every version answers with today's content, so a page that is open since yesterday still finds its icons."""
    content, media_type, compressed = asset(visit.path("name"))
    return file(content, media_type, compressed=compressed)


@cache
def asset(name: str) -> tuple[bytes, str, bool]:
    """Content, media type, and whether the content is gzip. Raises NotFound `unknown-asset`."""
    path = _files().get(name)
    if path is None:
        raise NotFound("unknown-asset", "There is no such file.")
    content, media_type = path.read_bytes(), TYPES[path.suffix]
    if path.suffix == ".woff2":
        return content, media_type, False
    return gzip.compress(content, mtime=0), media_type, True


@cache
def _files() -> dict[str, Path]:
    return {path.name: path for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}
