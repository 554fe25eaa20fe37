"""A certificate's PDF as a picture, by PDFium."""

from __future__ import annotations

import struct
import zlib

import pypdfium2

PAGE_PIXELS = 1600
"""The longer side of a page's picture: twice the size on our pages, for fine screens."""

_CHANNELS = 3


def page(pdf: bytes) -> bytes:
    """The first page as PNG."""
    width, height, rows = drawn(pdf, (PAGE_PIXELS, PAGE_PIXELS))
    return png(width, height, rows)


def drawn(pdf: bytes, box: tuple[int, int]) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of RGB of the first page, as large as fits into a box of pixels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[0]
        scale = min(side / points for side, points in zip(box, sheet.get_size(), strict=True))
        bitmap = sheet.render(scale=scale, rev_byteorder=True, force_bitmap_format=_RGB)
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        pixels = bytes(bitmap.buffer)
    finally:
        document.close()
    # Rounding may add a pixel to the size of the box.
    width, height = min(width, box[0]), min(height, box[1])
    rows = [pixels[row * stride : row * stride + width * _CHANNELS] for row in range(height)]
    return width, height, rows


_RGB = pypdfium2.raw.FPDFBitmap_BGR


def png(width: int, height: int, rows: list[bytes]) -> bytes:
    """8-bit RGB without filters: a certificate is mostly one colour, which zlib compresses well (PNG, 3rd edition)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
