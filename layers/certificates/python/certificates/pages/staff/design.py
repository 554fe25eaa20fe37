"""Tab *Design*: how the run's certificates look, with a sample before anything is saved."""

from __future__ import annotations

import base64
from dataclasses import replace

from certificates.designs.run_design import design_of, preview, replace_design
from certificates.errors import BadRequest, Refusal
from certificates.pages.answers import Page, see_other
from certificates.pages.site import Visit
from certificates.pages.staff.run_page import back_to_tab, show
from certificates.pages.staff.signatures import PNG, checked_signature
from certificates.pages.wording import N_
from certificates.rendering import templates, texts
from certificates.rendering.model import Design, Signatory
from certificates.rules.model import CourseRun

MOST_SIGNATORIES = 4
LONGEST_LINE = 120

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
PAPER_NAMES = {"": N_("The template’s own"), "a4": N_("A4"), "letter": N_("Letter")}
TEMPLATE_NAMES = {"formal": N_("Formal, with guilloche border"), "modern": N_("Modern, upright")}


def show_design(visit: Visit, run: CourseRun, refusal: Refusal | None = None, typed: Design | None = None) -> Page:
    design = typed or design_of(run, visit.backend)
    empty = (Signatory(name=""),) * (MOST_SIGNATORIES - len(design.signatories))
    return show(
        visit,
        run,
        "design",
        refusal=refusal,
        design=design,
        signatories=(*design.signatories, *empty),
        pictures=[_shown(signatory.signature_image) for signatory in (*design.signatories, *empty)],
        languages_of_design={tag: LANGUAGE_NAMES.get(tag, tag) for tag in texts.TEXTS},
        papers=PAPER_NAMES,
        templates={name: TEMPLATE_NAMES.get(name, name) for name in sorted({*templates.names(), design.template})},
    )


def change_design(visit: Visit, run: CourseRun) -> Page:
    typed = None
    try:
        before = design_of(run, visit.backend)
        typed = _typed(visit, before)
        typed = _signed(visit, typed)
        if visit.typed("action") == "preview":
            return see_other(preview(run, typed, backend=visit.backend))
        replace_design(run, typed, active=visit.typed("active") == "on", backend=visit.backend)
    except Refusal as refusal:
        return show_design(visit, run, refusal, typed)
    return back_to_tab(run, "design", done="design")


def _typed(visit: Visit, before: Design) -> Design:
    """The design in the form, with the signatures that it keeps. Raises BadRequest `text-too-long`, `unknown-choice`.

    A signatory who keeps the name keeps the signature: nobody gets another person's.
    """
    images = {signatory.name: signatory.signature_image for signatory in before.signatories}
    removed = set(visit.form.get("remove_signature", ()))
    kept = {number: images.get(signatory.name) for number, signatory in _rows(visit) if str(number) not in removed}
    language, template, paper = visit.typed("language"), visit.typed("template"), visit.typed("paper")
    if len(visit.typed("title")) > LONGEST_LINE:
        raise BadRequest("text-too-long", f"A line of a certificate holds at most {LONGEST_LINE} characters.")
    if language not in texts.TEXTS:
        raise BadRequest("unknown-choice", f"There is no language {language}.")
    if paper not in PAPER_NAMES:
        raise BadRequest("unknown-choice", f"There is no paper {paper}.")
    return replace(
        before,
        template=template,
        paper=paper,
        language=language,
        title=visit.typed("title").strip() or None,
        signatories=tuple(replace(one, signature_image=kept.get(number)) for number, one in _rows(visit)),
        own_template=None,
    )


def _signed(visit: Visit, typed: Design) -> Design:
    """The design with the signatures that were sent now. Raises as `checked_signature` does."""
    sent = {number: checked_signature(visit.files.get(f"signature-{number}"), number) for number, _ in _rows(visit)}
    pairs = zip(_rows(visit), typed.signatories, strict=True)
    signed = (replace(one, signature_image=sent[number] or one.signature_image) for (number, _), one in pairs)
    return replace(typed, signatories=tuple(signed))


def _rows(visit: Visit) -> list[tuple[int, Signatory]]:
    """Signatories with a name, each with the number of its row. Raises BadRequest `text-too-long`."""
    columns = (visit.form.get(name, []) for name in ("signatory", "signatory_title", "signatory_organization"))
    rows = [tuple(value.strip() for value in row) for row in zip(*columns, strict=False)][:MOST_SIGNATORIES]
    if any(len(value) > LONGEST_LINE for row in rows for value in row):
        raise BadRequest("text-too-long", f"A line of a certificate holds at most {LONGEST_LINE} characters.")
    return [(number, Signatory(*row)) for number, row in enumerate(rows, 1) if row[0]]


def _shown(image: bytes | None) -> str:
    """An image as the address that holds it, "" for none."""
    if image is None:
        return ""
    kind = "png" if image.startswith(PNG) else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
