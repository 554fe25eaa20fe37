"""Course ids: `course-v1:Org+Number+Run`, or `ccx-v1:…` for a coach's copy."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PART = r"[\w\-~.:]+"
"""Open edX's own rule for organization, number and run."""
_COURSE_ID = re.compile(rf"(course-v1|ccx-v1):{_PART}\+{_PART}\+[\w\-~.:@+]+", re.UNICODE)

MAX_LENGTH = 255
"""Open edX's own column width for a course key."""


def number_of(course_id: str) -> str:
    """The course's number: STAT101 of course-v1:Org+STAT101+2026."""
    return course_id.partition(":")[2].split("+")[1]


def is_ours(text: str) -> bool:
    """Whether this is the key of a run that can have certificates. The key need not be well-formed."""
    return unquote(text.strip()).startswith(("course-v1:", "ccx-v1:"))


def parse_course_id(text: str) -> str | None:
    """The course id in a segment of a path or in a column, or None when the text is no course id.

    The text may be URL-encoded or not: no course id has a percent sign, so decoding twice does no harm.
    """
    course_id = unquote(text.strip())
    return course_id if len(course_id) <= MAX_LENGTH and _COURSE_ID.fullmatch(course_id) else None
