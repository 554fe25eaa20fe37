"""The only files a page may read: its own assets and the bundled fonts it names."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from . import images, typefaces
from .native import weasyprint

if TYPE_CHECKING:
    from .untyped import UrlFetcher

# The base of relative addresses: a host that can never exist (RFC 2606).
BASE_URL = "https://design.invalid/"
_TYPES = {
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "otf": "font/otf",
    "ttf": "font/ttf",
}


_PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "bmp", "jp2")


def _checked(name: str, content: bytes) -> bytes:
    return images.in_rgb(content) if name.rpartition(".")[2].lower() in _PICTURES else content


def fetcher(assets: Mapping[str, bytes]) -> UrlFetcher:
    """A WeasyPrint URL fetcher. Raises ValueError for every address outside `assets` and the bundled fonts."""
    fonts = {typeface.file for typeface in typefaces.TYPEFACES}
    urls = weasyprint().urls

    class Fetcher(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: object = None) -> UrlFetcher:
            name = unquote(url.removeprefix(BASE_URL)) if url.startswith(BASE_URL) else ""
            if name in assets:
                content = _checked(name, assets[name])
            elif name in fonts:
                content = typefaces.file_path(name).read_bytes()
            else:
                raise ValueError(f"{url} is not one of the design's own assets")
            kind = _TYPES.get(url.rpartition(".")[2].lower(), "application/octet-stream")
            return urls.URLFetcherResponse(url, content, {"Content-Type": kind})

    # Otherwise the fetcher reads all certificates of the machine, for addresses that it refuses: a tenth of a layout.
    return Fetcher(ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
