"""Whether a text can be printed, known before anything is rendered: what a dry run, a status and a job ask alike.

The list of what the bundled fonts print tells; nothing is laid out.
"""

from __future__ import annotations

from functools import lru_cache

from certificates.shown_text import prints_nothing, shown

from . import coverage, setting, typefaces
from .errors import Unrenderable

PLAIN_FACES = tuple(
    dict.fromkeys(face.file for face in typefaces.TYPEFACES if face.style == "normal" and face.weight == 400)
)


def missing(text: str) -> str:
    """The characters of a text that no bundled font prints, each once; "" where the text can be printed.

    What is left out of the print anyway (pictographs, controls) is not missed. A text of which nothing is left can be
    printed and shows nothing: `shown_text.shows_nothing` tells. `shown_text.named` has the characters for people.
    """
    line = shown(text)
    if line.isascii():
        return ""
    return "".join(char for char in dict.fromkeys(line) if not _prints(char))


@lru_cache(maxsize=8192)
def _prints(char: str) -> bool:
    return prints_nothing(char) or any(coverage.has(file, char) for file in PLAIN_FACES)


# Of scripts whose vowel signs need a letter: India's and its neighbours', the Philippines' to the Lepchas', and those
# that Unicode has added since.
_WITH_VOWEL_SIGNS = (("\u0900", "\u109f"), ("\u1700", "\u1cff"), ("\ua800", "\uaaff"))
_DOTTED_CIRCLE = "\u25cc"


def is_misspelt(text: str) -> bool:
    """Whether a vowel sign has no letter to stand on: in its place the fonts print a dotted circle.

    Such is Burmese that was typed for the font Zawgyi, whose code points mean something else.
    """
    if text.isascii() or not any(first <= char <= last for char in text for first, last in _WITH_VOWEL_SIGNS):
        return False
    line = shown(text)
    if _DOTTED_CIRCLE in line:
        return False
    try:
        return any(_has_dotted_circle(piece) for piece in setting.pieces(line, PLAIN_FACES, "", "ltr"))
    except Unrenderable:
        return False


def _has_dotted_circle(piece: setting.Piece) -> bool:
    from .fill.faces import face
    from .fill.lines import shape

    circle = face(piece.file).font.get_nominal_glyph(ord(_DOTTED_CIRCLE))
    glyphs, _ = shape(piece.text, piece.file, "ltr", "", {})
    return circle is not None and any(glyph.codepoint == circle for glyph in glyphs)
