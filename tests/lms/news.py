"""Events of the LMS about Mira, followed as the function `learner_records` does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from certificates.lms.events import parse
from certificates.lms.following import follow
from certificates.lms.records import Records
from tests.lms.fake import KEY

MIRA = {"id": 4711, "is_active": True, "pii": {"username": "mira", "email": "mira@example.org", "name": "Mira Okafor"}}
COURSE = {"course_key": KEY}
ENROLLED = {"enrollment": {"user": MIRA, "course": COURSE, "mode": "verified", "is_active": True}}
PASSED = {"course_passing_status": {"user": MIRA, "course": COURSE, "is_passing": True}}
ENROLLMENT = "org.openedx.learning.course.enrollment.created.v1"
PASSING = "org.openedx.learning.course.passing.status.updated.v1"


def send(cloud: Any, event_type: str, data: dict[str, Any], at: datetime) -> None:
    metadata = {"id": "1", "event_type": event_type, "time": at.isoformat()}
    event = parse({"id": "1", "detail-type": event_type, "detail": {"metadata": metadata, **data}}, now=at)
    assert event is not None
    means = cloud.reconciling
    follow(event, backend=cloud, records=Records(files=None, queue=None, store=means.records), now=at)  # type: ignore[arg-type]
