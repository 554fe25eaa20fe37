"""Is an issued certificate shown? A question about the run and the time alone."""

from __future__ import annotations

from datetime import datetime

from certificates.rules.model import CourseRun, Display, Pacing


def is_always_shown(run: CourseRun) -> bool:
    return run.pacing is Pacing.SELF or run.display is Display.EARLY_NO_INFO


def shown_on(run: CourseRun) -> datetime | None:
    """The moment from which certificates are shown; None where they always are, or where no date was ever set."""
    if is_always_shown(run):
        return None
    return run.available_on if run.display is Display.END_WITH_DATE else run.end


def is_shown(run: CourseRun, now: datetime) -> bool:
    moment = shown_on(run)
    return is_always_shown(run) or (moment is not None and moment <= now)
