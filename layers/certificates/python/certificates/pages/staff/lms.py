"""What staff have the LMS asked for: a run made of what it says, or brought into step."""

from __future__ import annotations

from certificates.access import require_staff
from certificates.errors import Refusal
from certificates.pages.answers import Page
from certificates.pages.site import Visit
from certificates.pages.staff.run_page import back_to_tab
from certificates.pages.staff.settings import show_settings
from certificates.reconciliation.run import sync_run


def sync_run_on_page(visit: Visit) -> Page:
    """The button: the run may not be here yet. What is refused is told over the settings of a run that is here."""
    course_id = visit.course_id
    require_staff(visit.person.caller, course_id, visit.backend.runs)
    try:
        run, _ = sync_run(course_id, backend=visit.backend, now=visit.now)
    except Refusal as refusal:
        before = visit.backend.runs.run(course_id)
        if before is None:
            raise
        return show_settings(visit, before, refusal)
    return back_to_tab(run, "settings", done="synced")
