"""From Open edX events, as EventBridge delivers them, to updates about a learner.

The envelope is EventBridge's. `detail-type` is the event type of openedx-events. `detail` has one of two forms:

    {"metadata": {EventsMetadata}, "<name>": {…}}        as receivers of the signal get it (openedx-events, ADR 3)
    {"type": …, "time": …, …, "data": {"<name>": {…}}}   the message format of OEP-41, which is CloudEvents'

with `<name>` and its fields as openedx-events' `learning/data.py` has them, datetimes in ISO 8601, course keys as text.
The event's own time is its version: `metadata.time`, or OEP-41's `time`, or else EventBridge's time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from certificates.lms.fields import EventFields, Malformed, NotOurs
from certificates.rules.grades import may_be_percentage
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate

CLOCK_SKEW = timedelta(minutes=10)
"""An event with a later time is malformed: everything after this event would look old."""

BETA_TESTERS = "beta_testers"
"""Open edX's course access role. No other role matters for certificates."""


class Subject(StrEnum):
    """The subject of an event that matters for certificates."""

    ENROLLMENT = "enrollment"
    GRADE = "grade"
    IDENTITY = "identity"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Event:
    """`event_id` is the LMS's own id, or else EventBridge's."""

    event_id: str
    event_type: str
    subject: Subject
    update: LmsUpdate


def parse(message: Mapping[str, Any], *, now: datetime) -> Event | None:
    """The event in an EventBridge message. None: its type or its run does not matter for certificates.

    Raises BadRequest `malformed-event` naming the field that is missing or wrong.
    """
    envelope = EventFields(message)
    event_type = envelope.text("detail-type")
    kind = _KINDS.get(event_type)
    if kind is None:
        return None
    detail = envelope.inner("detail")
    metadata = detail.inner("metadata") if detail.has("metadata") else detail
    for name in ("event_type", "type"):
        if metadata.has(name) and metadata.text(name) != event_type:
            raise Malformed(metadata.path(name), f"{event_type}, as in detail-type")
    at = metadata.time("time") if metadata.has("time") else envelope.time("time")
    if at > now + CLOCK_SKEW:
        raise Malformed(metadata.path("time"), "a time that is not in the future")
    carrier = detail.inner("data") if detail.has("data") else detail
    try:
        update = kind.read(carrier.inner(kind.name), at)
    except NotOurs:
        return None
    event_id = metadata.text("id") if metadata.has("id") else envelope.text("id")
    return None if update is None else Event(event_id, event_type, kind.subject, update)


def _account(user: EventFields) -> tuple[Account, str | None]:
    """The account and a name: in an enrollment the profile's name, else first and last name."""
    personal = user.inner("pii")
    name = _unless_odd(personal.optional_name, "name")
    return Account(personal.username("username"), _unless_odd(personal.email, "email")), name


def _unless_odd(read: Callable[[str], str | None], field: str) -> str | None:
    """The value, None if it is odd. An odd address or name must not hide the other facts of the event."""
    try:
        return read(field)
    except Malformed:
        return None


def _enrollment(data: EventFields, at: datetime, *, unenrolled: bool = False) -> LmsUpdate:
    user = data.inner("user")
    account, name = _account(user)
    return LmsUpdate(
        user_id=user.user_id("id"),
        at=at,
        account=account,
        name=name,
        course_id=data.inner("course").course_id("course_key"),
        enrolled=Enrolled(data.mode("mode"), data.flag("is_active") and not unenrolled),
    )


def _unenrollment(data: EventFields, at: datetime) -> LmsUpdate:
    return _enrollment(data, at, unenrolled=True)


def _passing_status(data: EventFields, at: datetime) -> LmsUpdate:
    user, course = data.inner("user"), data.inner("course")
    account, name = _account(user)
    return LmsUpdate(
        user_id=user.user_id("id"),
        at=at,
        account=account,
        spare_name=name,
        course_id=course.course_id("ccx_course_key" if course.has("ccx_course_key") else "course_key"),
        passing=data.flag("is_passing"),
    )


def _grade_summary(data: EventFields, at: datetime) -> LmsUpdate:
    # `passed_timestamp` stays set when a learner falls below the passing grade again, so it is no verdict.
    grade, verdict = data.grade("percent_grade"), data.verdict("letter_grade")
    return LmsUpdate(
        user_id=data.user_id("user_id"),
        at=at,
        course_id=data.inner("course").course_id("course_key"),
        # Without a verdict, 72 for 72 percent would pass the learner.
        grade=None if verdict is None and may_be_percentage(grade) else grade,
        passing=verdict,
    )


def _identity_approved(data: EventFields, at: datetime) -> LmsUpdate:
    user = data.inner("user")
    account, name = _account(user)
    expires_at = data.time("expiration_date") if data.has("expiration_date") else None
    identity = Identity(True, expires_at)
    return LmsUpdate(user_id=user.user_id("id"), at=at, account=account, spare_name=name, identity=identity)


def _role(data: EventFields, at: datetime, *, beta_tester: bool) -> LmsUpdate | None:
    # A role in all runs of an organization has no run. The product has only beta testers of one run.
    if data.text("role") != BETA_TESTERS or not data.has("course_key"):
        return None
    user = data.inner("user")
    account, name = _account(user)
    return LmsUpdate(
        user_id=user.user_id("id"),
        at=at,
        account=account,
        spare_name=name,
        course_id=data.course_id("course_key"),
        beta_tester=beta_tester,
    )


def _role_added(data: EventFields, at: datetime) -> LmsUpdate | None:
    return _role(data, at, beta_tester=True)


def _role_removed(data: EventFields, at: datetime) -> LmsUpdate | None:
    return _role(data, at, beta_tester=False)


@dataclass(frozen=True, slots=True)
class _Kind:
    """`name` is the event's only argument, the key of its data."""

    subject: Subject
    name: str
    read: Callable[[EventFields, datetime], LmsUpdate | None]


_KINDS: Mapping[str, _Kind] = {
    "org.openedx.learning.course.enrollment.created.v1": _Kind(Subject.ENROLLMENT, "enrollment", _enrollment),
    "org.openedx.learning.course.enrollment.changed.v1": _Kind(Subject.ENROLLMENT, "enrollment", _enrollment),
    "org.openedx.learning.course.unenrollment.completed.v1": _Kind(Subject.ENROLLMENT, "enrollment", _unenrollment),
    "org.openedx.learning.course.passing.status.updated.v1": _Kind(
        Subject.GRADE, "course_passing_status", _passing_status
    ),
    "org.openedx.learning.ccx.course.passing.status.updated.v1": _Kind(
        Subject.GRADE, "course_passing_status", _passing_status
    ),
    "org.openedx.learning.course.persistent_grade_summary.changed.v1": _Kind(Subject.GRADE, "grade", _grade_summary),
    "org.openedx.learning.idv_attempt.approved.v1": _Kind(Subject.IDENTITY, "idv_attempt", _identity_approved),
    "org.openedx.learning.user.course_access_role.added.v1": _Kind(
        Subject.ROLE, "course_access_role_data", _role_added
    ),
    "org.openedx.learning.user.course_access_role.removed.v1": _Kind(
        Subject.ROLE, "course_access_role_data", _role_removed
    ),
}

EVENT_TYPES = frozenset(_KINDS)
"""Every event type that the product reads."""
