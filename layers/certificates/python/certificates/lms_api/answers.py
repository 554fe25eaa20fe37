"""The LMS's answers as values. An answer in another form raises BadRequest with the field, and never becomes a fact."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from certificates.access import Rights
from certificates.errors import BadRequest
from certificates.lms import cells
from certificates.lms.fields import EventFields
from certificates.lms_api.values import (
    ListingPage,
    LmsAccount,
    LmsCertificate,
    LmsCourse,
    LmsEnrollment,
    LmsGrade,
    LmsIdentity,
)
from certificates.telemetry import logger

STAFF_ROLES = frozenset({"staff", "instructor", "limited_staff"})
"""Course access roles that see the certificates of a course in the LMS."""

BETA_TESTERS_ROLE = "beta_testers"
EVERY_COURSE = frozenset({"", "None"})
"""The LMS's course of a role in a whole organization."""

DOWNLOADABLE = "downloadable"
"""The only status of shown certificates in the LMS."""

CERTIFICATE_PAGES = "/certificates/"

T = TypeVar("T")

_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,20})?", re.ASCII)
_UUID = re.compile("[0-9a-f]{32}")


def rights_from(answer: object) -> Rights:
    fields = EventFields(answer)
    roles = [EventFields(role) for role in _list(fields, "roles")]
    staff = [role for role in roles if role.text("role") in STAFF_ROLES]
    return Rights(
        global_staff=fields.flag("is_staff"),
        course_ids=frozenset(role.text("course_id") for role in staff if not _everywhere(role)),
        orgs=frozenset(role.text("org") for role in staff if _everywhere(role)),
        beta_tester_in=frozenset(
            role.text("course_id") for role in roles if role.text("role") == BETA_TESTERS_ROLE and role.has("course_id")
        ),
    )


def beta_testers_from(answer: object) -> frozenset[str]:
    return frozenset(EventFields(row).username("username") for row in _list(EventFields(answer), "beta"))


def rows_in(answer: object) -> list[object]:
    if not isinstance(answer, list):
        raise BadRequest("malformed-answer", "not a list")
    return answer


def _list(answer: EventFields, name: str) -> list[object]:
    return rows_in(answer.value(name))


def _everywhere(role: EventFields) -> bool:
    return not role.has("course_id") or role.text("course_id") in EVERY_COURSE


def listing_from(answer: object, read: Callable[[object], T]) -> ListingPage[T]:
    page = EventFields(answer)
    following = page.text("next") if page.has("next") else None
    # The address has a host behind the LMS's proxy, so only its cursor is used.
    cursor = _named_in(following, "cursor") if following else None
    listed = _list(page, "results")
    rows = tuple(readable_rows(listed, read))
    return ListingPage(rows, cursor, len(listed) - len(rows))


def _named_in(address: str, name: str) -> str:
    """The value of a query parameter in the address of the next page."""
    try:
        found = parse_qs(urlsplit(address).query).get(name, [""])[0]
    except ValueError:
        found = ""
    if not found:
        raise BadRequest("malformed-answer", f"a next page without its {name}")
    return found


def readable_rows(rows: list[object], read: Callable[[object], T]) -> Iterator[T]:
    for row in rows:
        try:
            yield read(row)
        except BadRequest as odd:
            logger.warning("row of the LMS left out", extra={"field": odd.values.get("field")})


def accounts_from(answer: object) -> list[LmsAccount]:
    """The accounts of a list. Rows that cannot be read are left out."""
    return list(readable_rows(rows_in(answer), account_from))


def account_from(answer: object) -> LmsAccount:
    account = EventFields(answer)
    return LmsAccount(
        user_id=account.user_id("id"),
        username=account.username("username"),
        email=_unless_odd(account.email, "email"),
        name=_unless_odd(account.optional_name, "name"),
        is_active=account.flag("is_active"),
        language=_language(account),
    )


