"""What the LMS said about one learner at one time, whether a file's row said it or an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """How the learner signs in, exactly as the LMS writes it. Who the learner is, the user id alone says.

    `email` is empty for a learner who has none, None where the update does not say.
    """

    username: str
    email: str | None


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
class LmsUpdate:
    """Every part may be missing (None): then nothing was said about it, and what is stored stays.

    Each part is versioned by `at` on its own: an older update never changes what a newer one has set.
    `name` is the full name of the profile; `spare_name` comes from the account, for a profile without a name.
    `course_id` is there whenever one of the parts below it is. `grade` is 0 or more, as `grades.rounded` gives it.
    `passing` is the LMS's verdict; an update with both gives the verdict on that grade. `language` is a BCP 47 tag.
    `fields` are the values of those columns of the file that the run's settings name, "" where a cell is empty.
    """

    user_id: str
    at: datetime
    account: Account | None = None
    name: str | None = None
    spare_name: str | None = None
    identity: Identity | None = None
    course_id: str | None = None
    enrolled: Enrolled | None = None
    beta_tester: bool | None = None
    grade: Decimal | None = None
    passing: bool | None = None
    language: str | None = None
    fields: Mapping[str, str] | None = None
