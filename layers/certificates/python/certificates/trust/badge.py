"""A picture that contains its credential (Open Badges 3.0, 5.3: baking)."""

from __future__ import annotations

import struct
import zlib

_KEYWORD = b"openbadgecredential"
_END = b"\0\0\0\0IEND"


def baked(png: bytes, credential: str) -> bytes:
    """The PNG with the credential in an international text chunk, uncompressed, before its end.

    Raises ValueError if the picture has no end.
    """
    end = png.rindex(_END)
    content = b"iTXt" + _KEYWORD + b"\0\0\0\0\0" + credential.encode()
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return png[:end] + chunk + png[end:]
