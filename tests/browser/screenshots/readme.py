"""The picture of the README: three pages, each as a desktop and a phone show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.screenshots.states import GROUPS, State

if TYPE_CHECKING:
    from tests.browser.screenshots.__main__ import Studio

SHOWN = ("learn-requestable", "teach-generate-dry-run", "certificate-valid")
HEIGHT, GAP, COLOURS = 560, 24, 96
"""A picture's height in pixels, the space between two, and how many colours are kept: the file stays small."""

GROUND = (214, 211, 200)


def picture(studio: Studio, folder: Path) -> Path:
    """Writes `readme.png`: its path."""
    states = {state.name: state for every in GROUPS.values() for state in every}
    rows = [_pair(studio, states[name], folder) for name in SHOWN]
    sheet = Image.new("RGB", (sum(row.width + GAP for row in rows) - GAP, HEIGHT), "white")
    left = 0
    for row in rows:
        sheet.paste(row, (left, 0))
        left += row.width + GAP
    path = folder / "readme.png"
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _pair(studio: Studio, state: State, folder: Path) -> Image.Image:
    """The window of a desktop, and that of a phone over its lower corner."""
    shots = []
    for size in (DESKTOP, PHONE):
        with studio.scene(state.who, viewport=size, device_scale_factor=2) as scene:
            state.open(scene)
            path = folder / f"readme-{state.name}-{size['width']}.png"
            scene.seen.page.wait_for_load_state("networkidle")
            scene.seen.page.screenshot(path=path)
            with Image.open(path) as opened:
                shots.append(opened.convert("RGB"))
    desktop, phone = (
        shot.resize((round(shot.width * height / shot.height), height), Image.Resampling.LANCZOS)
        for shot, height in zip(shots, (HEIGHT, HEIGHT), strict=True)
    )
    pair = Image.new("RGB", (desktop.width + GAP + phone.width, HEIGHT), GROUND)
    pair.paste(desktop, (0, 0))
    pair.paste(phone, (desktop.width + GAP, 0))
    return pair
