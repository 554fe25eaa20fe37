"""Tab *Invalidations*: invalidate a certificate with a note, or re-validate it."""

from __future__ import annotations

from certificates.errors import Refusal
from certificates.invalidate import find_holder, invalidate, revalidate
from certificates.lists.csv_of_lists import invalidations_report
from certificates.lists.entries import list_invalidations
from certificates.pages.answers import Page, found, see_other
from certificates.pages.forms import no_such_button
from certificates.pages.routes import Pages
from certificates.pages.staff.history import history_address
from certificates.pages.staff.learner_field import LEARNER_LABELS, faults_of_learner
from certificates.pages.staff.paging import A_PAGE, foot_of, place_in_list
from certificates.pages.staff.questions import Question, ask, name_in
from certificates.pages.staff.run_page import back_to_tab, run_of, show, tab_address
from certificates.pages.visit import Visit
from certificates.pages.wording import translator
from certificates.rules.model import CourseRun, Learner
from certificates.staff_checks import checked_note

pages = Pages()


def show_invalidations(visit: Visit, run: CourseRun, refusal: Refusal | None = None) -> Page:
    listed = list_invalidations(run.course_id, limit=A_PAGE, after=place_in_list(visit), backend=visit.backend)
    return show(
        visit,
        run,
        "invalidations",
        refusal=refusal,
        faults=faults_of_learner(refusal) if "learner" in visit.form else {},
        labels=LEARNER_LABELS,
        listed=listed.items,
        foot=foot_of(visit, len(listed.items), listed.next_after),
    )


def change_invalidations(visit: Visit, run: CourseRun) -> Page:
    """Before an invalidation, a dialog asks again with the learner's name, because the certificate's links stop working
    at once."""
    by, learner, note = visit.person.username, visit.typed("learner"), visit.typed("note")
    try:
        match visit.typed("action"):
            case "ask":
                checked_note(note)
                asked = find_holder(run.course_id, learner, backend=visit.backend, now=visit.now)
                return ask(visit, run, "invalidations", _question(visit, run, asked, note))
            case "invalidate":
                invalidate(run.course_id, learner, note, by=by, backend=visit.backend, now=visit.now)
                return back_to_tab(run, "invalidations", done="invalidated")
            case "revalidate":
                user_id = visit.typed("user_id")
                revalidate(run.course_id, user_id, by=by, backend=visit.backend, now=visit.now)
                if visit.typed("back") == "history":
                    return see_other(f"{history_address(run, user_id)}?done=revalidated")
                return back_to_tab(run, "invalidations", done="revalidated")
            case _:
                raise no_such_button()
    except Refusal as refusal:
        return show_invalidations(visit, run, refusal)


def _question(visit: Visit, run: CourseRun, learner: Learner, note: str) -> Question:
    _, here = translator(visit.language), tab_address(run, "invalidations")
    return Question(
        title=_("Invalidate the certificate of %(name)s?") % {"name": name_in(learner, visit.language)},
        losses=(
            _("The public page says, for everybody who has the link: “This certificate was invalidated.”"),
            _("The PDF is deleted; links handed out stop working."),
        ),
        effects=(_("You can re-validate the certificate later."),),
        facts=(
            (_("Learner"), " · ".join(filter(None, (learner.username, learner.email)))),
            (_("Note, for staff alone"), note),
        ),
        action=here,
        fields={"action": "invalidate", "learner": learner.username, "note": note},
        back=here,
        keep=_("Keep it valid"),
        verb=_("Invalidate 1 certificate"),
    )


@pages.page("GET /teach/{course_id}/invalidations.csv")
def download_invalidations(visit: Visit) -> Page:
    run = run_of(visit)
    return found(invalidations_report(run.course_id, backend=visit.backend, now=visit.now))
