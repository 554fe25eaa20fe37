"""Sample certificates of a run, with names of several kinds, so that staff see a design with each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from certificates.backend import Backend
from certificates.designs.run_design import complete, keep_design
from certificates.rendering.fields import Fields
from certificates.rendering.further import DATES, GRADE
from certificates.rendering.model import Design
from certificates.rules.days import day_of
from certificates.rules.further_fields import of_certificate
from certificates.rules.model import CourseRun

SAMPLE_NAMES: Mapping[str, str] = {
    "short": "Li Wu",
    "usual": "Zoë Ångström",
    "long": "María-Fernanda de los Ángeles Etxeberria-Vandenbroucke y Sánchez-Villalobos",
    "devanagari": "प्रिया शर्मा",
    "arabic": "ليلى عبد الرحمن",
    "chinese": "欧阳若曦",
}
"""Invented people, by the kind of their names."""

SAMPLE_GRADE = "0.92"
NO_ID = "0" * 32
"""The id that a sample shows: no certificate has it."""


def lay_out_sample(run: CourseRun, design: Design, kind: str, *, backend: Backend, now: datetime) -> str:
    """Lay out a certificate of a sample name, marked as a sample. Returns the key of the stored PDF.

    Raises DesignFailed with the fault, KeyError for an unknown kind of name.
    """
    name = SAMPLE_NAMES[kind]
    design = complete(design, run, backend=backend)
    digest = keep_design(design, backend=backend)
    document = f"previews/{digest}-{kind}.pdf"
    backend.renderer.preview(digest, document, _fields(run, design, name, backend, now))
    return document


def _fields(run: CourseRun, design: Design, name: str, backend: Backend, now: datetime) -> Fields:
    """The fields of a sample: today's date, and example values for the learner's own fields."""
    issued_on = day_of(now, run, backend.site)
    own = of_certificate(run, None, issued_on)
    values = {asked: own.get(asked) or _example(run, asked) for asked in design.names_of_learners()}
    return Fields(
        name=name,
        issued_on=issued_on,
        verify_uuid=NO_ID,
        revision=1,
        verify_url=f"{backend.base_url}/certificates/{NO_ID}",
        sample=True,
        values=tuple(sorted((asked, value) for asked, value in values.items() if value)),
    )


def _example(run: CourseRun, name: str) -> str:
    if name == GRADE:
        return SAMPLE_GRADE
    # A date gets no example: the heading of its column is no date.
    return "" if name in DATES else run.field_columns.get(name, "")
