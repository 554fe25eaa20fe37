"""The picture of the README: screenshots of three pages, each on a desktop and on a phone."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.browser.chromium import DESKTOP, PHONE

SHOWN = ("certificate-valid", "learn-requestable", "teach-generate-dry-run")
DESKTOP_HEIGHT, PHONE_HEIGHT, GAP, COLOURS = 480, 400, 24, 255
"""Heights and spaces in pixels, and the number of colours. Rare colours are kept too, such as the gold."""

OVERLAP = 0.55
"""The share of a phone's picture that covers the desktop's picture."""

GROUND, FRAME = (214, 211, 200), (16, 41, 47)


def picture(folder: Path) -> Path | None:
    """Write `readme.png`, and return its path. None if some screenshots are missing."""
    shots = [[folder / f"english-{size}-light" / f"{name}.png" for size in ("desktop", "phone")] for name in SHOWN]
    if not all(path.exists() for pair in shots for path in pair):
        return None
    pairs = [
        _pair(_window(desktop, DESKTOP, DESKTOP_HEIGHT), _window(phone, PHONE, PHONE_HEIGHT))
        for desktop, phone in shots
    ]
    sheet = Image.new("RGB", (sum(pair.width + GAP for pair in pairs) + GAP, pairs[0].height + 2 * GAP), GROUND)
    left = GAP
    for pair in pairs:
        sheet.paste(pair, (left, GAP))
        left += pair.width + GAP
    path = folder / "readme.png"
    sheet.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _pair(desktop: Image.Image, phone: Image.Image) -> Image.Image:
    """The phone is in a thin frame and covers the lower corner of the desktop."""
    framed = Image.new("RGB", (phone.width + 4, phone.height + 4), FRAME)
    framed.paste(phone, (2, 2))
    hidden = round(framed.width * OVERLAP)
    both = Image.new("RGB", (desktop.width + framed.width - hidden, desktop.height), GROUND)
    both.paste(desktop, (0, 0))
    both.paste(framed, (desktop.width - hidden, desktop.height - framed.height))
    return both


def _window(path: Path, window: dict[str, int], height: int) -> Image.Image:
    """The part of a page that the window shows at first."""
    with Image.open(path) as opened:
        shown = opened.convert("RGB").crop((0, 0, window["width"], window["height"]))
    return shown.resize((round(shown.width * height / shown.height), height), Image.Resampling.LANCZOS)
