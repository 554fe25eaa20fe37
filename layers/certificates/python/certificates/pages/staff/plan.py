"""Bulk issuance at a date: one setting of the run, which is also on the tab *Settings*."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from certificates.errors import BadRequest, Refusal
from certificates.lists.kept_counts import recent_counts
from certificates.pages.answers import Page
from certificates.pages.languages import translations
from certificates.pages.staff.questions import Question, ask
from certificates.pages.staff.run_page import back_to_tab, tab_address
from certificates.pages.staff.settings_form import shown_time
from certificates.pages.staff.typed_settings import typed_time, typed_version
from certificates.pages.visit import Visit
from certificates.pages.wording import N_
from certificates.rules.bulk_issuance import issuance_due
from certificates.rules.model import CourseRun
from certificates.rules.settings import settings_of
from certificates.rules.standing import Standing
from certificates.run_settings import replace_run

PLAN_LABELS = {"bulk_at": N_("At a date")}

TIME_FAULTS = frozenset({"bad-time", "time-missing", "time-past", "time-out-of-range"})


def faults_of_plan(refusal: Refusal | None) -> dict[str, Refusal]:
    """The refusal by its field, if the date is the reason."""
    return {"bulk_at": refusal} if refusal is not None and refusal.reason in TIME_FAULTS else {}


def typed_plan(visit: Visit, run: CourseRun) -> dict[str, str]:
    """The fields of the plan: with the typed values, or else with the planned date."""
    due = issuance_due(run)
    ahead = run.bulk_issue_at is not None and due is not None and due > visit.now
    return {
        "when": visit.typed("when") or ("at" if ahead else "now"),
        "bulk_at": visit.typed("bulk_at") or (shown_time(due) if ahead else ""),
    }


def plan_issuance(visit: Visit, run: CourseRun) -> Page:
    """Show the effects of the plan, and save the plan after the confirmation.

    Raises BadRequest `bad-time`, `time-missing`, `time-past`, `bad-number`, and as `replace_run` does.
    """
    at = _date(visit)
    if visit.typed("really") != "yes":
        return ask(visit, run, "generate", _question(visit, run, at))
    replace_run(
        run.course_id,
        replace(settings_of(run), bulk_issue_at=at),
        if_match=typed_version(visit.typed("version")),
        by=visit.person.username,
        backend=visit.backend,
        now=visit.now,
    )
    return back_to_tab(run, "generate", done="planned")


def _date(visit: Visit) -> datetime:
    at = typed_time(visit.typed("bulk_at"))
    if at is None:
        raise BadRequest("time-missing", "The time is missing.")
    if at <= visit.now:
        raise BadRequest("time-past", "This time is past.")
    return at


def _question(visit: Visit, run: CourseRun, at: datetime) -> Question:
    texts, language, here = translations(visit.language.tag), visit.language, tab_address(run, "generate")
    _, due = texts.gettext, issuance_due(run)
    counts, _at = recent_counts(run.course_id, changed_at=None, backend=visit.backend, now=visit.now)
    waiting = counts.standings[Standing.NO_CERTIFICATE]
    earned = texts.ngettext(
        "%(num)s learner has earned a certificate and has none yet. A dry run says who gets one today.",
        "%(num)s learners have earned a certificate and have none yet. A dry run says who gets one today.",
        waiting,
    )
    planned = _("By hand only") if due is None else f"{language.moment(due)} UTC"
    when = f"{language.moment(at)} UTC"
    return Question(
        title=_("Generate certificates on %(moment)s?") % {"moment": when},
        effects=(
            _("Every actively enrolled learner is decided on then, by the grades and names of that time."),
            earned % {"num": language.number(waiting)},
            _("This is the date under Settings. It can be changed until then."),
        ),
        facts=((_("Planned until now"), planned),),
        action=here,
        fields={
            "kind": "bulk",
            "when": "at",
            "bulk_at": shown_time(at),
            "version": visit.typed("version"),
            "really": "yes",
        },
        back=here,
        keep=_("Go back"),
        verb=_("Save the date"),
        destructive=False,
    )
