"""Tab *Design*: how the run's certificates look, with a sample before anything is saved."""

from __future__ import annotations

from dataclasses import replace

from certificates.designs.run_design import design_of, preview, replace_design
from certificates.errors import BadRequest, Refusal
from certificates.pages.answers import Page, see_other
from certificates.pages.site import Visit
from certificates.pages.staff.run_page import back_to_tab, show
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
        languages_of_design={tag: LANGUAGE_NAMES.get(tag, tag) for tag in texts.TEXTS},
        papers=PAPER_NAMES,
        templates={name: TEMPLATE_NAMES.get(name, name) for name in sorted({*templates.names(), design.template})},
    )


def change_design(visit: Visit, run: CourseRun) -> Page:
    typed = None
    try:
        typed = _typed(visit, design_of(run, visit.backend))
        if visit.typed("action") == "preview":
            return see_other(preview(run, typed, backend=visit.backend))
        replace_design(run, typed, active=visit.typed("active") == "on", backend=visit.backend)
    except Refusal as refusal:
        return show_design(visit, run, refusal, typed)
    return back_to_tab(run, "design", done="design")


def _typed(visit: Visit, before: Design) -> Design:
    """The design in the form. A signatory who keeps the name keeps the signature. Raises BadRequest `text-too-long`."""
    images = {signatory.name: signatory.signature_image for signatory in before.signatories}
    columns = (visit.form.get(name, []) for name in ("signatory", "signatory_title", "signatory_organization"))
    rows = [tuple(value.strip() for value in row) for row in zip(*columns, strict=False)]
    if any(len(value) > LONGEST_LINE for row in rows for value in row) or len(visit.typed("title")) > LONGEST_LINE:
        raise BadRequest("text-too-long", f"A line of a certificate holds at most {LONGEST_LINE} characters.")
    signatories = tuple(
        Signatory(name=name, title=title, organization=organization, signature_image=images.get(name))
        for name, title, organization in rows[:MOST_SIGNATORIES]
        if name
    )
    language, template = visit.typed("language"), visit.typed("template")
    if language not in texts.TEXTS:
        raise BadRequest("unknown-choice", f"There is no language {language}.")
    paper = visit.typed("paper")
    if paper not in PAPER_NAMES:
        raise BadRequest("unknown-choice", f"There is no paper {paper}.")
    return replace(
        before,
        template=template,
        paper=paper,
        language=language,
        title=visit.typed("title").strip() or None,
        signatories=signatories,
        own_template=None,
    )
