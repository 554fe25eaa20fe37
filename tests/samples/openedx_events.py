"""Open edX events as EventBridge delivers them, in the payloads of openedx-events' `learning/data.py`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

COURSE_ID = "course-v1:Lyceum+BOT101+2026_T3"
EVENT_ID = "5ab0cf92-c90f-11f0-9d3c-0242ac120002"

COURSE = {"course_key": COURSE_ID, "display_name": "Botany", "start": "2026-09-01T00:00:00+00:00", "end": None}


def user(
    user_id: int = 42, username: str = "ana", email: str = "ana@example.com", name: str = "Ana Lima"
) -> dict[str, Any]:
    return {"id": user_id, "is_active": True, "pii": {"username": username, "email": email, "name": name}}


def event(event_type: str, name: str, data: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """An EventBridge event; EventBridge's own time is five seconds later and has no fraction, as is usual."""
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": event_type,
        "source": "openedx.lms",
        "account": "123456789012",
        "time": at.replace(microsecond=0, second=min(at.second + 5, 59)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "eu-west-1",
        "resources": [],
        "detail": {
            "metadata": {
                "event_type": event_type,
                "id": EVENT_ID,
                "minorversion": 0,
                "source": "openedx/lms/web",
                "sourcehost": "lms-1",
                "time": at.isoformat(),
                "sourcelib": [11, 2, 0],
            },
            name: data,
        },
    }


def as_cloud_event(message: dict[str, Any]) -> dict[str, Any]:
    """The same event in the message format of OEP-41."""
    detail = dict(message["detail"])
    metadata = dict(detail.pop("metadata"))
    metadata["type"] = metadata.pop("event_type")
    return {**message, "detail": {**metadata, "data": detail}}


def enrollment(
    change: str,
    *,
    mode: str,
    at: datetime,
    active: bool = True,
    learner: dict[str, Any] | None = None,
    course_id: str = COURSE_ID,
) -> dict[str, Any]:
    data = {
        "user": learner or user(),
        "course": {**COURSE, "course_key": course_id},
        "mode": mode,
        "is_active": active,
        "creation_date": "2026-09-02T08:30:00+00:00",
        "created_by": None,
    }
    return event(f"org.openedx.learning.course.enrollment.{change}.v1", "enrollment", data, at=at)


def unenrollment(*, mode: str, at: datetime) -> dict[str, Any]:
    data = enrollment("changed", mode=mode, at=at, active=False)["detail"]["enrollment"]
    return event("org.openedx.learning.course.unenrollment.completed.v1", "enrollment", data, at=at)


def passing_status(
    passing: bool, *, at: datetime, learner: dict[str, Any] | None = None, course_id: str = COURSE_ID
) -> dict[str, Any]:
    data = {"is_passing": passing, "course": {**COURSE, "course_key": course_id}, "user": learner or user()}
    return event("org.openedx.learning.course.passing.status.updated.v1", "course_passing_status", data, at=at)


def grade_summary(percent: float, *, at: datetime, user_id: int = 42, course_id: str = COURSE_ID) -> dict[str, Any]:
    data = {
        "user_id": user_id,
        "course": {**COURSE, "course_key": course_id},
        "course_edited_timestamp": "2026-09-01T00:00:00+00:00",
        "course_version": "",
        "grading_policy_hash": "NiGhcAFSrpyijXbow9XKE1Cp1GA=",
        "percent_grade": percent,
        "letter_grade": "Pass",
        "passed_timestamp": at.isoformat(),
    }
    return event("org.openedx.learning.course.persistent_grade_summary.changed.v1", "grade", data, at=at)


def identity_approved(*, until: datetime | None, at: datetime, learner: dict[str, Any] | None = None) -> dict[str, Any]:
    data = {
        "attempt_id": 7,
        "user": learner or user(),
        "status": "approved",
        "name": "Ana Maria Lima",
        "expiration_date": until.isoformat() if until else None,
    }
    return event("org.openedx.learning.idv_attempt.approved.v1", "idv_attempt", data, at=at)


def access_role(change: str, role: str, *, at: datetime) -> dict[str, Any]:
    data = {"user": user(), "org_key": "Lyceum", "course_key": COURSE_ID, "role": role}
    return event(f"org.openedx.learning.user.course_access_role.{change}.v1", "course_access_role_data", data, at=at)


def one_of_each(at: datetime) -> list[dict[str, Any]]:
    ccx = passing_status(True, at=at)
    ccx_type = "org.openedx.learning.ccx.course.passing.status.updated.v1"
    return [
        enrollment("created", mode="verified", at=at),
        enrollment("changed", mode="verified", at=at),
        unenrollment(mode="verified", at=at),
        passing_status(True, at=at),
        event(ccx_type, "course_passing_status", ccx["detail"]["course_passing_status"], at=at),
        grade_summary(0.83, at=at),
        identity_approved(until=datetime(2028, 1, 1, tzinfo=UTC), at=at),
        access_role("added", "beta_testers", at=at),
        access_role("removed", "beta_testers", at=at),
    ]
