"""The picture of both designs that the README shows, made by `make sheets` under .build/sheets.

python -m tests.rendering.both_designs [FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image

from certificates.rendering import full
from certificates.rendering.model import Design
from tests.rendering.making import design, fields
from tests.rendering.sheets import BUILD

_HEIGHT = 690
_MARGIN = 24
_GROUND = (225, 226, 221)


def pages() -> list[Image.Image]:
    modern = design(
        template="modern",
        language="es",
        course_title="Fundamentos del aprendizaje estadístico",
        title="Certificado de finalización",
    )
    return [_page(design(), "Zoë Ångström"), _page(modern, "José Núñez Beltrán")]


def _page(made: Design, name: str) -> Image.Image:
    page = pypdfium2.PdfDocument(full.render(made, fields(name)))[0]
    # Drawn larger and then reduced: thin lines of the border stay even.
    large = page.render(scale=2 * _HEIGHT / page.get_height()).to_pil().convert("RGB")
    return large.resize((large.width // 2, _HEIGHT), Image.Resampling.LANCZOS)


def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0]) if arguments else BUILD / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    shown = pages()
    width = sum(page.width for page in shown) + _MARGIN * (len(shown) + 1)
    joined = Image.new("RGB", (width, _HEIGHT + 2 * _MARGIN), _GROUND)
    left = _MARGIN
    for page in shown:
        joined.paste(page, (left, _MARGIN))
        left += page.width + _MARGIN
    path = folder / "both-designs.png"
    joined.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"both designs in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
