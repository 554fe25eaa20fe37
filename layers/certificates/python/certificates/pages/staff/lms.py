"""The LMS's part of the tab *Records*, and the button that makes a run from the LMS or brings it into step."""

from __future__ import annotations

from certificates.access import require_staff
from certificates.errors import Refusal
from certificates.pages.answers import Page
from certificates.pages.staff.run_page import back_to_tab
from certificates.pages.staff.settings import show_settings
from certificates.pages.visit import Visit
from certificates.reconciliation.run import sync_run
from certificates.reconciliation.starting import list_differences, list_reconciliations
from certificates.rules.model import CourseRun
from certificates.rules.reconciliation import ReconciliationState

READINGS_SHOWN = 5
DIFFERENCES_SHOWN = 50


def lms_panel(visit: Visit, run: CourseRun) -> dict[str, object] | None:
    """The LMS's part of the tab *Records*, None without an LMS."""
    if visit.backend.reconciling is None:
        return None
    backend = visit.backend
    readings = list_reconciliations(run.course_id, limit=READINGS_SHOWN, after=None, backend=backend).items
    differing = list_differences(run.course_id, limit=DIFFERENCES_SHOWN, after=None, backend=backend)
    return {
        "readings": readings,
        "asks": bool(readings) and readings[0].state is ReconciliationState.ASKS,
        "running": any(each.state is ReconciliationState.RUNNING for each in readings),
        "differing": [
            (learner or difference.user_id, sorted(difference.since.items())) for difference, learner in differing.items
        ],
        "more": differing.next_after is not None,
    }


def sync_run_on_page(visit: Visit) -> Page:
    """The button for a run that may not exist here yet. For an existing run, the settings show a refusal."""
    course_id = visit.course_id
    require_staff(visit.person.caller, course_id, visit.backend.runs)
    try:
        by, hide = visit.person.username, visit.typed("hide_shown") == "on"
        run, _ = sync_run(course_id, by=by, backend=visit.backend, now=visit.now, hide_shown=hide)
    except Refusal as refusal:
        before = visit.backend.runs.run(course_id)
        if before is None:
            raise
        return show_settings(visit, before, refusal)
    return back_to_tab(run, "settings", done="synced")
