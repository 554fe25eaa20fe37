"""Looks up the run of a request, or the facts of a learner in it. Raises a refusal for an unknown one."""

from __future__ import annotations

from datetime import datetime

from certificates.backend import Backend
from certificates.errors import NotFound
from certificates.rules.model import CourseRun, Facts


def read_run(course_id: str, *, backend: Backend) -> CourseRun:
    """The run. Raises NotFound `unknown-course-run`."""
    run = backend.runs.run(course_id)
    if run is None:
        raise unknown_run(course_id)
    return run


def gather(course_id: str, user_id: str, *, backend: Backend, now: datetime) -> Facts:
    """The facts of one learner in one run. Raises NotFound `unknown-course-run` or `unknown-learner`."""
    facts = backend.certificates.facts(course_id, user_id, site=backend.site, now=now)
    if facts is not None:
        return facts
    read_run(course_id, backend=backend)
    raise NotFound("unknown-learner", "No learner is known under this id.")


def unknown_run(course_id: str) -> NotFound:
    return NotFound("unknown-course-run", f"There is no course run {course_id}.", course_id=course_id)
