"""Is an issued certificate shown? The run and the time decide, and nothing else."""

from __future__ import annotations

from datetime import datetime

from certificates.rules.model import CourseRun, Display, Pacing


def is_always_shown(run: CourseRun) -> bool:
    return run.pacing is Pacing.SELF or run.display is Display.EARLY_NO_INFO


def shown_on(run: CourseRun) -> datetime | None:
    """The moment from which certificates are shown; None: they are always shown, or no date is set."""
    if is_always_shown(run):
        return None
    return run.available_on if run.display is Display.END_WITH_DATE else run.end


def is_shown(run: CourseRun, now: datetime) -> bool:
    moment = shown_on(run)
    return is_always_shown(run) or (moment is not None and moment <= now)
