"""Sheets of whole pages, made by `make sheets` under .build/sheets: layouts, languages, papers, and long titles.

python -m tests.rendering.layout_sheets [FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
from PIL import Image

from certificates.rendering import full, templates
from certificates.rendering.model import Design
from certificates.rendering.texts import TEXTS
from tests.rendering.making import design, fields
from tests.rendering.sheets import BUILD
from tests.rendering.test_fill import COURSES

PAPERS = ("a4", "letter")
_SCALE = 0.6
_COLUMNS = 4
LONG = {
    "course": "Advanced Methods of Statistical Learning for Research in Public Health, Economics and Social Sciences",
    "title": "Certificate of Successful Completion of the Professional Programme",
    "organization": "The Consolidated Northwind Open University of Applied Sciences and Continuing Education",
}


def sheets() -> Iterator[tuple[str, list[Design]]]:
    """The name of each sheet, and its designs."""
    for template in templates.names():
        for paper in PAPERS:
            yield (
                f"layouts-{template}-{paper}",
                [
                    design(template=template, paper=paper, signatories=count, language=language)
                    for language in ("en", "ar")
                    for count in range(5)
                ],
            )
            yield (
                f"languages-{template}-{paper}",
                [_course(template, paper, language) for language in (*TEXTS, "en-GB")],
            )
            yield (
                f"long-titles-{template}-{paper}",
                [
                    design(template=template, paper=paper, course_title=LONG["course"]),
                    design(template=template, paper=paper, title=LONG["title"]),
                    design(template=template, paper=paper, organization=LONG["organization"]),
                    design(
                        template=template,
                        paper=paper,
                        course_title=LONG["course"],
                        title=LONG["title"],
                        organization=LONG["organization"],
                        signatories=4,
                    ),
                ],
            )


def _course(template: str, paper: str, language: str) -> Design:
    title = COURSES.get(language, COURSES["en"])[0]
    return design(template=template, paper=paper, language=language, course_title=title)


def page(chosen: Design) -> Image.Image:
    name = COURSES.get(chosen.language, COURSES["en"])[1]
    pdf = full.render(chosen, fields(name))
    return pypdfium2.PdfDocument(pdf)[0].render(scale=_SCALE).to_pil().convert("RGB")


def joined(pages: Sequence[Image.Image]) -> Image.Image:
    width, height = max(one.width for one in pages) + 6, max(one.height for one in pages) + 6
    sheet = Image.new("RGB", (_COLUMNS * width, -(-len(pages) // _COLUMNS) * height), "grey")
    for place, one in enumerate(pages):
        sheet.paste(one, (place % _COLUMNS * width, place // _COLUMNS * height))
    return sheet


def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0]) if arguments else BUILD / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    for name, designs in sheets():
        joined([page(chosen) for chosen in designs]).save(folder / f"{name}.png")
    print(f"layouts, languages and long titles of both papers in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
