"""Tab *Design*: how the run's certificates look, with samples before anything is saved."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping

from certificates.designs.limits import MAX_SIGNATURE_BYTES, MOST_SIGNATORIES
from certificates.designs.run_design import design_of, replace_design
from certificates.designs.samples import SAMPLE_NAMES, lay_out_sample
from certificates.errors import PreconditionFailed, Refusal
from certificates.http.answers import status_of
from certificates.pages.answers import Page, see_other
from certificates.pages.forms import no_such_button
from certificates.pages.staff.design_form import (
    PAPER_NAMES,
    SHOWN_NAMES,
    filled_with_design,
    typed_design,
)
from certificates.pages.staff.filled import Filled
from certificates.pages.staff.run_page import back_to_tab, run_of, show, tab_address
from certificates.pages.staff.signatures import PNG
from certificates.pages.visit import Visit
from certificates.pages.wording import N_, flaw_of_design, refusal_sentence, translator
from certificates.rendering import templates, texts
from certificates.rendering.flaws import DesignFlaw
from certificates.rendering.model import Design
from certificates.rules.model import CourseRun

LANGUAGE_NAMES = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "pt": "Português",
    "ar": "العربية",
    "he": "עברית",
    "hi": "हिन्दी",
    "zh": "中文",
    "ja": "日本語",
    "zh-Hant": "繁體中文",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ru": "Русский",
    "uk": "Українська",
    "tr": "Türkçe",
    "ko": "한국어",
    "id": "Bahasa Indonesia",
    "vi": "Tiếng Việt",
}
TEMPLATE_NAMES = {"formal": N_("Formal, with guilloche border"), "modern": N_("Modern, upright")}
DESIGN_LABELS = {
    "template": N_("Template"),
    "own-template": N_("A template of your own"),
    "title": N_("Title of the certificate"),
    "design-language": N_("Language"),
    "paper": N_("Paper"),
    "show": N_("Behind the date of issue"),
    "signatories": N_("Signatories"),
    "active": N_("In use"),
}
DESIGN_FIELDS = {
    "template": ("template", "own_template"),
    "title": ("title",),
    "design-language": ("language",),
    "paper": ("paper",),
    "show": ("show",),
    "signatories": ("signatory", "signatory_title", "signatory_organization", "remove_signature"),
    "active": ("active",),
}
"""The fields of the form that belong together."""


ACTIONS = {"save", "preview", "picture"}
"""The buttons of the form, and the script of the page."""


def show_design(
    visit: Visit,
    run: CourseRun,
    refusal: Refusal | None = None,
    faults: Mapping[str, Refusal] | None = None,
    warnings: tuple[DesignFlaw, ...] = (),
) -> Page:
    """The form with the saved design, or with every typed field of a refused form.

    `warnings` are about the design that was just saved: parts that will probably not look right.
    """
    _ = translator(visit.language)
    design = design_of(run, visit.backend)
    saved = filled_with_design(design, active=run.design_active)
    form = Filled.posted(visit.form) if "template" in visit.form else saved
    rows = form.rows("signatory", "signatory_title", "signatory_organization", spare=MOST_SIGNATORIES)
    pictures = {signatory.name: _shown(signatory.signature_image) for signatory in design.signatories}
    numbers = range(1, MOST_SIGNATORIES + 1)
    of_signatory = {f"signatory-{number}": _("Signatory %(number)s") % {"number": number} for number in numbers}
    of_signature = {f"signature-{number}": of_signatory[f"signatory-{number}"] for number in numbers}
    return show(
        visit,
        run,
        "design",
        refusal=refusal,
        faults=faults,
        warnings=[flaw_of_design(each, visit.language) for each in warnings],
        labels=DESIGN_LABELS | of_signatory | of_signature,
        form=form,
        opened=_version(design, active=run.design_active),
        changed={name for name, fields in DESIGN_FIELDS.items() if form.differs(saved, fields)},
        saved=json.dumps({name: list(saved.all(name)) for fields in DESIGN_FIELDS.values() for name in fields}),
        signatories=rows[:MOST_SIGNATORIES],
        pictures=[pictures.get(row[0].strip(), "") for row in rows[:MOST_SIGNATORIES]],
        languages_of_design={tag: LANGUAGE_NAMES.get(tag, tag) for tag in texts.TEXTS},
        papers=PAPER_NAMES,
        shows=SHOWN_NAMES,
        templates={name: TEMPLATE_NAMES.get(name, name) for name in sorted(templates.names())},
        samples=SAMPLE_NAMES,
        max_signature_bytes=MAX_SIGNATURE_BYTES,
        sample=_sample(visit.typed("sample")),
        shown_sample=tab_address(run, "sample.png"),
    )


def change_design(visit: Visit, run: CourseRun) -> Page:
    """Save the form, or show a sample: as a file, or as a picture for the script of the page."""
    as_picture = visit.typed("action") == "picture"
    before = design_of(run, visit.backend)
    typed, faults = typed_design(Filled.posted(visit.form), visit.files, run, before)
    if faults and not as_picture:
        return show_design(visit, run, next(iter(faults.values())), faults)
    try:
        if visit.typed("action") not in ACTIONS:
            raise no_such_button()
        if faults:
            raise next(iter(faults.values()))
        if as_picture:
            return _picture(visit, run, typed, visit.typed("sample"))
        if visit.typed("action") == "preview":
            sample = lay_out_sample(run, typed, _sample(visit.typed("sample")), backend=visit.backend, now=visit.now)
            return see_other(visit.backend.documents.link(sample, "sample.pdf"))
        if visit.typed("opened") not in {"", _version(before, active=run.design_active)}:
            raise PreconditionFailed("changed-meanwhile", "The design is not the one that was opened.")
        active, by = visit.typed("active") == "on", visit.person.username
        run, warnings = replace_design(run, typed, active=active, by=by, backend=visit.backend, now=visit.now)
    except Refusal as refusal:
        if as_picture:
            text = refusal_sentence(visit, refusal)
            return Page(status_of(refusal), text.encode(), "text/plain; charset=utf-8", {"Cache-Control": "no-store"})
        at_template = refusal.reason in {"unknown-template", "bad-template"}
        return show_design(visit, run, refusal, {"own-template": refusal} if at_template else None)
    if warnings:
        return show_design(visit, run, warnings=warnings)
    return back_to_tab(run, "design", done="design")


def _version(design: Design, *, active: bool) -> str:
    """Identifies the content of the form. Settings also change the design, but such a change is no conflict here."""
    texts_of_form = filled_with_design(design, active=active).texts
    signatures = [_shown(signatory.signature_image) for signatory in design.signatories]
    return hashlib.sha256(json.dumps([texts_of_form, signatures], sort_keys=True).encode()).hexdigest()[:16]


def show_sample(visit: Visit) -> Page:
    """The saved design as a picture. Raises BadRequest `design-failed` if it cannot be laid out."""
    run = run_of(visit)
    return _picture(visit, run, design_of(run, visit.backend), visit.query("sample"))


def _picture(visit: Visit, run: CourseRun, design: Design, kind: str) -> Page:
    from certificates.rendering.picturing import page

    document = lay_out_sample(run, design, _sample(kind), backend=visit.backend, now=visit.now)
    pdf = visit.backend.documents.get(document)
    if pdf is None:
        raise LookupError(f"{document} was laid out and is not in the bucket")
    return Page(200, page(pdf), "image/png", {"Cache-Control": "no-store"})


def _sample(kind: str) -> str:
    return kind if kind in SAMPLE_NAMES else next(iter(SAMPLE_NAMES))


def _shown(image: bytes | None) -> str:
    """An image as an address with its content, "" without one."""
    if image is None:
        return ""
    kind = "png" if image.startswith(PNG) else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
