"""Runs and learners for tests, stored as after a reading of the LMS's records."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.learner_store import PointerItem, email_key, username_key
from certificates.aws.writes import put, write_one
from certificates.rules.model import Pacing
from certificates.rules.settings import RunSettings
from certificates.run_settings import replace_run

COURSE = "course-v1:Fjord+BIO1+2026"
REPORTED = datetime(2026, 11, 1, tzinfo=UTC)


def make_run(backend: Any, course_id: str = COURSE, *, by: str = "omar", **settings: Any) -> Any:
    """A self-paced run with the default design. `settings` change it."""
    wanted = {"title": "Marine Biology", "organization": "Fjord University", "pacing": Pacing.SELF} | settings
    before = backend.runs.run(course_id)
    version = before.version if before else None
    run, _ = replace_run(
        course_id, RunSettings(**wanted), if_match=version, by=by, backend=backend, now=REPORTED, hide_shown=True
    )
    return run


def enroll(
    backend: Any,
    user_id: str,
    username: str,
    *,
    course_id: str = COURSE,
    name: str = "Zoë Ångström",
    email: str | None = None,
    mode: str | None = "verified",
    active: bool = True,
    grade: str | None = None,
    beta_tester: bool = False,
    identity_verified: bool = True,
) -> None:
    email = f"{username}@example.org" if email is None else email
    profile = LearnerItem(
        pk=f"LEARNER#{user_id}",
        sk="PROFILE",
        user_id=user_id,
        username=username,
        email=email,
        name=name,
        identity_verified=identity_verified,
    )
    keys = (username_key(username), *([email_key(email)] if email else []))
    pointers = [PointerItem(pk=pk, sk=sk, user_id=user_id) for pk, sk in keys]
    enrollment = EnrollmentItem.at(
        course_id,
        user_id,
        "ENROLLMENT",
        holder=user_id,
        mode=mode,
        active=active,
        enrolled_at=REPORTED,
        beta_tester=beta_tester,
        grade=Decimal(grade) if grade is not None else None,
        graded_at=REPORTED if grade is not None else None,
    )
    for item in (profile, *pointers, enrollment):
        write_one(put(item))
