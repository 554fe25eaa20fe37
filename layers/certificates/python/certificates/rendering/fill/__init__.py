"""Fills a compiled design in for one learner, in less than a millisecond.

HarfBuzz shapes the learner's lines and subsets their fonts. The new objects are appended to the design's finished
objects. Nothing lays out a page here: if a line could differ from the full layout, NeedsFullRender is raised and
nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from certificates.rendering import attaching, coverage, metadata, qr
from certificates.rendering.artefact import UNSPOKEN, Artefact, Slot
from certificates.rendering.errors import NeedsFullRender
from certificates.rendering.fields import Fields
from certificates.rendering.formats import DateFormat, PercentFormat
from certificates.rendering.further import FIELD_KEY, Formats, issued_line
from certificates.rendering.languages import RIGHT_TO_LEFT
from certificates.shown_text import shown

from .addresses import Addresses, Shaped
from .catalog import catalog_of
from .drawing import draw_code, draw_line
from .embedding import Font, GlyphText, embed
from .faces import Face
from .lines import TEXT_DOES_NOT_FIT, Line, nothing_on, set_line
from .prepared import PreparedFonts
from .shaping import Run
from .writing import Writer, stream, text_string

# Placeholders in an object's text. Those of slots are keys with the value 0.
_MARK = re.compile(r"(/@(?:left|right|uri|contents|alt)@|/@[^@\s]+@ 0)")


def load_compiled(content: bytes) -> CompiledDesign:
    """Raises ArtefactFault if the bytes are not a complete compiled design of this version."""
    return CompiledDesign(Artefact.from_bytes(content))


class CompiledDesign:
    """A design ready to be filled in. It has nothing of any learner, so a warm function may keep it."""

    def __init__(self, artefact: Artefact) -> None:
        self._artefact = artefact = artefact._replace(slots=tuple(map(_with_bundled_faces, artefact.slots)))
        self._table = bytes.fromhex(artefact.table)
        self._catalog = catalog_of(artefact)
        parts = (*artefact.spoken, *artefact.links, *artefact.figures)
        self._parts = [(part.number, _MARK.split(part.text)) for part in parts]
        dates = DateFormat(artefact.date_parts, artefact.date_months, artefact.date_first, artefact.date_short)
        self._formats = Formats(dates, PercentFormat(*artefact.percent))
        self._own_fields = frozenset(
            [slot.key.removeprefix(FIELD_KEY) for slot in artefact.slots if slot.key.startswith(FIELD_KEY)]
            + [name for name, _ in artefact.labels]
        )
        self._direction = "rtl" if artefact.language in RIGHT_TO_LEFT else "ltr"
        self._matrix = " ".join(f"{value:g}" for value in artefact.matrix)
        self._dates: dict[tuple[Slot, date], Line] = {}
        self._prepared = PreparedFonts(artefact.prepared)
        self._shaped = Shaped(self._prepared)

    @property
    def digest(self) -> str:
        """The digest of the design: `Design.digest()`."""
        return self._artefact.design

    def fill(self, fields: Fields, attachments: Sequence[attaching.Attachment] = ()) -> bytes:
        """The certificate as PDF. The same fields and files give the same bytes. Raises NeedsFullRender."""
        if fields.sample:
            raise NeedsFullRender("sample")
        if len(fields.verify_url) > qr.LONGEST or not fields.verify_url.isascii():
            raise NeedsFullRender("address")
        artefact = self._artefact
        fields = fields.only(self._own_fields)
        addresses = Addresses(fields.verify_uuid, self._shaped)
        lines = [self._line(slot, fields, addresses) for slot in artefact.slots]
        name = next(line for line in lines if line.slot.key == "name")
        writer = Writer(artefact.prefix, self._table)
        self._draw(writer, lines, fields.verify_url)
        self._describe(writer, lines, fields, name)
        if attachments:
            self._attach(writer, attachments, fields)
        return writer.finish(artefact.root, artefact.info, metadata.identifier(artefact.design, fields))

    def fits_name(self, name: str, language: str) -> bool:
        """Whether a learner's name fits the design, if need be on several lines in small print. True if only a full
        layout knows."""
        slot = next(slot for slot in self._artefact.slots if slot.key == "name")
        try:
            self._name(slot, name, language)
        except NeedsFullRender as need:
            return need.reason != TEXT_DOES_NOT_FIT
        return True

    def _name(self, slot: Slot, name: str, language: str) -> Line:
        return set_line(slot, name, self._direction, language)

    def _line(self, slot: Slot, fields: Fields, addresses: Addresses) -> Line:
        if slot.key == "name":
            return self._name(slot, fields.name, fields.language)
        if slot.key.startswith(FIELD_KEY):
            return self._field(slot, fields)
        if slot.key != "date":
            return addresses.set_line(slot, fields.verify_uuid if slot.key == "id" else fields.verify_url)
        if fields.values and self._artefact.labels and not slot.parts:
            return set_line(slot, self._sentence(fields), self._direction)
        # The same for all certificates of one day.
        line = self._dates.get((slot, fields.issued_on))
        if line is None:
            text = self._formats.day(fields.issued_on, slot.parts) if slot.parts else self._sentence(fields)
            line = self._dates[slot, fields.issued_on] = self._kept(set_line(slot, text, self._direction))
        return line

    def _kept(self, line: Line) -> Line:
        """A line that many certificates have. It is drawn once, if the design's own fonts have its letters."""
        fonts = list(filter(None, map(self._prepared.font_of, line.runs)))
        if len(fonts) < len(line.runs):
            return line
        return line._replace(drawn=draw_line(line, fonts, self._artefact.language))

    def _sentence(self, fields: Fields) -> str:
        issued = self._artefact.issued.format(date=self._formats.day(fields.issued_on))
        values = dict((*self._artefact.fields, *fields.values))
        return issued_line(issued, self._artefact.labels, values, self._formats)

    def _field(self, slot: Slot, fields: Fields) -> Line:
        name = slot.key.removeprefix(FIELD_KEY)
        value = dict((*self._artefact.fields, *fields.values)).get(name, "")
        text = shown(self._formats.printed(name, value, slot.parts))
        return set_line(slot, text, self._direction) if text else nothing_on(slot)

    def _draw(self, writer: Writer, lines: list[Line], url: str) -> None:
        own = _Own(writer)
        chosen = [
            [] if line.drawn else [self._prepared.font_of(run) or own.want(run) for run in line.runs] for line in lines
        ]
        own.embed()
        part = self._artefact.fonts
        writer.put(part.number, part.text.replace("/@fonts@ 0", own.resources).encode("latin-1"))
        drawn = [f"q {self._matrix} cm\n"]
        for line, fonts in zip(lines, chosen, strict=True):
            drawn.append(line.drawn or draw_line(line, fonts, self._artefact.language))
        drawn += [draw_code(code, url) for code in self._artefact.codes]
        drawn.append("Q")
        # Compression would save five of a hundred kilobytes, and cost a fifth of the time.
        writer.put(self._artefact.content, stream("".join(drawn).encode("ascii"), pack=False))

    def _describe(self, writer: Writer, lines: list[Line], fields: Fields, name: Line) -> None:
        artefact = self._artefact
        title = f"{artefact.title} – {name.text}"
        url = fields.verify_url.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        address = next(line for line in lines if line.slot.key == "verify_url")
        scale, shift = artefact.matrix[0], artefact.matrix[4]
        marks = {
            "/@left@": f"{address.x * scale + shift:.3f}",
            "/@right@": f"{(address.x + address.width) * scale + shift:.3f}",
            "/@uri@": f"({url})",
            "/@contents@": text_string(fields.verify_url),
            "/@alt@": text_string(artefact.alt.format(url=fields.verify_url)),
        }
        for line in lines:
            if line.slot.key not in UNSPOKEN:
                marks[f"/@{line.slot.mcid}@ 0"] = _spoken(line, artefact.language)
                # As in format 3.
                marks[f"/@{line.slot.key}@ 0"] = marks[f"/@{line.slot.mcid}@ 0"]
        for number, pieces in self._parts:
            writer.put(number, "".join([marks.get(piece, piece) for piece in pieces]).encode("latin-1"))
        xmp = metadata.xmp(title, artefact.language, artefact.organization, fields, accessible=artefact.accessible)
        writer.put(artefact.metadata, stream(xmp, b"/Type/Metadata/Subtype/XML", pack=False))
        day = metadata.pdf_date(fields)
        author = f"/Author{text_string(artefact.organization)}" if artefact.organization.strip() else ""
        dates = f"/CreationDate({day})/ModDate({day})"
        writer.put(
            artefact.info, f"<</Title{text_string(title)}{author}/Producer({metadata.PRODUCER}){dates}>>".encode()
        )

    def _attach(self, writer: Writer, attachments: Sequence[attaching.Attachment], fields: Fields) -> None:
        numbers = []
        for attachment in attachments:
            # Compression would save one kilobyte of the credential's two forms, and cost a third of the time.
            written = stream(
                attachment.content, _joined(attaching.entries_of_stream(attachment, fields)).encode(), pack=False
            )
            entries = _joined(attaching.entries_of_specification(attachment, writer.add(written)))
            numbers.append(writer.add(f"<<{entries}>>".encode()))
        entries = _joined(attaching.entries_of_catalog(attachments, numbers))
        writer.put(self._artefact.root, f"<<{self._catalog}{entries}>>".encode("latin-1"))


