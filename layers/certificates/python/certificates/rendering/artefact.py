"""A compiled design as bytes: the result of compilation, the input of filling.

    certificate-design 4 <crc32 of all that follows this line, in hex> <length of the header>\\n
    <header: JSON, UTF-8, sorted keys: the fields of `Artefact` but `prefix`>
    <prefix: the static part of the PDF, from %PDF to the last static object>

It contains no code, and loading runs none. The checksum finds a damaged artefact. In format 1 it was SHA-256, but
loading that library takes longer than filling a certificate. Formats 1 and 2 have no `organization`, no `spoken`, and
the structure that WeasyPrint made: their certificates declare PDF/A-3b. Formats 1 to 3 have no further fields.

Annotations are values in this module. As texts, each would be compiled when a new process defines its class.
"""

import json
import zlib
from typing import Any, NamedTuple

from .errors import RenderingError

FORMAT = 4
# Slots with ASCII texts: the structure need not give screen readers their language and the order of letters.
UNSPOKEN = ("id", "verify_url")
_MAGIC = b"certificate-design"


class ArtefactFault(RenderingError):
    """The bytes are no compiled design, have another version, or are damaged: compile the design again."""


class Slot(NamedTuple):
    """One line of the learner's text. Lengths are CSS pixels, y downwards."""

    key: str  # name, date, id, verify_url, or a field's name behind "field:"
    tag: str  # of its marked content
    mcid: int
    anchor: str  # left, center, right: which point of the line `x` is
    x: float
    baseline: float
    width: float  # that the line may take
    size: float
    paint: str  # PDF operators that set its colour
    features: tuple[tuple[str, int], ...]  # further OpenType features
    faces: tuple[str, ...]  # font files; the first with a character prints it
    language: str
    least: float = 0.55  # the smallest share of its size for a long text
    lines: int = 1  # the most lines of a long text
    height: float = 0  # of all these lines together
    parts: tuple[str, ...] = ()  # of a date with its own form, see `formats.DateFormat`


class Code(NamedTuple):
    """The place of a QR code: its corner and its side in CSS pixels."""

    tag: str
    mcid: int
    x: float
    y: float
    side: float
    paint: str


class ArtefactPart(NamedTuple):
    """A PDF object with values that filling adds: `text` has them as /@name@."""

    number: int
    text: str


class PreparedFont(NamedTuple):
    """A subset in the prefix, with the letters of nearly every line."""

    file: str
    name: str  # among the page's font resources
    glyphs: tuple[tuple[int, int, str], ...]  # glyph of the whole font, code that shows it, text that it reads as
    checksum: int = 0  # of the whole font, CRC-32; 0 where an older release left it out


class Artefact(NamedTuple):
    design: str  # the digest of the design that this was made from
    language: str
    organization: str
    accessible: bool  # whether certificates may declare PDF/A-3a and PDF/UA-1
    title: str  # what stands before " – " and the name in the document's title
    issued: str  # the sentence with {date}
    date_parts: tuple[str, ...]  # see `formats.DateFormat`
    date_months: tuple[str, ...]
    date_first: str
    matrix: tuple[float, ...]  # from CSS pixels to PDF points, as the operator cm takes it
    slots: tuple[Slot, ...]
    codes: tuple[Code, ...]
    prepared: tuple[PreparedFont, ...]
    table: str  # cross-reference entries of six bytes each (`fill.writing.entry`) in hex; zeros for objects to come
    root: int
    info: int
    metadata: int
    content: int
    fonts: ArtefactPart  # the page's font resources: /@fonts@
    spoken: tuple[ArtefactPart, ...]  # elements of the structure: /@7@ 0 for the slot of marked content 7
    links: tuple[ArtefactPart, ...]  # /@left@ /@right@ /@uri@ /@contents@
    figures: tuple[ArtefactPart, ...]  # /@alt@
    alt: str  # the QR code's alternate text with {url}
    prefix: bytes
    date_short: tuple[str, ...] = ()
    percent: tuple[str, str] = ("{number}%", ".")  # see `formats.PercentFormat`
    fields: tuple[tuple[str, str], ...] = ()  # the run's values
    labels: tuple[tuple[str, str], ...] = ()  # of what is printed behind the date, with {value}

    def to_bytes(self) -> bytes:
        values: dict[str, Any] = self._asdict()
        prefix: bytes = values.pop("prefix")
        values["fonts"] = self.fonts._asdict()
        for key in ("slots", "codes", "prepared", "spoken", "links", "figures"):
            values[key] = [part._asdict() for part in values[key]]
        header = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        body = header + prefix
        return b"%s %d %s %d\n" % (_MAGIC, FORMAT, _checksum(FORMAT, body), len(header)) + body

    @classmethod
    def from_bytes(cls, content: bytes) -> "Artefact":
        line, _, body = content.partition(b"\n")
        words = line.split(b" ")
        if len(words) != 4 or words[0] != _MAGIC:
            raise ArtefactFault("not a compiled design")
        if words[1] not in (b"1", b"2", b"3", b"4"):
            raise ArtefactFault(f"a compiled design of format {words[1].decode(errors='replace')}, not {FORMAT}")
        if _checksum(int(words[1]), body) != words[2]:
            raise ArtefactFault("the compiled design is damaged")
        length = int(words[3])
        values: dict[str, Any] = {"organization": "", "accessible": False, "spoken": ()} | json.loads(body[:length])
        values["slots"] = tuple(
            Slot(
                **slot
                | {
                    "faces": tuple(slot["faces"]),
                    "features": tuple(map(tuple, slot["features"])),
                    "parts": tuple(slot.get("parts", ())),
                }
            )
            for slot in values["slots"]
        )
        values["codes"] = tuple(Code(**code) for code in values["codes"])
        for key in ("spoken", "links", "figures"):
            values[key] = tuple(ArtefactPart(**part) for part in values[key])
        values["fonts"] = ArtefactPart(**values["fonts"])
        for key in ("date_parts", "date_months", "matrix", "date_short", "percent"):
            if key in values:
                values[key] = tuple(values[key])
        for key in ("fields", "labels"):
            values[key] = tuple(tuple(pair) for pair in values.get(key, ()))
        values["prepared"] = tuple(
            PreparedFont(
                font["file"], font["name"], tuple(tuple(glyph) for glyph in font["glyphs"]), font.get("checksum", 0)
            )
            for font in values["prepared"]
        )
        return cls(prefix=body[length:], **values)


def _checksum(form: int, body: bytes) -> bytes:
    if form == 1:
        import hashlib

        return hashlib.sha256(body).hexdigest().encode()
    return b"%08x" % zlib.crc32(body)
