"""The form of a design: filled in with the saved design, and read with the typed values and the faults by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from certificates.designs.limits import MAX_LINE_LENGTH, MOST_SIGNATORIES, TEMPLATE_NAME
from certificates.errors import BadRequest, Refusal
from certificates.pages.staff.filled import Filled
from certificates.pages.staff.signatures import checked_signature
from certificates.pages.wording import N_
from certificates.rendering import templates, texts
from certificates.rendering.model import Design, Signatory
from certificates.rules.model import CourseRun
from certificates.rules.setting_checks import checked_text

PAPER_NAMES = {"": N_("The template’s own"), "a4": N_("A4"), "letter": N_("Letter")}
SHOWN_NAMES = {"hours": N_("Hours"), "grade": N_("Grade")}
"""The fields that the included designs can print after the date of issue."""

SIGNATORY = ("signatory", "signatory_title", "signatory_organization")


def filled_with_design(design: Design, *, active: bool) -> Filled:
    """The form with the values of this design."""
    rows = [(each.name, each.title, each.organization) for each in design.signatories]
    rows += [("", "", "")] * (MOST_SIGNATORIES - len(rows))
    columns = zip(*rows, strict=True)
    return Filled(
        {
            "template": [design.template if design.template in templates.names() else ""],
            "own_template": ["" if design.template in templates.names() else design.template],
            "title": [design.title or ""],
            "language": [design.language],
            "paper": [design.paper],
            "show": list(design.show),
            "active": ["on"] if active else [],
            **dict(zip(SIGNATORY, map(list, columns), strict=True)),
        }
    )


def typed_design(
    form: Filled, files: Mapping[str, bytes], run: CourseRun, before: Design
) -> tuple[Design, dict[str, Refusal]]:
    """The typed design, and the faults by the id of the field.

    A signature stays with the name of its signatory: nobody gets another person's signature.
    """
    faults: dict[str, Refusal] = {}
    title, language, paper = form.text("title").strip(), form.text("language"), form.text("paper")
    if len(title) > MAX_LINE_LENGTH:
        faults["title"] = _too_long()
    elif title and (refusal := _not_printed(title)):
        faults["title"] = refusal
    if language not in texts.TEXTS:
        faults["design-language"] = BadRequest("unknown-choice", f"There is no language {language}.")
    if paper not in PAPER_NAMES:
        faults["paper"] = BadRequest("unknown-choice", f"There is no paper {paper}.")
    template = form.text("own_template").strip() or form.text("template")
    if not re.fullmatch(TEMPLATE_NAME, template):
        faults["own-template"] = BadRequest("malformed-template", f"{template} is no name of a template.")
    show = tuple(name for name in SHOWN_NAMES if name in form.all("show"))
    if "hours" in show and "hours" not in {*run.fields, *run.field_columns}:
        faults["show"] = BadRequest("hours-unknown", "The settings of the run have no line hours.")
    typed = replace(
        before,
        template=template,
        paper=paper,
        language=language,
        title=title or None,
        show=show,
        signatories=_signatories(form, files, before, faults),
        own_template=None,
    )
    return typed, faults


def _signatories(
    form: Filled, files: Mapping[str, bytes], before: Design, faults: dict[str, Refusal]
) -> tuple[Signatory, ...]:
    kept = {signatory.name: signatory.signature_image for signatory in before.signatories}
    removed = set(form.all("remove_signature"))
    found = []
    rows = list(zip(*(form.all(name) for name in SIGNATORY), strict=False))[:MOST_SIGNATORIES]
    for number, row in enumerate(rows, 1):
        name, title, organization = (text.strip() for text in row)
        image = kept.get(name) if str(number) not in removed else None
        if any(len(text) > MAX_LINE_LENGTH for text in (name, title, organization)):
            faults[f"signatory-{number}"] = _too_long()
        elif refusal := next(filter(None, map(_not_printed, filter(None, (name, title, organization)))), None):
            faults[f"signatory-{number}"] = refusal
        try:
            image = checked_signature(files.get(f"signature-{number}")) or image
        except BadRequest as refusal:
            faults[f"signature-{number}"] = refusal
        if name:
            found.append(Signatory(name, title, organization, image))
        elif title or organization or f"signature-{number}" in files:
            faults.setdefault(f"signatory-{number}", BadRequest("signatory-nameless", "A signatory has a name."))
    return tuple(found)


def _not_printed(text: str) -> BadRequest | None:
    """Why a text cannot stand on one line of a certificate."""
    try:
        checked_text("line", text)
    except BadRequest as refusal:
        return refusal
    return None


def _too_long() -> BadRequest:
    return BadRequest("text-too-long", f"A line of a certificate has at most {MAX_LINE_LENGTH} characters.")
