"""My runs: those that a member of course staff may manage."""

from __future__ import annotations

from certificates.http.cursors import cursor_of
from certificates.pages.answers import Page
from certificates.pages.site import Pages, Visit
from certificates.pages.staff.paging import place_in_list
from certificates.rules.course_id import parse_course_id

pages = Pages()

RUNS_A_PAGE = 50


@pages.page("GET /teach")
def my_runs(visit: Visit) -> Page:
    found = visit.backend.runs.runs_managed_by(visit.person.caller, limit=RUNS_A_PAGE, after=place_in_list(visit))
    return visit.show(
        "staff/runs.html",
        runs=found.items,
        next_cursor=cursor_of(found.next_after),
        reads_lms=visit.backend.lms is not None,
        missing=_missing(visit),
    )


def _missing(visit: Visit) -> list[str]:
    """Runs of the LMS that this person may manage and that are not here yet; one that was typed is among them."""
    if visit.backend.lms is None:
        return []
    caller, typed = visit.person.caller, parse_course_id(visit.query("add"))
    wanted = set(sorted(caller.rights.course_ids)[:RUNS_A_PAGE])
    if typed and (caller.global_staff or caller.rights.manages(typed)):
        wanted.add(typed)
    return sorted(wanted - set(visit.backend.runs.runs_by_id(wanted)))
