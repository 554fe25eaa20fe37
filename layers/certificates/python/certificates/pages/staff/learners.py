"""Tab *Learners*: status and search."""

from __future__ import annotations

from collections.abc import Mapping

from certificates.http.parameters import MAX_SEARCH_LENGTH
from certificates.lists.csv_of_run import certificates_report
from certificates.lists.learners import MAX_EXAMINED, list_learners
from certificates.pages.answers import Page, found
from certificates.pages.routes import Pages
from certificates.pages.staff.paging import A_PAGE, foot_of, place_in_list
from certificates.pages.staff.run_page import run_of, show
from certificates.pages.staff.standings import LOOKS, Look, shown_standing
from certificates.pages.visit import Visit
from certificates.pages.wording import N_, track
from certificates.rules.model import CourseRun
from certificates.rules.name_warnings import name_warnings
from certificates.rules.standing import CONTRADICTED, EXCEPTED, Standing
from certificates.rules.warnings import LearnerWarning

pages = Pages()

EVERYBODY = Look("", "", N_("All"))
MARKED = Look("diamond", "", N_("Exceptions"))
DOUBTED = Look("triangle", "caution", N_("The LMS and the passing grade disagree"))
NAMES: Mapping[LearnerWarning, Look] = {
    LearnerWarning.NAME_MISSING: Look("triangle", "caution", N_("No name")),
    LearnerWarning.NAME_NOT_PRINTABLE: Look("triangle", "caution", N_("Name cannot be printed")),
    LearnerWarning.NAME_MISSPELT: Look("triangle", "caution", N_("Name with signs apart from their letters")),
}

FILTER_LOOKS: Mapping[str, Look] = {
    "": EVERYBODY,
    **{each.value: LOOKS[each] for each in Standing},
    EXCEPTED: MARKED,
    CONTRADICTED: DOUBTED,
    **{warning.value: look for warning, look in NAMES.items()},
}


def show_learners(visit: Visit, run: CourseRun) -> Page:
    chosen, search = visit.query("status"), visit.query("search")
    listed = list_learners(
        run.course_id,
        wanted=chosen,
        search=search[:MAX_SEARCH_LENGTH],
        limit=A_PAGE,
        after=place_in_list(visit),
        backend=visit.backend,
        now=visit.now,
    )
    rows = [
        {
            "facts": facts,
            "standing": shown_standing(facts, visit.language),
            "track": _track(visit, facts.enrollment),
            "warnings": name_warnings(facts),
        }
        for facts in listed.items
    ]
    return show(
        visit,
        run,
        "learners",
        rows=rows,
        chosen=chosen,
        search=search,
        filters=FILTER_LOOKS,
        most_examined=MAX_EXAMINED,
        warnings={CONTRADICTED: LearnerWarning.VERDICT_CONTRADICTS, **{each.value: each for each in NAMES}},
        foot=foot_of(visit, len(rows), listed.next_after, {"status": chosen, "search": search}),
    )


@pages.page("GET /teach/{course_id}/report.csv")
def download_report(visit: Visit) -> Page:
    """Every learner and certificate of the run as CSV, at an address that works for minutes."""
    run = run_of(visit)
    return found(certificates_report(run.course_id, backend=visit.backend, now=visit.now))


def _track(visit: Visit, enrollment: object) -> str:
    return track(getattr(enrollment, "mode", None), visit.language)
