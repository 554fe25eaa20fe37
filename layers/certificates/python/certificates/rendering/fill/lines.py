"""Sets a learner's text as a line of glyphs. Raises NeedsFullRender if the result is not certain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from certificates.rendering import breaking, directions, setting, typefaces
from certificates.rendering.artefact import Slot
from certificates.rendering.errors import NeedsFullRender, Unrenderable
from certificates.rendering.further import FIELD_KEY
from certificates.rendering.languages import text_language
from certificates.shown_text import JOINERS, shown

from .shaping import Run, shaped

if TYPE_CHECKING:
    pass


TEXT_DOES_NOT_FIT = "does-not-fit"
"""The reason to refuse a text that is too long even on all lines of its slot in the smallest print."""


class Row(NamedTuple):
    """The content of one row."""

    runs: tuple[Run, ...]  # from left to right
    x: float  # of the first glyph
    baseline: float


class Line(NamedTuple):
    """A slot's drawn text, on one or more rows."""

    slot: Slot
    text: str
    language: str
    rows: tuple[Row, ...]
    size: float  # CSS pixels
    width: float  # of the widest row
    drawn: str | None = None  # the operators of a line that many certificates have

    @property
    def runs(self) -> list[Run]:
        return [run for row in self.rows for run in row.runs]

    @property
    def x(self) -> float:
        return self.rows[0].x

    @property
    def plain(self) -> bool:
        """Whether readers that go from glyph to glyph get the text. They often read marks as separate words."""
        return all(run.plain for run in self.runs) and not has_marks(self.text)

    @property
    def right_to_left(self) -> bool:
        return is_right_to_left(self.text)


def has_marks(text: str) -> bool:
    return not text.isascii() and max(text) > "\u02ff" and _MARK in map(_kind, text)


def is_right_to_left(text: str) -> bool:
    """Whether any part of the text is."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def set_line(slot: Slot, text: str, ground: str = "ltr", learners_language: str = "") -> Line:
    """`ground` is the page's direction, for a text without letters."""
    clean = _guarded(text)
    is_typed = slot.key == "name" or slot.key.startswith(FIELD_KEY)
    language = text_language(clean, slot.language, learners_language) if is_typed else slot.language
    direction = directions.base(clean, ground)
    features = dict(slot.features)
    try:
        runs = runs_of(clean, slot.faces, language, direction, features)
    except Unrenderable:
        raise NeedsFullRender("no-glyph") from None
    scale = scale_of(runs)
    if scale != 1:
        slot = slot._replace(size=slot.size * scale)
    if slot.lines == 1 or _width(runs) * slot.size <= slot.width:
        return placed(slot, clean, language, runs)
    found = breaking.broken(
        clean,
        lambda part: _width(runs_of(part, slot.faces, language, direction, features)) * slot.size,
        width=slot.width,
        height=slot.height / slot.size,
        most=slot.lines,
        least=slot.least / scale,
    )
    if found.share * scale < slot.least:
        raise NeedsFullRender(TEXT_DOES_NOT_FIT)
    size = slot.size * found.share
    rows = []
    widest = 0.0
    step = breaking.line_height(len(found.lines), slot.height, size)
    for part, below in zip(found.lines, breaking.baselines(len(found.lines), step), strict=True):
        shown_runs = runs_of(part, slot.faces, language, direction, features)
        width = _width(shown_runs) * size
        widest = max(widest, width)
        left = _left(slot, width)
        if part is not found.lines[-1]:
            blank = runs_of(" ", (shown_runs[-1].face.file,), language, "ltr", {})
            # For readers: the blank at the break, after the line's end.
            shown_runs = (*blank, *shown_runs) if direction == "rtl" else (*shown_runs, *blank)
            left -= _width(blank) * size if direction == "rtl" else 0
        rows.append(Row(shown_runs, left, slot.baseline + below))
    return Line(slot, clean, language, tuple(rows), size, widest)


def nothing_on(slot: Slot) -> Line:
    """The line of a field without a value for this learner."""
    return Line(slot, "", slot.language, (), slot.size, 0)


def runs_of(
    text: str, files: tuple[str, ...], language: str, direction: str, features: dict[str, int]
) -> tuple[Run, ...]:
    """The runs of a text from left to right; raises Unrenderable."""
    pieces = setting.pieces(text, files, language, direction)
    return tuple(
        [
            shaped(piece.text, piece.file, "rtl" if piece.level % 2 else "ltr", language, features)
            for piece in setting.in_visual_order(pieces)
        ]
    )


def scale_of(runs: Sequence[Run]) -> float:
    """The share of its size for a text of one typeface."""
    first = runs[0].face
    if len(runs) > 1 and any(run.face is not first for run in runs):
        return 1
    return typefaces.SCALES.get(first.file, 1)


def _width(runs: Sequence[Run]) -> float:
    """In sizes of the print."""
    width = 0.0
    for run in runs:
        width += sum(run.advances) / run.face.upem
    return width


def placed(slot: Slot, text: str, language: str, runs: tuple[Run, ...]) -> Line:
    """The runs on the slot's line, in a smaller size if they are too long."""
    width = _width(runs) * slot.size
    size = slot.size
    if width > slot.width:
        size *= slot.width / width * breaking.SLACK
        width = slot.width * breaking.SLACK
        if size < slot.least * slot.size:
            raise NeedsFullRender(TEXT_DOES_NOT_FIT)
    return Line(slot, text, language, (Row(runs, _left(slot, width), slot.baseline),), size, width)


def _left(slot: Slot, width: float) -> float:
    if slot.anchor == "left":
        return slot.x
    return slot.x - (width / 2 if slot.anchor == "center" else width)


def _guarded(text: str) -> str:
    clean = shown(text)
    if not clean:
        raise NeedsFullRender("nothing-visible")
    if not clean.isascii() and max(clean) > "\u02ff" and _has_loose_mark(clean):
        raise NeedsFullRender("mark-without-base")
    return clean


def _has_loose_mark(text: str) -> bool:
    """Whether a mark or a joiner has no letter before it. Shapers show such a mark in different ways."""
    kinds = "".join(map(_kind, text)).replace(_JOINER, _MARK)
    return kinds.startswith(_MARK) or _BLANK + _MARK in kinds


@lru_cache(maxsize=8192)
def _kind(char: str) -> str:
    if char in JOINERS:
        return _JOINER
    if char.isspace():
        return _BLANK
    return _MARK if unicodedata.category(char)[0] == "M" else "."


_MARK, _JOINER, _BLANK = "m", "j", " "
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
