"""Lays a design out once, so that each certificate is only filled in.

The page is rendered in full with sentinel values. The places of the sentinels are measured, and their drawing is cut
out of the page. Everything else is stored as finished, compressed PDF objects.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date

from certificates.rendering import binding, conformance, full, readable, texts
from certificates.rendering.artefact import Artefact, Slot
from certificates.rendering.compile import cutting, objects, preparing, slimming, slots
from certificates.rendering.errors import DesignFault
from certificates.rendering.fields import Fields
from certificates.rendering.flaws import design_flaw
from certificates.rendering.formats import date_parts
from certificates.rendering.further import DATES, FIELD_KEY, GRADE
from certificates.rendering.model import Design

_UUID = "00000000-0000-4000-8000-000000000000"
_SENTINEL = Fields("Nomen Nescio", date(2000, 1, 1), _UUID, 1, f"https://verify.invalid/{_UUID}")


def compile_design(design: Design) -> bytes:
    """The artefact for `fill.load_compiled`. The same design gives the same bytes. Raises DesignFault or Unrenderable
    with the fault of the design.
    """
    sentinel = _SENTINEL._replace(values=tuple(_sentinel_values(design)))
    page = binding.bind(design, sentinel)
    with full.faults_raised(own=design.own_template is not None):
        document = full.lay_out(page, slots_whole=True)
        pdf = full.write(document, page, design, sentinel)
    if design.own_template:
        conformance.refuse(pdf)
        readable.refuse_unreadable_code(document)
    found = slots.find(document)
    missing = [key for key in binding.NEEDED if key not in {place.key for place in found}]
    if missing:
        raise DesignFault("slot-missing", design_flaw("slot-without-place", slots=", ".join(missing)))
    language = texts.base_language(design.language)
    formats = binding.formats_of(design.language)
    cut = cutting.cut(pdf, found, _SENTINEL.verify_url)
    slimming.slim(cut.pdf)
    parts = objects.serialise(cut, _SENTINEL.verify_url)
    cut = dataclasses.replace(cut, slots=tuple(_with_form(slot, design.language) for slot in cut.slots))
    labels = binding.labels_of(design)
    likely = preparing.Likely(texts.TEXTS[language].issued, formats, labels, dict(design.fields))
    fonts, prepared, prefix, table = preparing.prepare(parts, cut.slots, likely)
    return Artefact(
        design=design.digest(),
        language=design.language,
        organization=design.organization,
        accessible=True,
        title=page.title.removesuffix(f" – {_SENTINEL.name}"),
        issued=texts.TEXTS[language].issued,
        date_parts=formats.dates.parts,
        date_months=formats.dates.months,
        date_first=formats.dates.first,
        date_short=formats.dates.short,
        percent=(formats.percent.written, formats.percent.decimal),
        fields=design.fields,
        labels=labels,
        matrix=cut.matrix,
        slots=cut.slots,
        codes=cut.codes,
        alt=texts.TEXTS[language].qr,
        root=parts.root,
        info=parts.info,
        metadata=parts.metadata,
        content=parts.content,
        spoken=parts.spoken,
        links=parts.links,
        figures=parts.figures,
        fonts=fonts,
        prepared=prepared,
        prefix=prefix,
        table=table.hex(),
    ).to_bytes()


def _sentinel_values(design: Design) -> Iterator[tuple[str, str]]:
    """A value for each field of learners, so that its line exists and can be measured."""
    for name in sorted(design.names_of_learners()):
        yield name, {GRADE: "1"}.get(name, "2000-01-01" if name in DATES else "Nescio")


def _with_form(slot: Slot, language: str) -> Slot:
    """The slot with the parts of its date's form. A date without its own form has the long form, if no sentence
    contains it."""
    name = slot.key.removeprefix(FIELD_KEY)
    if slot.parts:
        return slot._replace(parts=date_parts(slot.parts[0], language))
    return slot._replace(parts=date_parts("long", language)) if name in DATES else slot
