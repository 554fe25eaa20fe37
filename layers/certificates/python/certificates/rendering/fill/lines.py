"""Sets a learner's text as a line of glyphs, or says that it takes the full layout to be sure.

A line is filled here only where its order is beyond doubt: all left to right, or all right to left but for numbers.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import uharfbuzz

from certificates.rendering.artefact import Slot
from certificates.rendering.errors import NeedsFullRender, Unrenderable
from certificates.rendering.texts import name_language
from certificates.rendering.typefaces import JOINERS, printable

from .faces import Face, face

# A slot's text may shrink to this share of its size; a name that wants less is laid out in full.
LEAST = 0.55
# A hair less than the line's width, as in the full layout.
_SLACK = 0.995
# Not printable for Python, and still no reason to doubt a line: other blanks become blanks, joiners join.
_HARMLESS = JOINERS + "\u00a0\u202f\u3000\u2009\t\n\r"
# Word joiner: what a glyph says that has no letter left to say. Said nothing at all, readers make something up.
NOTHING = "\u2060"


class Run(NamedTuple):
    face: Face
    glyphs: list[int]
    advances: list[int]  # font units
    offsets: list[tuple[int, int]] | None  # how far each is drawn off its place, where any is
    said: list[tuple[int, str]]  # each glyph with the text that a reader takes out for it
    plain: bool  # that is the run's text, one after the other


class Line(NamedTuple):
    slot: Slot
    text: str
    language: str
    runs: tuple[Run, ...]  # from left to right
    size: float  # CSS pixels
    x: float  # of the first glyph
    width: float

    @property
    def plain(self) -> bool:
        """Whether a reader that goes from glyph to glyph gets the text; marks it often takes for words of their own."""
        return all(run.plain for run in self.runs) and not has_marks(self.text)

    @property
    def right_to_left(self) -> bool:
        return is_right_to_left(self.text)


def has_marks(text: str) -> bool:
    return not text.isascii() and any(unicodedata.category(char)[0] == "M" for char in text if char > "\u02ff")


def is_right_to_left(text: str) -> bool:
    """Whether any of it is."""
    return not text.isascii() and any("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in text)


def set_line(slot: Slot, text: str) -> Line:
    clean = _guarded(text)
    language = name_language(clean, slot.language) if slot.key == "name" else slot.language
    features = dict(slot.features)
    runs = tuple(
        [shaped(part, file, direction, language, features) for part, file, direction in _parts(clean, slot.faces)]
    )
    return placed(slot, clean, language, runs)


def placed(slot: Slot, text: str, language: str, runs: tuple[Run, ...]) -> Line:
    """The runs on the slot's line, set smaller where they are too long for it."""
    natural = 0.0
    for run in runs:
        natural += sum(run.advances) * slot.size / run.face.upem
    size, width = slot.size, natural
    if natural > slot.width:
        size *= slot.width / natural * _SLACK
        width = slot.width * _SLACK
        if size < LEAST * slot.size:
            raise NeedsFullRender("does-not-fit")
    x = {"left": slot.x, "center": slot.x - width / 2, "right": slot.x - width}[slot.anchor]
    return Line(slot, text, language, runs, size, x, width)


def _guarded(text: str) -> str:
    try:
        clean = printable(text)
    except Unrenderable:
        raise NeedsFullRender("nothing-visible") from None
    if not text.isprintable() and any(not char.isprintable() and char not in _HARMLESS for char in text):
        raise NeedsFullRender("control-characters")
    if not clean.isascii() and _has_loose_mark(clean):
        raise NeedsFullRender("mark-without-base")
    return clean


def _has_loose_mark(text: str) -> bool:
    """Whether a mark or a joiner has no letter before it to belong to: what is shown for it, each shaper decides."""
    base = False
    for char in text:
        if char in JOINERS or unicodedata.category(char).startswith("M"):
            if not base:
                return True
        else:
            base = not char.isspace()
    return False


