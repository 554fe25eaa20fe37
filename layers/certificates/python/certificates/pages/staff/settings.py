"""Tab *Settings*: the whole of a run's settings as one form, replaced at the version that was read."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from certificates.errors import BadRequest, PreconditionFailed, Refusal
from certificates.pages.answers import Page
from certificates.pages.site import Visit
from certificates.pages.staff.run_page import back_to_tab, show
from certificates.pages.wording import N_, TRACKS, track
from certificates.rules.days import zone_names
from certificates.rules.model import AUDIT, CourseRun, Display, Pacing
from certificates.rules.settings import NEVER, Never, RunSettings, settings_of
from certificates.run_settings import replace_run

Choice = TypeVar("Choice", Display, Pacing)

LABELS = {
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
    "credential": N_("Credential"),
}


def show_settings(
    visit: Visit, run: CourseRun, refusal: Refusal | None = None, typed: RunSettings | None = None
) -> Page:
    """The form with the run's settings, or with those that were typed and not taken."""
    shown = typed or settings_of(run)
    modes = sorted({*TRACKS, *run.eligible_modes, *shown.eligible_modes} - {AUDIT})
    return show(
        visit,
        run,
        "settings",
        refusal=refusal,
        shown=shown,
        never=shown.bulk_issue_at == NEVER,
        bulk_at=shown.bulk_issue_at if isinstance(shown.bulk_issue_at, datetime) else None,
        modes=[(mode, track(mode, visit.language)) for mode in modes],
        labels=LABELS,
        reads_lms=visit.backend.lms is not None,
        zones=sorted(zone_names()),
        site_zone=visit.backend.site.time_zone,
        theirs=_differences(run, typed) if isinstance(refusal, PreconditionFailed) and typed else (),
    )


def save_settings(visit: Visit, run: CourseRun) -> Page:
    typed = None
    try:
        typed = _typed(visit, run)
        version = visit.typed("version")
        if not version.isascii() or not version.isdigit():
            raise BadRequest("bad-number", "The form has no version.")
        hide = visit.typed("hide_shown") == "on"
        replace_run(run.course_id, typed, if_match=int(version), backend=visit.backend, now=visit.now, hide_shown=hide)
    except Refusal as refusal:
        return show_settings(visit, run, refusal, typed)
    return back_to_tab(run, "settings", done="saved")


def _typed(visit: Visit, run: CourseRun) -> RunSettings:
    """What the form does not show stays as it is. Raises BadRequest `bad-number`, `bad-time`."""
    display = _choice(Display, visit.typed("display"))
    pacing = _choice(Pacing, visit.typed("pacing"))
    changed_pacing = visit.typed("pacing_before") not in {"", pacing.value}
    unchanged_switch = visit.typed("self_generation") == visit.typed("self_generation_before")
    bulk: datetime | Never | None = {"never": NEVER, "at": time(visit.typed("bulk_at"))}.get(visit.typed("bulk"))
    return RunSettings(
        title=visit.typed("title"),
        organization=visit.typed("organization"),
        pacing=pacing,
        start=time(visit.typed("start")),
        end=time(visit.typed("end")),
        passing_grade=_percent(visit.typed("passing_grade")),
        automatic_generation=visit.typed("automatic_generation") == "on",
        available_on=time(visit.typed("available_on")) if display is Display.END_WITH_DATE else None,
        eligible_modes=frozenset(visit.form.get("mode", ())),
        identity_required={"on": True, "off": False}.get(visit.typed("identity_required")),
        credential=visit.typed("credential") != "off",
        # A new pacing sets the switch, unless the same form changes the switch too.
        self_generation=None if changed_pacing and unchanged_switch else visit.typed("self_generation") == "on",
        display=display,
        bulk_issue_at=bulk,
        fields=run.fields,
        field_columns=run.field_columns,
        valid_months=run.valid_months,
        time_zone=visit.typed("time_zone").strip() or None,
    )


def time(text: str) -> datetime | None:
    """What a field for date and time holds, in UTC. Raises BadRequest `bad-time`."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadRequest("bad-time", f"{text} is no date and time.") from error


def _percent(text: str) -> Decimal:
    """Raises BadRequest `bad-number`."""
    try:
        return Decimal(text.strip().removesuffix("%").strip().replace(",", ".")) / 100
    except InvalidOperation as error:
        raise BadRequest("bad-number", f"{text} is no number.") from error


def _choice(choices: type[Choice], name: str) -> Choice:
    """Raises BadRequest `unknown-choice`."""
    try:
        return choices(name)
    except ValueError as error:
        raise BadRequest("unknown-choice", f"There is no choice {name}.") from error


def _differences(run: CourseRun, typed: RunSettings) -> list[tuple[str, object, object]]:
    """Label, theirs and yours of each setting that is not the same."""
    theirs = settings_of(run)
    pairs = ((name, getattr(theirs, name), getattr(typed, name)) for name in LABELS)
    return [(LABELS[name], now, wanted) for name, now, wanted in pairs if now != wanted]
