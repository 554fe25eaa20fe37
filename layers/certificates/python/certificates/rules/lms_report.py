"""What the LMS said about one learner at one time, whether a file's row said it or an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """How the learner signs in, exactly as the LMS writes it. Who the learner is, the user id alone says."""

    username: str
    email: str


@dataclass(frozen=True, slots=True)
class Identity:
    """`expires_at` None: it was not said. The grade report never says it."""

    verified: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    mode: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Every part may be missing (None): then nothing was said about it, and what is recorded stays.

    Each part is versioned by `at` on its own: an older report never changes what a newer one has set.
    `course_id` is there whenever one of the parts below it is. `grade` is from 0 to 1; `passing` is the LMS's verdict.
    """

    user_id: str
    at: datetime
    account: Account | None = None
    name: str | None = None
    identity: Identity | None = None
    course_id: str | None = None
    enrolled: Enrolled | None = None
    beta_tester: bool | None = None
    grade: Decimal | None = None
    passing: bool | None = None
