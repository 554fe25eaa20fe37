"""Signature images: checked before anything is drawn, and made small and plain."""

from __future__ import annotations

from io import BytesIO

from .errors import DesignFault

MAX_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
# Twice what a 300 dpi printer shows of a signature 50 mm wide.
_LARGEST = (1200, 480)


def signature(content: bytes) -> bytes:
    """A PNG without metadata; raises DesignFault where the image cannot be used. Same bytes in, same bytes out."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > MAX_BYTES:
        raise DesignFault(
            "image-too-large", f"a signature image may have {MAX_BYTES} bytes, this one has {len(content)}"
        )
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DesignFault("image-too-large", f"a signature image may have {MAX_PIXELS} pixels")
            plain = image.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise DesignFault("image-too-large", f"a signature image may have {MAX_PIXELS} pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DesignFault("image-unreadable", "a signature image must be a whole PNG or JPEG file") from error
    plain.thumbnail(_LARGEST)
    target = BytesIO()
    plain.save(target, "PNG", optimize=True)
    return target.getvalue()
