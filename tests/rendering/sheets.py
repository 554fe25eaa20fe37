"""Sheets to look at, made by `make sheets` under .build/sheets: every name of the corpus in every design.

python -m tests.rendering.sheets [FOLDER] [--laid-out]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

BUILD = Path(__file__).parent.parent.parent / ".build"
os.environ.setdefault("CERTIFICATES_FONTS", str(BUILD / "fonts"))
os.environ.setdefault("CERTIFICATES_NATIVE_LIBS", str(BUILD / "typesetting" / "lib"))

import pypdfium2  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from certificates.rendering import fill, full, templates  # noqa: E402
from certificates.rendering.compile import compile_design  # noqa: E402
from certificates.rendering.errors import NeedsFullRender, Unrenderable  # noqa: E402
from tests.rendering.making import design, fields  # noqa: E402
from tests.rendering.names import groups  # noqa: E402

# The part of each page with the name and its neighbours, in points from the edges (left, bottom, right, top).
_NAME = {"formal": (60, 340, 60, 145), "modern": (100, 465, 20, 205)}
_SCALE = 0.9
_ROWS = 14


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder", nargs="?", type=Path, default=BUILD / "sheets")
    options.add_argument("--laid-out", action="store_true", help="by the full layout, a second a name")
    chosen = options.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    names = [(group, name) for group, listed in groups().items() for name in listed]
    for template in templates.names():
        compiled = fill.load_compiled(compile_design(design(template=template)))
        strips = [_strip(compiled, template, group, name, chosen.laid_out) for group, name in names]
        for number in range(0, len(strips), 2 * _ROWS):
            file = chosen.folder / f"names-{template}-{number // (2 * _ROWS) + 1:02d}.png"
            _sheet(strips[number : number + 2 * _ROWS]).save(file)
    print(f"{len(names)} names of {len(groups())} groups in {chosen.folder}")
    return 0


def _strip(compiled: fill.CompiledDesign, template: str, group: str, name: str, laid_out: bool) -> Image.Image:
    said = "filled"
    try:
        if laid_out:
            raise NeedsFullRender("asked for")
        pdf = compiled.fill(fields(name))
    except NeedsFullRender as why:
        said = f"laid out: {why.reason}"
        try:
            pdf = full.render(design(template=template), fields(name))
        except Unrenderable as refused:
            return _labelled(Image.new("RGB", (10, 10), "white"), f"{group}: {refused}")
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=_SCALE, crop=_NAME[template]).to_pil().convert("RGB")
    return _labelled(picture, f"{group}: {said}, {len(pdf) / 1000:.0f} KB")


def _labelled(picture: Image.Image, label: str) -> Image.Image:
    strip = Image.new("RGB", (picture.width, picture.height + 12), "white")
    strip.paste(picture, (0, 12))
    ImageDraw.Draw(strip).text((2, 0), label.encode("ascii", "replace").decode(), fill="black")
    return strip


def _sheet(strips: Sequence[Image.Image]) -> Image.Image:
    width, height = max(strip.width for strip in strips), max(strip.height for strip in strips)
    sheet = Image.new("RGB", (2 * width + 6, _ROWS * (height + 4)), "grey")
    for place, strip in enumerate(strips):
        sheet.paste(strip, ((place % 2) * (width + 6), place // 2 * (height + 4)))
    return sheet


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
