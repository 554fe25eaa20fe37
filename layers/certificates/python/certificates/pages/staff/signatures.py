"""Signature images from staff: checked before they become part of a design, so that faults are shown at their field."""

from __future__ import annotations

from certificates.designs.limits import MAX_SIGNATURE_BYTES
from certificates.errors import BadRequest

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
NARROWEST = 600
"""Pixels. A signature is printed 50 mm wide, so this is 300 dpi."""


def checked_signature(image: bytes | None) -> bytes | None:
    """The image, None if no file was chosen.

    Raises BadRequest `signature-not-an-image`, `signature-too-large`, `signature-too-small`.
    """
    if image is None:
        return None
    if not image.startswith((PNG, JPEG)):
        raise BadRequest("signature-not-an-image", "A signature is a PNG or JPEG file.")
    if len(image) > MAX_SIGNATURE_BYTES:
        raise BadRequest("signature-too-large", f"A signature has at most {MAX_SIGNATURE_BYTES // 1024} KB.")
    if image.startswith(PNG) and width_of(image) < NARROWEST:
        raise BadRequest(
            "signature-too-small",
            f"This signature would print coarse: {NARROWEST} pixels in width are needed.",
        )
    return image


def width_of(png: bytes) -> int:
    """The width in pixels, from the first chunk of a PNG (PNG, 3rd edition, 11.2.1)."""
    return int.from_bytes(png[16:20])
