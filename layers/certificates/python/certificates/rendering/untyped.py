"""Names for the values of libraries without types. Each is `Any` for the type checker; the name says what the value is.

WeasyPrint, pydyf, uharfbuzz, fontTools and tinycss2 have no types. pikepdf has types, but a value of a PDF may be of
any kind.
"""

from __future__ import annotations

from typing import Any

WeasyPrint = Any
"""The library itself: it is imported late."""

WeasyDocument = Any
"""A document that WeasyPrint has laid out."""

Box = Any
"""A box of WeasyPrint's layout."""

Style = Any
"""The computed style of a box or an element: CSS properties by name."""

Pdf = Any
"""The PDF that WeasyPrint is about to write, as pydyf has it."""

PdfValue = Any
"""A value of a PDF: a dictionary, an array, a stream, a reference, a number, a name, ..."""

FontTable = Any
"""A font of fontTools or HarfBuzz, or one of its tables."""

GlyphInfo = Any
"""A shaped glyph of HarfBuzz: its number, and the letter that it belongs to."""

GlyphPosition = Any
"""The place of a shaped glyph of HarfBuzz."""

UrlFetcher = Any
"""WeasyPrint's reader of addresses, and its answers."""

CssToken = Any
"""A token of tinycss2."""