def _unless_odd(read: Callable[[str], str | None], field: str) -> str:
    """The value, "" if it is missing or odd. An odd address must not hide the learner and the grade."""
    try:
        return read(field) or ""
    except BadRequest:
        logger.warning("odd value of the LMS left out", extra={"field": field})
        return ""


def _language(account: EventFields) -> str | None:
    """The first language of a profile. Profiles that are not shown in full have none."""
    if not account.has("language_proficiencies"):
        return None
    spoken = (EventFields(each) for each in _list(account, "language_proficiencies"))
    tags = (cells.language(each.text("code")) for each in spoken if each.has("code"))
    return next(filter(None, tags), None)


def lms_enrollment_from(answer: object) -> LmsEnrollment:
    row = EventFields(answer)
    return LmsEnrollment(row.username("user"), row.mode("mode"), row.flag("is_active"))


def grade_from(answer: object) -> LmsGrade:
    row = EventFields(answer)
    return LmsGrade(row.username("username"), row.grade("percent"), row.flag("passed"))


def identity_from(answer: object) -> LmsIdentity:
    status = EventFields(answer)
    verified = status.flag("is_verified")
    until = status.text("expiration_datetime") if _has_text(status, "expiration_datetime") else ""
    return LmsIdentity(verified, _end_of_day(until) if verified else None)


def _has_text(answer: EventFields, name: str) -> bool:
    return answer.has(name) and answer.value(name) != ""


def _end_of_day(text: str) -> datetime | None:
    """The end of a day `MM/DD/YYYY`. None for any other text. The LMS sends the day only shortly before it."""
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def course_from(answer: EventFields, details: EventFields | None, passing_grade: Decimal | None) -> LmsCourse:
    display = available_on = None
    if details is not None:
        display = (
            details.text("certificates_display_behavior") if details.has("certificates_display_behavior") else None
        )
        available_on = _moment(details, "certificate_available_date")
    return LmsCourse(
        course_id=answer.text("course_id") if answer.has("course_id") else answer.text("id"),
        title=html.unescape(answer.text("name")),
        organization=answer.text("org"),
        self_paced=answer.text("pacing") == "self",
        start=_moment(answer, "start"),
        end=_moment(answer, "end"),
        passing_grade=passing_grade,
        display=display,
        available_on=available_on,
    )


def _moment(answer: EventFields, name: str) -> datetime | None:
    return answer.time(name) if answer.has(name) else None


def passing_grade_from(answer: object) -> Decimal | None:
    cutoffs = EventFields(answer).value("grade_cutoffs")
    grades = map(_number, cutoffs.values()) if isinstance(cutoffs, dict) else ()
    return min((grade for grade in grades if grade is not None and 0 < grade <= 1), default=None)


def _number(value: object) -> Decimal | None:
    text = str(value) if isinstance(value, int | float | Decimal | str) else ""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def lms_certificate_from(answer: object) -> LmsCertificate | None:
    certificate = EventFields(answer)
    if certificate.text("status") != DOWNLOADABLE:
        return None
    grade = certificate.value("grade")
    return LmsCertificate(
        mode=certificate.mode("certificate_type"),
        created_at=certificate.time("created_date"),
        grade=_number(grade) if isinstance(grade, str) else None,
        verify_uuid=_id_of_page(certificate.text("download_url")) if _has_text(certificate, "download_url") else None,
    )


def _id_of_page(address: str) -> str | None:
    """The id of a certificate's page in the LMS. Older sites have a PDF instead, without a page."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    uuid = (
        path.removeprefix(CERTIFICATE_PAGES).strip("/").replace("-", "") if path.startswith(CERTIFICATE_PAGES) else ""
    )
    return uuid if _UUID.fullmatch(uuid) else None


def holders_from(answer: object) -> ListingPage[str]:
    page = EventFields(answer)
    rows = _list(page, "results")
    holders = tuple(readable_rows(rows, lambda row: EventFields(row).username("username")))
    following = page.text("next") if page.has("next") else None
    number = _named_in(following, "page") if following else None
    return ListingPage(holders, number, len(rows) - len(holders))
