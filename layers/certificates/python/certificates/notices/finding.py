"""A daily check: certificates that were issued early must wait to be shown, each with a waiting item.

A certificate has no such item if it was issued before the operator switched events, mail and webhooks on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from certificates.notices.showing import Showing
from certificates.rules.model import CourseRun, Status
from certificates.rules.visibility import is_shown
from certificates.telemetry import logger

RUNS = 100


def find_early(after: str, showing: Showing, *, now: datetime, out_of_time: Callable[[], bool]) -> str | None:
    """Check the runs whose ids come `after` this one. Returns the last run if the time is over, None at the end."""
    last: str | None = after or None
    while True:
        page = showing.runs.all_runs(limit=RUNS, after=last)
        for run in page.items:
            if not is_shown(run, now):
                _have_wait(run, showing, now)
            if out_of_time():
                return run.course_id
        if (last := page.next_after) is None:
            return None


def _have_wait(run: CourseRun, showing: Showing, now: datetime) -> None:
    waiting = set(showing.waiting.learners(run.course_id))
    listed = showing.listing.walk(run.course_id, "CERTIFICATE", attributes=("status",))
    early = [entry.user_id for entry in listed if entry.text("status") == Status.DOWNLOADABLE]
    missing = [(run.course_id, user_id) for user_id in early if user_id not in waiting]
    held = showing.certificates.held(missing).values()
    # The LMS has announced an imported certificate already: no change is sent.
    found = [it for it in held if it.status is Status.DOWNLOADABLE and it.imported_at is None]
    if found:
        showing.waiting.wait([(it.course_id, it.user_id, it.revision) for it in found], now)
        logger.info("found early certificates", extra={"course_id": run.course_id, "certificates": len(found)})
