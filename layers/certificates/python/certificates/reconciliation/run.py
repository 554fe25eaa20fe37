"""Makes a course run from the LMS's data, or brings a run's settings into step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from certificates.backend import Backend
from certificates.errors import Busy, NotFound, PreconditionFailed, PreconditionRequired
from certificates.lms_api.connection import LmsConnection
from certificates.lms_api.values import LmsCourse
from certificates.rules.model import CourseRun, Display, Pacing
from certificates.rules.settings import RunSettings, settings_of
from certificates.run_settings import replace_run

ATTEMPTS_TO_SYNC = 3


def require_lms(backend: Backend) -> LmsConnection:
    """The LMS. Raises NotFound `no-lms` if the operator named none."""
    if backend.lms is None:
        raise NotFound("no-lms", "Nobody has named an LMS to read from.")
    return backend.lms


def sync_run(
    course_id: str, *, by: str, backend: Backend, now: datetime, hide_shown: bool = False
) -> tuple[CourseRun, bool]:
    """The run with the LMS's title, organization, dates, pacing and passing grade, and whether it is new.

    Other settings stay. Raises NotFound `no-lms`, `unknown-course-run` if the LMS has no such run, LmsUnavailable,
    BadRequest for settings that are refused, Conflict `would-hide-shown` unless the caller sets `hide_shown` (see
    `replace_run`), Busy.
    """
    lms = require_lms(backend)
    reader = lms.as_service()
    course = reader.course(course_id, lms.service_username(reader))
    if course is None:
        raise NotFound("unknown-course-run", f"The LMS has no course run {course_id}.", course_id=course_id)
    for _ in range(ATTEMPTS_TO_SYNC):
        before = backend.runs.run(course_id)
        wanted = in_step(before, course)
        if before is not None and wanted == settings_of(before):
            return before, False
        try:
            version = before.version if before is not None else None
            return replace_run(
                course_id, wanted, if_match=version, by=by, backend=backend, now=now, hide_shown=hide_shown
            )
        except (PreconditionFailed, PreconditionRequired):
            # Staff saved the settings at this moment: the LMS's values go into theirs.
            continue
    raise Busy("The settings of this run are being changed by others right now. Try again.")


def in_step(before: CourseRun | None, course: LmsCourse) -> RunSettings:
    """The stored settings of a run, with the LMS's values. `before` None: the run is new."""
    known: dict[str, Any] = {
        "title": course.title,
        "organization": course.organization,
        "pacing": Pacing.SELF if course.self_paced else Pacing.INSTRUCTOR,
        "start": course.start,
        "end": course.end,
        **({"passing_grade": course.passing_grade} if course.passing_grade is not None else {}),
        **_shown(course),
    }
    if before is not None:
        wanted = replace(settings_of(before), **known)
        # A new pacing sets the switch for learners' requests, as when staff change it.
        return replace(wanted, self_generation=None) if wanted.pacing is not before.pacing else wanted
    wanted = RunSettings(**known)
    if wanted.end is None and wanted.display in {None, Display.END} and wanted.pacing is Pacing.INSTRUCTOR:
        # Without an end, certificates would never be shown. Staff must look at the run before the first issue.
        return replace(wanted, display=Display.EARLY_NO_INFO, automatic_generation=False)
    return wanted


def _shown(course: LmsCourse) -> dict[str, Any]:
    """When certificates are shown. Only Studio has this."""
    if course.display not in set(Display):
        return {}
    display = Display(course.display)
    return {"display": display, "available_on": course.available_on if display is Display.END_WITH_DATE else None}
