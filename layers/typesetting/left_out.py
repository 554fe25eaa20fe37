"""Lists the files in the packages of the typesetting layer that no certificate needs: a fifth of the function.

None of them is used when a design is compiled or a certificate is laid out: tests/packaging renders with the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

LANGUAGES = frozenset(
    ("ar", "de", "en", "es", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi", "zh")
)
"""The languages of certificates. Their regions, such as es_MX, are kept too: each writes dates in its own way."""

LEFT_OUT = (
    # Sources of compiled modules, and headers to compile others against.
    *("**/*.c", "**/*.pyx", "**/*.pxd", "**/*.h", "**/*.pyi"),
    # pikepdf reads metadata with lxml.etree, and uses no other part of lxml.
    *("lxml/objectify*", "lxml/html", "lxml/isoschematron", "lxml/includes", "lxml/sax*"),
    # zopfli writes WOFF files: the product writes none. Brotli stays: it reads WOFF2 files of a customer's template.
    *("zopfli", "zopfli-*"),
    # Pictures in AVIF, which templates may not have; text drawn by Pillow, which Pango draws; and windows.
    *("PIL/_avif*", "PIL/_imagingft*", "PIL/_imagingtk*", "pillow.libs/libavif*", "pillow.libs/libharfbuzz*"),
    *("pillow.libs/libfreetype*", "pillow.libs/libbrotli*", "pillow.libs/libpng16*"),
)
"""Patterns below the folder of packages."""


def unused(packages: Path) -> Iterator[Path]:
    """The files and folders that are left out. Raises LookupError for a pattern that matches nothing."""
    for pattern in LEFT_OUT:
        found = list(packages.glob(pattern))
        if not found:
            raise LookupError(f"{pattern} matches nothing: the packages have changed")
        yield from found
    for locale in (packages / "babel" / "locale-data").glob("*.dat"):
        if locale.stem != "root" and locale.stem.partition("_")[0] not in LANGUAGES:
            yield locale
