"""The texts of the pages, collected from templates and code: `python -m layers.certificates.catalogues`.

A new text is added without a translation. A text that no longer exists is removed. No translation is guessed.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent / "python" / "certificates"
PAGES = PACKAGE / "pages"
CATALOGUES = PAGES / "catalogues"
FLAWS = (PACKAGE / "rendering" / "flaws.py", PACKAGE / "uploads" / "file_sentences.py")
"""The modules with the faults of designs and of files: the pages translate their sentences."""

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "N_": None, "_marked": None, "gettext": None, "ngettext": (1, 2)}


def collected() -> Catalog:
    """Every text of the pages, in the language of the source."""
    catalogue = Catalog(domain="pages", project="certificates", version="1", charset="utf-8")
    found = [
        *extract_from_dir(str(PAGES), METHODS, OPTIONS, keywords=KEYWORDS),
        *((path.name, *each) for path in FLAWS for each in extract_from_file("python", path, keywords=KEYWORDS)),
    ]
    for file, line, message, comments, context in found:
        catalogue.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalogue


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "pages.po"


def languages() -> list[str]:
    return sorted(folder.name for folder in CATALOGUES.iterdir() if folder.is_dir())


def translated(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> None:
    catalogue = translated(language)
    catalogue.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalogue, no_location=True, omit_header=False, sort_output=True, width=120)
    path_of(language).write_bytes(written.getvalue())


if __name__ == "__main__":
    for each in languages():
        update(each)