def _joined(entries: attaching.Entries) -> str:
    return "".join([f"/{key}{value}" for key, value in entries.items()])


def _spoken(line: Line, language: str) -> str:
    """The entries for screen readers in a line's structure element: see `structure`."""
    language_entry = f"/Lang({line.language})" if line.language and line.language != language else ""
    return language_entry + (f"/ActualText{text_string(line.text)}" if line.right_to_left else "")


def _with_bundled_faces(slot: Slot) -> Slot:
    """The slot without fonts of an older release that are missing now: their texts are laid out in full."""
    return slot._replace(faces=tuple(filter(coverage.is_bundled, slot.faces)))


class _Own:
    """The further fonts of one certificate."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._glyph_texts: dict[Face, set[GlyphText]] = {}
        self._fonts: dict[Face, Font] = {}
        self.resources = ""

    def want(self, run: Run) -> Font:
        """The font for the run's glyphs. It has its codes after all fonts are embedded."""
        self._glyph_texts.setdefault(run.face, set()).update(run.glyph_texts)
        return self._fonts.setdefault(run.face, (f"N{len(self._fonts)}", {}))

    def embed(self) -> None:
        for face, glyph_texts in self._glyph_texts.items():
            name, codes = self._fonts[face]
            number, numbers = embed(self._writer, face, glyph_texts)
            codes.update({one: f"{code:04x}" for one, code in numbers.items()})
            self.resources += f"/{name} {number} 0 R "
