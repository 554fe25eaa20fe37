"""Tab *Settings*: all settings of a run as one form, replaced at the version that was read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NamedTuple

from certificates.errors import BadRequest, PreconditionFailed, Refusal
from certificates.http.language import Language
from certificates.pages.answers import Page
from certificates.pages.staff.filled import Filled
from certificates.pages.staff.run_page import back_to_tab, show
from certificates.pages.staff.setting_texts import setting_in_words
from certificates.pages.staff.settings_form import (
    SETTING_FIELDS,
    changed_settings,
    filled_with_settings,
    merged_settings,
)
from certificates.pages.staff.typed_settings import Faults, typed_settings, typed_version
from certificates.pages.visit import Visit
from certificates.pages.wording import N_, TRACKS, track, translator
from certificates.rules.days import zone_names
from certificates.rules.further_fields import MAX_FIELDS
from certificates.rules.model import AUDIT, CourseRun
from certificates.rules.settings import RunSettings, apply_settings, settings_of
from certificates.rules.warnings import LearnerWarning
from certificates.run_settings import replace_run

SETTING_LABELS = {
    "title": N_("Title"),
    "organization": N_("Organization"),
    "pacing": N_("Pacing"),
    "start": N_("Start"),
    "end": N_("End"),
    "self_generation": N_("Learners may request"),
    "automatic_generation": N_("Automatic issuing"),
    "display": N_("When certificates are shown"),
    "available_on": N_("Shown on"),
    "bulk_issue_at": N_("Bulk issuance"),
    "passing_grade": N_("Passing grade"),
    "eligible_modes": N_("Tracks that carry a certificate"),
    "identity_required": N_("Identity check"),
    "time_zone": N_("Time zone"),
    "valid_months": N_("Validity"),
    "fields": N_("Further lines"),
    "field_columns": N_("Lines of each learner"),
    "credential": N_("Credential"),
    "notices": N_("Mails to learners"),
    "contact": N_("Contact"),
}

SPARE_ROWS = 2
"""Empty rows of the form to type further lines into."""


def show_settings(
    visit: Visit,
    run: CourseRun,
    refusal: Refusal | None = None,
    typed: RunSettings | None = None,
    faults: Faults | None = None,
) -> Page:
    """The form with the run's settings, or with every typed field of a refused form."""
    saved = filled_with_settings(settings_of(run))
    form = Filled.posted(visit.form) if "version" in visit.form else saved
    opened = _opened(form) if isinstance(refusal, PreconditionFailed) else None
    both = changed_settings(form, saved)
    if opened is not None:
        both &= changed_settings(form, opened) & changed_settings(saved, opened)
        form = merged_settings(form, opened, saved)
    _ = translator(visit.language)
    modes = sorted({*TRACKS, *run.eligible_modes, *form.all("mode")} - {AUDIT})
    return show(
        visit,
        run,
        "settings",
        refusal=refusal,
        faults=faults or {},
        labels=SETTING_LABELS,
        form=form,
        changed=changed_settings(form, saved),
        saved=json.dumps({name: list(saved.all(name)) for names in SETTING_FIELDS.values() for name in names}),
        modes=[(mode, track(mode, visit.language)) for mode in modes],
        lines=form.rows("field_name", "field_text", spare=SPARE_ROWS)[:MAX_FIELDS],
        columns=form.rows("column_name", "column_heading", spare=SPARE_ROWS)[:MAX_FIELDS],
        contradicts=LearnerWarning.VERDICT_CONTRADICTS,
        reads_lms=visit.backend.lms is not None,
        syncs=visit.path("tab") == "sync",
        zones=sorted(zone_names()),
        site_zone=visit.backend.site.time_zone,
        sends_mail=visit.backend.site.sends_mail,
        both=" · ".join(_(SETTING_LABELS[name]) for name in SETTING_LABELS if name in both),
        theirs=_changes(run, typed, opened, visit.language)
        if isinstance(refusal, PreconditionFailed) and typed
        else (),
    )


def save_settings(visit: Visit, run: CourseRun) -> Page:
    typed, faults = typed_settings(Filled.posted(visit.form), settings_of(run))
    if faults:
        every = {**_rule_faults(run, typed), **faults}
        faults = {name: every[name] for name in SETTING_LABELS if name in every}
        return show_settings(visit, run, next(iter(faults.values())), typed, faults)
    try:
        version = typed_version(visit.typed("version"))
        hide = visit.typed("hide_shown") == "on"
        replace_run(
            run.course_id,
            typed,
            if_match=version,
            by=visit.person.username,
            backend=visit.backend,
            now=visit.now,
            hide_shown=hide,
        )
    except Refusal as refusal:
        return show_settings(visit, run, refusal, typed, _rule_faults(run, typed))
    return back_to_tab(run, "settings", done="saved")


def _rule_faults(run: CourseRun, typed: RunSettings) -> dict[str, Refusal]:
    """All faults by setting. A rule names one fault: the faulty setting then gets its saved value, to find the next."""
    saved, faults = settings_of(run), dict[str, Refusal]()
    while True:
        try:
            apply_settings(run, typed, run.course_id)
        except BadRequest as refusal:
            # `fields.hours` is a line of `fields`.
            setting = str(refusal.values.get("field", "")).partition(".")[0]
            if setting in faults or setting not in SETTING_LABELS:
                return faults
            faults[setting] = refusal
            typed = replace(typed, **{setting: getattr(saved, setting)})
        else:
            return faults


class SettingChange(NamedTuple):
    """A setting that somebody has changed since the form was opened, in lines of words. `opened` is empty if the form
    has no such value."""

    label: str
    opened: tuple[str, ...]
    theirs: tuple[str, ...]
    yours: tuple[str, ...]


def _changes(run: CourseRun, typed: RunSettings, opened: Filled | None, language: Language) -> list[SettingChange]:
    theirs = settings_of(run)
    before = typed_settings(opened, theirs)[0] if opened is not None else None
    settings = (
        (name, getattr(before, name, None), getattr(theirs, name), getattr(typed, name)) for name in SETTING_LABELS
    )
    return [
        SettingChange(
            SETTING_LABELS[name],
            setting_in_words(name, was, language) if before is not None else (),
            setting_in_words(name, saved, language),
            setting_in_words(name, wanted, language),
        )
        for name, was, saved, wanted in settings
        if saved != wanted or (before is not None and was != saved)
    ]


def _opened(form: Filled) -> Filled | None:
    """The settings at the opening of the form. The form itself has them; None if it does not."""
    try:
        texts = json.loads(form.text("opened"))
        return Filled(
            {name: [str(text) for text in texts[name]] for names in SETTING_FIELDS.values() for name in names}
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
