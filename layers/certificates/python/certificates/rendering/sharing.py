"""The card for links on other sites: organization, name and title in large letters, beside the certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from certificates.rendering import directions, printable
from certificates.rendering.fill.lines import runs_of, scale_of
from certificates.rendering.fill.shaping import Run
from certificates.rendering.picturing import drawn, png
from certificates.shown_text import shown

WIDTH, HEIGHT = 1200, 630
MARGIN = 56
GAP = 48
LEFT_COLUMN = 500
MAT = 8
"""Pixels of paper around the certificate."""

GROUND, PAPER = (0xF5, 0xF3, 0xEA), (0xFF, 0xFE, 0xFA)
INK, ACCENT, GOLD = (0x10, 0x29, 0x2F), (0x1B, 0x4B, 0x5A), (0xB0, 0x8D, 0x3C)

NAME_SIZES = (68, 60, 52, 44, 36, 28, 22)
COURSE_SIZES = (36, 32, 28, 24, 20)
MOST_ROWS = 3

Colour = tuple[int, int, int]


class CardText(NamedTuple):
    """The texts of the card."""

    organization: str
    name: str
    course_title: str


class SetText(NamedTuple):
    rows: tuple[tuple[Run, ...], ...]
    size: float

    @property
    def height(self) -> float:
        return len(self.rows) * self.size * 1.25


def card(pdf: bytes, text: CardText) -> bytes:
    """A PNG of 1200 × 630 pixels: the texts on the left, the first page of the certificate on the right."""
    room = (WIDTH - LEFT_COLUMN - 2 * MARGIN - GAP, HEIGHT - 2 * MARGIN)
    width, height, certificate = drawn(pdf, room)
    _, _, ground = drawn(_sheet(text), (WIDTH, HEIGHT))
    left = WIDTH - MARGIN - (room[0] + width) // 2
    top = (HEIGHT - height) // 2
    rows = [bytearray(row) for row in ground]
    for number in range(-MAT, height + MAT):
        paper = bytearray(bytes(PAPER) * (width + 2 * MAT))
        if 0 <= number < height:
            paper[3 * MAT : 3 * (MAT + width)] = certificate[number]
        rows[top + number][3 * (left - MAT) : 3 * (left + width + MAT)] = paper
    return png(WIDTH, HEIGHT, [bytes(row) for row in rows])


def set_text(text: str, sizes: Sequence[int]) -> SetText:
    """A text on few rows of the left column, in the largest size that fits. A text that fits in no size is cut."""
    words = shown(text).split() or [""]
    for size in sizes:
        rows = _wrapped(words, LEFT_COLUMN / size)
        if rows is not None and len(rows) <= MOST_ROWS - (size > sizes[-1]):
            return SetText(tuple(_runs(row) for row in rows), size)
    return SetText(tuple(_runs(row) for row in _cut(words, LEFT_COLUMN / sizes[-1])), sizes[-1])


def _wrapped(words: Sequence[str], width: float) -> list[str] | None:
    """Rows of whole words. None: one word is wider than a row. `width` is in sizes of the print."""
    rows: list[str] = []
    for word in words:
        if _width(_runs(word)) > width:
            return None
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and _width(_runs(longer)) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _cut(words: Sequence[str], width: float) -> list[str]:
    """Rows with breaks at any letter; the last row has an ellipsis if text is left out."""
    rows: list[str] = []
    rest = " ".join(words)
    while rest and len(rows) < MOST_ROWS:
        count = len(rest)
        while count > 1 and _width(_runs(rest[:count])) > width:
            count -= max(1, count // 20)
        rows.append(rest[:count])
        rest = rest[count:].lstrip()
    return [*rows[:-1], f"{rows[-1][:-1]}…"] if rest else rows


def _runs(text: str) -> tuple[Run, ...]:
    return runs_of(text, printable.PLAIN_FACES, "", directions.base(text, "ltr"), {})


def _width(runs: Sequence[Run]) -> float:
    return sum(sum(run.advances) / run.face.upem for run in runs) * (scale_of(runs) if runs else 1)


def _sheet(text: CardText) -> bytes:
    """A PDF of one page with the texts as outlines: it needs no font, and every script is drawn alike."""
    organization = set_text(text.organization, (28, 24, 20))
    name = set_text(text.name, NAME_SIZES)
    course = set_text(text.course_title, COURSE_SIZES)
    total = organization.height + 36 + name.height + 28 + course.height
    top = HEIGHT - (HEIGHT - total) / 2
    content = [f"{_colour(GROUND)} 0 0 {WIDTH} {HEIGHT} re f"]
    content += _drawn(organization, top, INK)
    top -= organization.height + 36
    content += _drawn(name, top, ACCENT)
    top -= name.height + 8
    content.append(f"{_colour(GOLD)} {MARGIN} {top:.1f} {LEFT_COLUMN} 2 re f")
    content += _drawn(course, top - 20, INK)
    return _pdf("\n".join(content).encode())


def _drawn(text: SetText, top: float, colour: Colour) -> Iterator[str]:
    yield _colour(colour)
    for number, runs in enumerate(text.rows):
        size = text.size * (scale_of(runs) if runs else 1)
        x, baseline = float(MARGIN), top - text.size * (1.25 * number + 1)
        for run in runs:
            scale = size / run.face.upem
            places = zip(run.glyphs, run.advances, run.offsets or [(0, 0)] * len(run.glyphs), strict=True)
            for glyph, advance, (across, up) in places:
                outline = _Outline(scale, x + across * scale, baseline + up * scale)
                run.face.font.draw_glyph_with_pen(glyph, outline)
                if outline.steps:
                    yield f"{' '.join(outline.steps)} f"
                x += advance * scale


class _Outline:
    """A pen of fontTools that writes the path operators of PDF."""

    def __init__(self, scale: float, x: float, y: float) -> None:
        self.steps: list[str] = []
        self._scale, self._x, self._y = scale, x, y
        self._at = (0.0, 0.0)

    def _place(self, *points: tuple[float, float]) -> str:
        return " ".join(f"{self._x + x * self._scale:.2f} {self._y + y * self._scale:.2f}" for x, y in points)

    def moveTo(self, to: tuple[float, float]) -> None:
        self.steps.append(f"{self._place(to)} m")
        self._at = to

    def lineTo(self, to: tuple[float, float]) -> None:
        self.steps.append(f"{self._place(to)} l")
        self._at = to

    def curveTo(self, *points: tuple[float, float]) -> None:
        self.steps.append(f"{self._place(*points)} c")
        self._at = points[-1]

    def qCurveTo(self, by: tuple[float, float], to: tuple[float, float]) -> None:
        """A quadratic curve as the equal cubic curve."""
        (x0, y0), (x1, y1), (x2, y2) = self._at, by, to
        first = (x0 + 2 / 3 * (x1 - x0), y0 + 2 / 3 * (y1 - y0))
        second = (x2 + 2 / 3 * (x1 - x2), y2 + 2 / 3 * (y1 - y2))
        self.curveTo(first, second, to)

    def closePath(self) -> None:
        self.steps.append("h")


def _colour(colour: Colour) -> str:
    return f"{' '.join(f'{part / 255:.4f}' for part in colour)} rg"


def _pdf(content: bytes) -> bytes:
    """The smallest file with this content (ISO 32000-1, 7.5)."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents 4 0 R/Resources<<>>>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(file)
    file += b"xref\n0 5\n0000000000 65535 f \n%strailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )
    return bytes(file)
