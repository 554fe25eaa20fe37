"""My runs: those that a member of course staff may manage."""

from __future__ import annotations

from certificates.http.cursors import cursor_of
from certificates.pages.answers import Page
from certificates.pages.site import Pages, Visit
from certificates.pages.staff.paging import place_in_list

pages = Pages()

RUNS_A_PAGE = 50


@pages.page("GET /teach")
def my_runs(visit: Visit) -> Page:
    runs, person = visit.backend.runs, visit.person
    start = place_in_list(visit)
    if person.global_staff:
        found = runs.all_runs(limit=RUNS_A_PAGE, after=start)
    else:
        found = runs.runs_of_staff(person.username, limit=RUNS_A_PAGE, after=start)
    return visit.show("staff/runs.html", runs=found.items, next_cursor=cursor_of(found.next_after))
