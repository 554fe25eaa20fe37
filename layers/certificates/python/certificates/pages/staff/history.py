"""The history of one learner's certificate, on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from certificates.lookup import gather
from certificates.pages.answers import Page
from certificates.pages.routes import Pages
from certificates.pages.staff.questions import Question, ask, name_in
from certificates.pages.staff.run_page import run_of, show, tab_address
from certificates.pages.staff.standings import LOOKS, shown_standing
from certificates.pages.visit import Visit
from certificates.pages.wording import N_, track, translator
from certificates.rules.further_fields import expiry_of
from certificates.rules.history import ChangeKind, HistoryEntry
from certificates.rules.model import CourseRun, Facts
from certificates.rules.predicates import is_invalidated
from certificates.rules.standing import Standing
from certificates.rules.validity import Validity, validity_of

pages = Pages()

_ACTORS = {"lms": N_("by the LMS"), "schedule": N_("by the schedule")}
"""Who has changed a certificate, beside people."""

_STANDING_OF: Mapping[ChangeKind, Standing] = {
    ChangeKind.ISSUED: Standing.ISSUED,
    ChangeKind.REGENERATED: Standing.ISSUED,
    ChangeKind.REVALIDATED: Standing.ISSUED,
    ChangeKind.IMPORTED: Standing.ISSUED,
    ChangeKind.INVALIDATED: Standing.INVALIDATED,
    ChangeKind.MARKED_NOTPASSING: Standing.WITHDRAWN,
    ChangeKind.MARKED_UNAVAILABLE: Standing.WITHDRAWN,
    ChangeKind.MARKED_UNVERIFIED: Standing.IDENTITY_MISSING,
}
"""The standing that a change looks like. Other changes are about the exception."""


_PUBLIC_PAGES: Mapping[Validity, str] = {
    Validity.WITHDRAWN: N_("This certificate was withdrawn."),
    Validity.INVALIDATED: N_("This certificate was invalidated."),
    Validity.NOT_YET_AVAILABLE: N_("Not available yet."),
    Validity.IMPORTED: N_("This certificate is on record."),
    Validity.EXPIRED: N_("This certificate has expired."),
    Validity.VALID: N_("This certificate is valid."),
}
"""The titles of the certificate's page for everybody. Nothing has a page before it was issued."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """`by`: who, in words, "" for a person, whose username is in the entry."""

    entry: HistoryEntry
    symbol: str
    tone: str
    by: str


@pages.page("GET /teach/{course_id}/learners/{user_id}")
def show_history(visit: Visit) -> Page:
    """Every change of one learner's certificate, the latest first; with `revalidate`, the question before that."""
    run = run_of(visit)
    user_id = visit.path("user_id")
    facts = gather(run.course_id, user_id, backend=visit.backend, now=visit.now)
    if visit.query("revalidate") and is_invalidated(facts):
        return ask(visit, run, "learners", about_revalidation(visit, run, facts))
    history = visit.backend.certificates.history(run.course_id, user_id)
    return show(
        visit,
        run,
        "learners",
        template="staff/history.html",
        facts=facts,
        standing=shown_standing(facts, visit.language),
        track=track(facts.enrollment.mode if facts.enrollment else None, visit.language),
        history=[_shown(visit, entry) for entry in reversed(list(history))],
        expires_on=expiry_of(facts.certificate) if facts.certificate else None,
        public=_PUBLIC_PAGES.get(validity_of(facts, visit.now)),
        invalidated=is_invalidated(facts),
        this_page=history_address(run, user_id),
    )


def history_address(run: CourseRun, user_id: str) -> str:
    return tab_address(run, "learners", f"/{quote(user_id, safe='')}")


def about_revalidation(visit: Visit, run: CourseRun, facts: Facts) -> Question:
    _, back = translator(visit.language), history_address(run, facts.learner.user_id)
    note = facts.invalidation.note if facts.invalidation else ""
    return Question(
        title=_("Re-validate the certificate of %(name)s?") % {"name": name_in(facts.learner, visit.language)},
        effects=(
            _("The learner is decided on anew, by today’s grade, track and exception."),
            _("Whoever may have the certificate gets it back with the same id and issue date: its links work again."),
        ),
        facts=((_("Note of the invalidation"), note),),
        action=tab_address(run, "invalidations"),
        fields={"action": "revalidate", "user_id": facts.learner.user_id, "back": "history"},
        back=back,
        keep=_("Leave it invalidated"),
        verb=_("Re-validate 1 certificate"),
        destructive=False,
    )


def _shown(visit: Visit, entry: HistoryEntry) -> ShownChange:
    standing = _STANDING_OF.get(entry.change)
    symbol, tone = (LOOKS[standing].symbol, LOOKS[standing].tone) if standing else ("diamond", "")
    by = translator(visit.language)(_ACTORS[entry.actor]) if entry.actor in _ACTORS else ""
    return ShownChange(entry, symbol, tone, by)
