"""HarfBuzz's glyphs of a text in one typeface, each with its text for readers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import uharfbuzz

from certificates.rendering.errors import NeedsFullRender

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
    shown: str | None = None  # its operators with the design's own font, if they are known, see `prepared`


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
    step = -1 if direction == "rtl" else 1
    if len(starts) == len(clusters):
        # One glyph for each cluster.
        return [text[start : ends[start]][::step] for start in clusters]
    texts: list[str] = []
    for start, glyphs in groupby(zip(clusters, blanks, strict=True), key=itemgetter(0)):
        silent = [blank for _, blank in glyphs]
        letters = text[start : ends[start]]
        if len(silent) == 1:
            texts.append(letters[::step])
            continue
        if all(silent):
            silent = [False] * len(silent)
        shares = iter(_shared_out(letters, silent.count(False), step))
        texts += [NOTHING if blank else next(shares) for blank in silent]
    return texts


def _shared_out(text: str, count: int, step: int) -> list[str]:
    """A cluster's letters, one for each of its glyphs and the rest for the last. They are decomposed if they are too
    few."""
    letters = text if len(text) >= count else unicodedata.normalize("NFD", text)
    letters = letters[::step]
    shares = [*letters[: count - 1], letters[count - 1 :]]
    return [share or NOTHING for share in shares] + [NOTHING] * (count - len(shares))
