"""Contact sheets: many pictures on one sheet, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from tests.cloud.cloud import ROOT

WIDTH, GAP, CAPTION = 640, 16, 24
TALLEST = 1.7
"""On a sheet, a page is cut after this number of its widths. The pictures themselves are complete."""

SHEET_HEIGHT = 2600
GREY = (122, 122, 122)


def sheets(pictures: Sequence[Path], columns: int, into: Path) -> list[Path]:
    """Write as many sheets as the pictures need, named `into` with a number. Returns their paths."""
    width = (WIDTH * 3 + GAP * 2 - GAP * (columns - 1)) // columns
    cells = [_cell(picture, width) for picture in pictures]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    pages: list[list[list[Image.Image]]] = [[]]
    for row in rows:
        if pages[-1] and _height([*pages[-1], row]) > SHEET_HEIGHT:
            pages.append([])
        pages[-1].append(row)
    written = []
    for number, page in enumerate(pages, start=1):
        sheet = Image.new("RGB", (columns * (width + GAP) - GAP, _height(page)), GREY)
        top = 0
        for row in page:
            for place, cell in enumerate(row):
                sheet.paste(cell, (place * (width + GAP), top))
            top += max(cell.height for cell in row) + GAP
        path = into.with_name(f"{into.name}-{number}.png")
        sheet.save(path)
        written.append(path)
    return written


def _height(rows: Sequence[Sequence[Image.Image]]) -> int:
    return sum(max(cell.height for cell in row) + GAP for row in rows)


def _cell(picture: Path, width: int) -> Image.Image:
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    image = image.crop((0, 0, width, min(image.height, round(width * TALLEST if width > 400 else width * 3))))
    cell = Image.new("RGB", (width, image.height + CAPTION), GREY)
    ImageDraw.Draw(cell).text((4, 5), str(picture.relative_to(ROOT / ".build" / "screenshots")), fill="white")
    cell.paste(image, (0, CAPTION))
    return cell
