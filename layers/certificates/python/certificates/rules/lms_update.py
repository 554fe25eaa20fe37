"""What the LMS says about one learner at one time: from a row of a file, an event, or an answer of its interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """How the learner signs in, exactly as the LMS writes it. Only the user id identifies the learner.

    `email` is empty for a learner without e-mail, and None if the update has no information about it.
    """

    username: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """`expires_at` None: not given. The grade report never has it."""

    verified: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    mode: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LmsUpdate:
    """Every part may be missing (None): the stored value then stays.

    `at` versions each part on its own: an older update never changes what a newer update has set.
    `name` is the full name of the profile; `spare_name` comes from the account, for a profile without a name.
    `course_id` is set whenever one of the parts below it is set. `grade` is 0 or more, as `grades.rounded` returns it.
    `passing` is the LMS's verdict. If both are set, the verdict belongs to that grade. `language` is a BCP 47 tag.
    `fields` are the values of the columns that the run's settings name, "" for an empty cell.
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
