"""Values that are read from the LMS. Times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

RowOfListing = TypeVar("RowOfListing")


@dataclass(frozen=True, slots=True)
class LmsAccount:
    """`user_id` never changes, but an operator of the LMS may replace the username. `name` may be empty.

    `language` is the first language in the profile, as a BCP 47 tag, or None.
    """

    user_id: str
    username: str
    email: str
    name: str
    is_active: bool
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LmsEnrollment:
    username: str
    mode: str
    active: bool


@dataclass(frozen=True, slots=True)
class LmsGrade:
    """`passed` is the LMS's verdict. Do not compare `percent` with a cutoff instead: the LMS rounds it."""

    username: str
    percent: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class LmsIdentity:
    verified: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class LmsCourse:
    """`passing_grade`, `display` and `available_on` are None if the LMS did not show them."""

    course_id: str
    title: str
    organization: str
    self_paced: bool
    start: datetime | None
    end: datetime | None
    passing_grade: Decimal | None = None
    display: str | None = None
    available_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class LmsCertificate:
    """A valid certificate that the LMS issued itself.

    `verify_uuid` is the LMS's own id of the certificate, None if the LMS has no page of it.
    """

    mode: str
    created_at: datetime
    grade: Decimal | None
    verify_uuid: str | None


@dataclass(frozen=True, slots=True)
class ListingPage(Generic[RowOfListing]):
    """A page of a listing. `cursor` is for the next page; None: this is the last page.

    `unread` counts rows that cannot be read. The other rows are still used.
    """

    rows: tuple[RowOfListing, ...]
    cursor: str | None
    unread: int = 0


@dataclass(frozen=True, slots=True)
class LmsTokens:
    """`access` acts for a person or for the service. `refresh` works once; None for the service."""

    access: str
    refresh: str | None
    expires_at: datetime
