"""The run that a request is about, where the caller may manage it."""

from __future__ import annotations

from certificates.access import require_staff
from certificates.http.api import Request


def staff_of(request: Request) -> str:
    """The run in the path. Raises NotFound `malformed-course-id`, NotAllowed `not-course-staff`."""
    course_id = request.course_id
    require_staff(request.caller, course_id, request.backend.runs)
    return course_id
