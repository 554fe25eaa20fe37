"""Sets a learner's text as a line of glyphs. Raises NeedsFullRender if the result is not certain."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import uharfbuzz

from certificates.rendering import breaking, directions, setting, typefaces
from certificates.rendering.artefact import Slot
from certificates.rendering.errors import NeedsFullRender, Unrenderable
from certificates.rendering.further import FIELD_KEY
from certificates.rendering.languages import text_language
from certificates.shown_text import JOINERS, shown

from .faces import Face, face

if TYPE_CHECKING:
    from certificates.rendering.untyped import GlyphInfo, GlyphPosition

# Word joiner: the text of a glyph without a letter of its own. Readers invent a text for a glyph without text.
NOTHING = "\u2060"


class Run(NamedTuple):
    face: Face
    glyphs: list[int]
    advances: list[int]  # font units
    offsets: list[tuple[int, int]] | None  # the offset of each from its place, if any has one
    glyph_texts: list[tuple[int, str]]  # each glyph with its text for readers
    plain: bool  # together, the run's text


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
    return max(text, default="") > "\u02ff" and any(
        unicodedata.category(char)[0] == "M" for char in text if char > "\u02ff"
    )


def is_right_to_left(text: str) -> bool:
    """Whether any part of the text is."""
    return max(text, default="") > "\u0589" and any(
        "\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in text
    )


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
        raise NeedsFullRender("does-not-fit")
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
    return typefaces.SCALES.get(runs[0].face.file, 1) if len({run.face.file for run in runs}) == 1 else 1


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
            raise NeedsFullRender("does-not-fit")
    return Line(slot, text, language, (Row(runs, _left(slot, width), slot.baseline),), size, width)


def _left(slot: Slot, width: float) -> float:
    return {"left": slot.x, "center": slot.x - width / 2, "right": slot.x - width}[slot.anchor]


def _guarded(text: str) -> str:
    clean = shown(text)
    if not clean:
        raise NeedsFullRender("nothing-visible")
    if max(clean, default="") > "\u02ff" and _has_loose_mark(clean):
        raise NeedsFullRender("mark-without-base")
    return clean


def _has_loose_mark(text: str) -> bool:
    """Whether a mark or a joiner has no letter before it. Shapers show such a mark in different ways."""
    base = False
    for char in text:
        if char in JOINERS or unicodedata.category(char).startswith("M"):
            if not base:
                return True
        else:
            base = not char.isspace()
    return False


def shape(
    text: str, file: str, direction: str, language: str, features: dict[str, int]
) -> tuple[list[GlyphInfo], list[GlyphPosition]]:
    """HarfBuzz's glyphs of a text and their places, from left to right."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction = direction
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.guess_segment_properties()
    buffer.language = language or "und"
    uharfbuzz.shape(face(file).font, buffer, features)
    return buffer.glyph_infos, buffer.glyph_positions


def shaped(text: str, file: str, direction: str, language: str, features: dict[str, int]) -> Run:
    used = face(file)
    infos, places = shape(text, file, direction, language, features)
    glyphs = [info.codepoint for info in infos]
    if 0 in glyphs:
        raise NeedsFullRender("no-glyph")
    offsets = [(place.x_offset, place.y_offset) for place in places]
    clusters = [info.cluster for info in infos]
    # The simple case: one glyph for each letter.
    whole = clusters == list(range(len(text)))
    texts = text if whole else _texts(text, clusters, list(map(used.is_blank, glyphs)), direction)
    glyph_texts = list(zip(glyphs, texts, strict=True))
    # A CID-keyed font's glyph has one code, so it cannot stand for two texts.
    plain = NOTHING not in texts and not (used.is_cff and len(set(glyph_texts)) > len(set(glyphs)))
    return Run(
        face=used,
        glyphs=glyphs,
        advances=[place.x_advance for place in places],
        offsets=offsets if any(map(any, offsets)) else None,
        glyph_texts=glyph_texts,
        plain=plain,
    )


def _texts(text: str, clusters: list[int], blanks: list[bool], direction: str) -> Sequence[str]:
    """The text of each glyph; together they are the whole text. Right-to-left text is written backwards, because
    readers reverse it letter by letter, also inside one glyph. Glyphs of a letter that only add space (as in Nastaliq)
    have no text.
    """
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    texts: list[str] = []
    for start, glyphs in groupby(zip(clusters, blanks, strict=True), key=lambda glyph: glyph[0]):
        silent = [blank for _, blank in glyphs]
        if all(silent):
            silent = [False] * len(silent)
        shares = iter(_shared_out(text[start : ends[start]], silent.count(False), backwards=direction == "rtl"))
        texts += [NOTHING if blank else next(shares) for blank in silent]
    return texts


def _shared_out(text: str, count: int, *, backwards: bool) -> list[str]:
    """A cluster's letters, one for each of its glyphs and the rest for the last. They are decomposed if they are too
    few."""
    letters = text if len(text) >= count else unicodedata.normalize("NFD", text)
    letters = letters[::-1] if backwards else letters
    shares = [*letters[: count - 1], letters[count - 1 :]]
    return [share or NOTHING for share in shares] + [NOTHING] * (count - len(shares))
