"""The fonts that were embedded with the design. They have the letters of nearly every line."""

from __future__ import annotations

from collections.abc import Iterable

from certificates.rendering import coverage
from certificates.rendering.artefact import PreparedFont

from .drawing import show_run
from .embedding import Font
from .shaping import Run


class PreparedFonts:
    def __init__(self, fonts: Iterable[PreparedFont] = ()) -> None:
        self._fonts: dict[str, Font] = {
            font.file: (font.name, {(glyph, text): f"{code:04x}" for glyph, code, text in font.glyphs})
            for font in filter(_is_as_it_was, fonts)
        }

    def font_of(self, run: Run) -> Font | None:
        """The font that has every glyph of the run with the same text."""
        font = self._fonts.get(run.face.file)
        # A run that is shown was looked up before.
        return font if font and (run.shown is not None or all(map(font[1].__contains__, run.glyph_texts))) else None

    def kept(self, run: Run) -> Run:
        """A run that many certificates have. Its operators are made once, if they are the same in every size."""
        font = self.font_of(run)
        if font is None or (run.offsets is not None and any(dy for _, dy in run.offsets)):
            return run
        return run._replace(shown=show_run(run, font[1], 1))

    def code_of(self, run: Run) -> str | None:
        """The codes of a run in hex. None if the font lacks a glyph, or shows it with another width."""
        font = self.font_of(run)
        if font is None or run.offsets is not None or run.face.widths(run.glyphs) != run.advances:
            return None
        return "".join([font[1][each] for each in run.glyph_texts])


def _is_as_it_was(font: PreparedFont) -> bool:
    """Whether a prepared font is a subset of the font that is bundled now. Another font has other glyphs."""
    return coverage.is_bundled(font.file) and font.checksum in (0, coverage.checksum(font.file))
