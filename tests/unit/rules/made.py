"""Invented facts: a learner who has earned a certificate in a run that shows it, with the changes of each test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from certificates.rules.model import (
    Attempt,
    Certificate,
    CourseRun,
    Display,
    Enrollment,
    ExceptionEntry,
    Facts,
    Invalidation,
    Learner,
    Outcome,
    Site,
    Status,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PAST = NOW - timedelta(days=30)
FUTURE = datetime(2026, 12, 15, 9, 0, tzinfo=UTC)
COURSE_ID = "course-v1:Northwind+STAT101+2026_T3"
CCX_ID = "ccx-v1:Northwind+STAT101+2026_T3+ccx@7"

RUN = CourseRun(
    course_id=COURSE_ID,
    title="Statistics for Everyone",
    organization="Northwind",
    passing_grade=Decimal("0.6"),
    self_generation=True,
    display=Display.EARLY_NO_INFO,
)
LEARNER = Learner(user_id="41", username="li", email="li@example.com", name="Li Ning", identity_verified=True)
ENROLLMENT = Enrollment(user_id="41", course_id=COURSE_ID, mode="verified", active=True, grade=Decimal("0.82"))
EXCEPTION = ExceptionEntry(user_id="41", note="ill", added_by="dean", added_at=PAST)
INVALIDATION = Invalidation(user_id="41", note="cheated, case 17", invalidated_by="dean", invalidated_at=PAST)
CLOSED = replace(INVALIDATION, active=False, revalidated_by="dean", revalidated_at=PAST)
FAILED = Attempt(outcome=Outcome.FAILED, reason="document-store", at=PAST)


def certificate(status: Status, mode: str = "verified") -> Certificate:
    return Certificate(
        verify_uuid="8f14e45fceea167a5a36dedd4bea2543",
        course_id=COURSE_ID,
        user_id="41",
        status=status,
        revision=3,
        mode=mode,
        issued_on=PAST.date(),
    )


def facts(
    *,
    run: Mapping[str, Any] | None = None,
    site: Mapping[str, Any] | None = None,
    learner: Mapping[str, Any] | None = None,
    enrollment: Mapping[str, Any] | None = None,
    enrolled: bool = True,
    passing: bool = True,
    status: Status | None = None,
    mode_issued: str = "verified",
    exception: bool = False,
    invalidation: Invalidation | None = None,
    last_attempt: Attempt | None = None,
    unprintable: str = "",
) -> Facts:
    """`enrolled` False: the learner never was. `status` None: no certificate; else one issued under `mode_issued`."""
    grade = Decimal("0.82") if passing else Decimal("0.4")
    return Facts(
        run=replace(RUN, **(run or {})),
        site=replace(Site(), **(site or {})),
        learner=replace(LEARNER, **(learner or {})),
        now=NOW,
        enrollment=replace(ENROLLMENT, **{"grade": grade, **(enrollment or {})}) if enrolled else None,
        certificate=certificate(status, mode_issued) if status is not None else None,
        exception=EXCEPTION if exception else None,
        invalidation=invalidation,
        unprintable=unprintable,
        last_attempt=last_attempt,
    )
