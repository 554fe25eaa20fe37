"""My runs: the runs that the person may manage, with their present work."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from certificates.http.cursors import cursor_of
from certificates.lists.kept_counts import RecentCounts, counts_of_many
from certificates.pages.answers import Page
from certificates.pages.routes import Pages
from certificates.pages.staff.paging import place_in_list
from certificates.pages.visit import Visit
from certificates.rules.course_id import parse_course_id
from certificates.rules.jobs import Job
from certificates.rules.model import CourseRun
from certificates.rules.visibility import is_shown

pages = Pages()

RUNS_A_PAGE = 50
COUNTING_SECONDS = 1.0
"""The time limit for counting learners in a view. Other runs show their earlier counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One run of the list. `counted` None: there was no time to count its learners yet."""

    run: CourseRun
    counted: RecentCounts | None
    job: Job | None
    shown: bool


@pages.page("GET /teach")
def my_runs(visit: Visit) -> Page:
    found = visit.backend.runs.runs_managed_by(visit.person.caller, limit=RUNS_A_PAGE, after=place_in_list(visit))
    return visit.show(
        "staff/runs.html",
        rows=_rows(visit, found.items),
        first=not visit.query("cursor"),
        next_cursor=cursor_of(found.next_after),
        reads_lms=visit.backend.lms is not None,
        missing=_missing(visit),
    )


def _rows(visit: Visit, runs: Iterable[CourseRun]) -> list[Row]:
    by_id = {run.course_id: run for run in runs}
    until = time.monotonic() + COUNTING_SECONDS
    counted = counts_of_many(
        list(by_id), backend=visit.backend, now=visit.now, out_of_time=lambda: time.monotonic() > until
    )
    running = visit.backend.jobs.running_in(by_id)
    return [
        Row(run, counted.get(course_id), running.get(course_id), is_shown(run, visit.now))
        for course_id, run in by_id.items()
    ]


def _missing(visit: Visit) -> list[str]:
    """Runs of the LMS that this person may manage and that do not exist here yet, also a typed one."""
    if visit.backend.lms is None:
        return []
    caller, typed = visit.person.caller, parse_course_id(visit.query("add"))
    wanted = set(sorted(caller.rights.course_ids)[:RUNS_A_PAGE])
    if typed and (caller.global_staff or caller.rights.manages(typed)):
        wanted.add(typed)
    return sorted(wanted - set(visit.backend.runs.runs_by_id(wanted)))
