"""Whether a text can be printed, known before anything is rendered: what a dry run, a status and a job ask alike.

Asks the list of what the bundled fonts print; opens no font and lays nothing out.
"""

from __future__ import annotations

from certificates.shown_text import prints_nothing, shown

from . import coverage, typefaces

_FILES = tuple(
    dict.fromkeys(face.file for face in typefaces.TYPEFACES if face.style == "normal" and face.weight == 400)
)


def missing(text: str) -> str:
    """The characters of a text that no bundled font prints, each once; "" where the text can be printed.

    What is left out of the print anyway (pictographs, controls) is not missed. A text of which nothing is left can be
    printed and shows nothing: `shown_text.shows_nothing` tells. `errors.named` has the characters for people.
    """
    line = shown(text)
    if line.isascii():
        return ""
    return "".join(char for char in dict.fromkeys(line) if not _prints(char))


def _prints(char: str) -> bool:
    return prints_nothing(char) or any(coverage.has(file, char) for file in _FILES)
