"""Whether a text can be printed. A dry run, a status and a job use the same answer, before anything is rendered. It
comes from the list of characters of the bundled fonts, without a layout.
"""

from __future__ import annotations

import re
from functools import lru_cache

from certificates.shown_text import prints_nothing, shown

from . import coverage, setting, typefaces
from .errors import Unrenderable

PLAIN_FACES = tuple(
    dict.fromkeys(face.file for face in typefaces.TYPEFACES if face.style == "normal" and face.weight == 400)
)


def missing(text: str) -> str:
    """The characters of a text that no bundled font prints, each once; "" if the text can be printed. Characters that
    are never printed (pictographs, controls) do not count. A text with nothing else can be printed and shows nothing:
    see `shown_text.shows_nothing`. `shown_text.named` has the characters for people.
    """
    line = shown(text)
    if line.isascii():
        return ""
    return "".join(char for char in dict.fromkeys(line) if not _prints(char))


@lru_cache(maxsize=8192)
def _prints(char: str) -> bool:
    return prints_nothing(char) or coverage.is_printed_by(PLAIN_FACES, char)


# Scripts whose vowel signs need a letter: from India and its neighbours, from the Philippines to the Lepcha, and later
# additions of Unicode.
_WITH_VOWEL_SIGNS = re.compile("[\u0900-\u109f\u1700-\u1cff\ua800-\uaaff]")
_DOTTED_CIRCLE = "\u25cc"


def is_misspelt(text: str) -> bool:
    """Whether a vowel sign has no letter: the fonts print a dotted circle instead. An example is Burmese typed for the
    font Zawgyi, which uses other code points.
    """
    if text.isascii() or not _WITH_VOWEL_SIGNS.search(text):
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
    from .fill.shaping import shape

    circle = face(piece.file).font.get_nominal_glyph(ord(_DOTTED_CIRCLE))
    glyphs, _ = shape(piece.text, piece.file, "ltr", "", {})
    return circle is not None and any(glyph.codepoint == circle for glyph in glyphs)
