"""What the packages of the typesetting layer bring and no certificate needs: a fifth of the function.

Nothing of it is imported when a design is compiled or a certificate laid out: tests/packaging renders with the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

LANGUAGES = frozenset(
    ("ar", "de", "en", "es", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi", "zh")
)
"""The languages of certificates. A region of one, such as es_MX, is kept too: dates are written as there."""

LEFT_OUT = (
    # Sources of compiled modules, and headers to compile others against.
    *("**/*.c", "**/*.pyx", "**/*.pxd", "**/*.h", "**/*.pyi"),
    # pikepdf reads metadata with lxml.etree; validators, HTML and objects of lxml's are others' business.
    *("lxml/objectify*", "lxml/html", "lxml/isoschematron", "lxml/includes", "lxml/sax*"),
    # Smaller WOFF files of our own: none is written. Brotli stays, which reads WOFF2 of a customer's template.
    *("zopfli", "zopfli-*"),
    # Pictures in AVIF, text drawn by Pillow, and windows: templates may hold none, Pango draws the text.
    *("PIL/_avif*", "PIL/_imagingft*", "PIL/_imagingtk*", "pillow.libs/libavif*", "pillow.libs/libharfbuzz*"),
    *("pillow.libs/libfreetype*", "pillow.libs/libbrotli*", "pillow.libs/libpng16*"),
)
"""Patterns below the folder of packages."""


def unused(packages: Path) -> Iterator[Path]:
    """The files and folders that are left out. Raises LookupError for a pattern that fits nothing any more."""
    for pattern in LEFT_OUT:
        found = list(packages.glob(pattern))
        if not found:
            raise LookupError(f"{pattern} fits nothing: the packages have changed")
        yield from found
    for locale in (packages / "babel" / "locale-data").glob("*.dat"):
        if locale.stem != "root" and locale.stem.partition("_")[0] not in LANGUAGES:
            yield locale