def _parts(text: str, faces: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Text, font file and direction of each run, from left to right."""
    if text.isascii():
        # No direction to find and, with Latin first in every stack, no typeface either.
        yield text, faces[0], "ltr"
        return
    kinds = [unicodedata.bidirectional(char) for char in text]
    if not any(kind in ("R", "AL", "AN") for kind in kinds):
        for part, file in _by_face(text, faces):
            yield part, file, "ltr"
        return
    if "L" in kinds:
        raise NeedsFullRender("mixed-direction")
    for part, direction in reversed(list(_numbers_apart(text, kinds))):
        runs = [(run, file, direction) for run, file in _by_face(part, faces)]
        yield from runs if direction == "ltr" else reversed(runs)


def _numbers_apart(text: str, kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Right-to-left text and the numbers in it, which run left to right (UAX #9, N1 and L2)."""
    start = 0
    while start < len(text):
        numeric = kinds[start] in ("EN", "AN")
        end = start + 1
        while end < len(text):
            joins = kinds[end] in ("CS", "ES") and end + 1 < len(text) and kinds[end + 1] in ("EN", "AN")
            if (kinds[end] in ("EN", "AN") or (numeric and joins)) != numeric:
                break
            end += 1
        yield text[start:end], "ltr" if numeric else "rtl"
        start = end


def _by_face(text: str, faces: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Runs of one typeface and one script, as the full layout chooses them: the first face that has the character."""
    files = _files(text, faces)
    start, script = 0, ""
    for place, char in enumerate(text):
        char_script = _script(char) or script
        if place and (files[place] != files[place - 1] or (script and char_script != script)):
            yield text[start:place], files[start]
            start = place
        script = char_script
    yield text[start:], files[start]


def _files(text: str, faces: Sequence[str]) -> list[str]:
    """The font file of each character.

    A mark stays with its base, a joiner with the letter before it, and a blank with its neighbour: in a stretch of
    digits and punctuation with the one before it there, or else the one after it there; between letters with the
    letter before it. That is how Pango cuts a paragraph, and only then do both ways of rendering agree.
    """
    files: list[str] = []
    for place, char in enumerate(text):
        if char == " ":
            files.append(_of_blank(text, place, files, faces))
        elif char in JOINERS:
            files.append(files[-1] if files else _first_with(text[place + 1], faces))
        elif unicodedata.category(char)[0] == "M" and files:
            if not face(files[-1]).font.get_nominal_glyph(ord(char)):
                raise NeedsFullRender("mark-of-another-typeface")
            files.append(files[-1])
        else:
            files.append(_first_with(char, faces))
    return files


def _of_blank(text: str, place: int, before: Sequence[str], faces: Sequence[str]) -> str:
    rest = text[place + 1 :].lstrip()
    if before and not (rest and _is_common(rest[0]) and not _is_common(text[place - 1])):
        return before[-1]
    return _first_with(rest[:1] or " ", faces)


def _is_common(char: str) -> bool:
    """Belongs to no script: digits of ours, punctuation, symbols."""
    return unicodedata.category(char)[0] not in "LM" and not (char.isdigit() and not char.isascii())


def _first_with(char: str, faces: Sequence[str]) -> str:
    for file in faces:
        if face(file).font.get_nominal_glyph(ord(char)):
            return file
    raise NeedsFullRender("no-glyph")


# Scripts that share a typeface and must not be shaped together; others are told apart by their typeface.
_SCRIPTS = (
    (0x0000, ""), (0x0041, "Latn"), (0x005B, ""), (0x0061, "Latn"), (0x007B, ""), (0x00C0, "Latn"), (0x00D7, ""),
    (0x00D8, "Latn"), (0x00F7, ""), (0x00F8, "Latn"), (0x02B0, ""), (0x0370, "Grek"), (0x0400, "Cyrl"), (0x0530, ""),
    (0x1100, "Hang"), (0x1200, ""), (0x1C80, "Cyrl"), (0x1C90, ""), (0x1E00, "Latn"), (0x1F00, "Grek"), (0x2000, ""),
    (0x2C60, "Latn"), (0x2C80, ""), (0x2DE0, "Cyrl"), (0x2E00, ""), (0x2E80, "Hani"), (0x3000, ""), (0x3005, "Hani"),
    (0x3006, ""), (0x3041, "Hira"), (0x30A0, ""), (0x30A1, "Kana"), (0x30FB, ""), (0x3105, "Bopo"), (0x3130, "Hang"),
    (0x3190, ""), (0x31A0, "Bopo"), (0x31C0, ""), (0x31F0, "Kana"), (0x3200, ""), (0x3400, "Hani"), (0x4DC0, ""),
    (0x4E00, "Hani"), (0xA000, ""), (0xA640, "Cyrl"), (0xA6A0, ""), (0xA720, "Latn"), (0xA800, ""), (0xAC00, "Hang"),
    (0xD7B0, ""), (0xF900, "Hani"), (0xFB00, "Latn"), (0xFB07, ""), (0x20000, "Hani"), (0x323B0, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _SCRIPTS]


def _script(char: str) -> str:
    return _SCRIPTS[bisect_right(_STARTS, ord(char)) - 1][1]


def shape(text: str, file: str, direction: str, language: str, features: dict[str, int]) -> tuple[list[Any], list[Any]]:
    """HarfBuzz's glyphs for a text and their places, from left to right."""
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
    texts = _texts(text, [info.cluster for info in infos], direction)
    said = list(zip(glyphs, texts, strict=True))
    # A CID-keyed font's glyph has one code, so it cannot stand for two texts.
    plain = NOTHING not in texts and not (used.is_cff and len(set(said)) > len(set(glyphs)))
    return Run(
        face=used,
        glyphs=glyphs,
        advances=[place.x_advance for place in places],
        offsets=offsets if any(map(any, offsets)) else None,
        said=said,
        plain=plain,
    )


def _texts(text: str, clusters: list[int], direction: str) -> Sequence[str]:
    """What each glyph says, so that one after the other they say the text.

    Right to left it is said backwards: readers turn that about letter by letter, the letters of one glyph included.
    """
    if clusters == list(range(len(text))):
        # The plain case, every letter a glyph.
        return text
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    texts: list[str] = []
    for start, glyphs in groupby(clusters):
        texts += _shared_out(text[start : ends[start]], len(list(glyphs)), backwards=direction == "rtl")
    return texts


def _shared_out(text: str, count: int, *, backwards: bool) -> list[str]:
    """A cluster's letters, one for each of its glyphs and the rest for the last; taken apart where they are too few."""
    letters = text if len(text) >= count else unicodedata.normalize("NFD", text)
    letters = letters[::-1] if backwards else letters
    shares = [*letters[: count - 1], letters[count - 1 :]]
    return [share or NOTHING for share in shares] + [NOTHING] * (count - len(shares))
