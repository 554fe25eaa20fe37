"""Images: checked before anything is drawn, signatures made smaller, and all converted for PDF/A."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from .errors import DesignFault
from .flaws import design_flaw

if TYPE_CHECKING:
    from PIL import Image

MAX_IMAGE_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
# Pixel modes that PDF/A allows without a change.
_OF_SCREENS = ("1", "L", "LA", "P", "RGB", "RGBA")
# Twice the pixels of a 300 dpi printer for a signature of 50 mm.
_LARGEST = (1200, 480)


@lru_cache(maxsize=8)  # of 2 MB each: the signatures of a design, which its previews and pages repeat
def signature(content: bytes) -> bytes:
    """A PNG without metadata. Raises DesignFault for an image that cannot be used. The same bytes give the same
    bytes."""
    from PIL import Image, UnidentifiedImageError

    if len(content) > MAX_IMAGE_BYTES:
        raise DesignFault(
            "image-too-large", design_flaw("signature-too-heavy", most=MAX_IMAGE_BYTES, size=len(content))
        )
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DesignFault("image-too-large", design_flaw("signature-too-large", most=MAX_PIXELS))
            plain = image.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise DesignFault("image-too-large", design_flaw("signature-too-large", most=MAX_PIXELS)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DesignFault("image-unreadable", design_flaw("signature-unreadable")) from error
    plain.thumbnail(_LARGEST)
    target = BytesIO()
    plain.save(target, "PNG", optimize=True)
    return target.getvalue()


def in_rgb(content: bytes) -> bytes:
    """A template's own picture for PDF/A: in RGB or grey. Other content stays as it is. Colours of print (CMYK) are
    converted with the picture's own profile, if it has one. Raises DesignFault for a picture with too many pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DesignFault("image-too-large", design_flaw("picture-too-large", most=MAX_PIXELS))
            if image.mode in _OF_SCREENS:
                return content
            kept = {"format": "JPEG", "quality": 92} if image.format in ("JPEG", "MPO") else {"format": "PNG"}
            plain = _converted(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise DesignFault("image-too-large", design_flaw("picture-too-large", most=MAX_PIXELS)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return content  # no picture, or one that WeasyPrint will refuse
    target = BytesIO()
    plain.save(target, **kept)
    return target.getvalue()


def _converted(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    profile = image.info.get("icc_profile")
    if profile and image.mode == "CMYK":
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # an unusable profile counts as none
    return image.convert("RGB")
