"""Everything that is read from the LMS, each with a call that is stable from Redwood to Verawood. The form of answers
is checked here: an answer of another form means that the LMS cannot be read, and never becomes a fact. An optional part
that a release or a site does not have is None.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

from certificates.access import Rights
from certificates.errors import BadRequest, LmsUnavailable
from certificates.lms import cells
from certificates.lms.fields import EventFields
from certificates.lms_api.calls import AFTER_AN_OUTAGE_SECONDS, Calls, Reply
from certificates.lms_api.oauth import LmsMisconfigured
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

ACCOUNTS_A_CALL = 50
"""The LMS makes eight queries for each account, and its server accepts 8 KiB of address and headers, with the token."""

GRADES_A_PAGE = 200
STAFF_ROLES = frozenset({"staff", "instructor", "limited_staff"})
"""Course access roles that see the certificates of a course in the LMS."""

BETA_TESTERS_ROLE = "beta_testers"
DOWNLOADABLE = "downloadable"
"""The only status of shown certificates in the LMS."""

HOLDERS_A_PAGE = 100
CERTIFICATE_PAGES = "/certificates/"
NOT_THERE = (301, 302, 401, 403, 404)
"""Answers of a release or site that has no such view, or none for tokens."""

EVERY_COURSE = frozenset({"", "None"})
"""The LMS's course of a role in a whole organization."""

T = TypeVar("T")

_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,20})?", re.ASCII)
_UUID = re.compile("[0-9a-f]{32}")


class Bearer(Protocol):
    """The token for a call."""

    def token(self) -> str:
        """A token that should work."""

    def renewed(self) -> str:
        """Another token, after the LMS refused the first."""


@dataclass(frozen=True, slots=True)
class LmsReader:
    """Reads as the person or the service of the `bearer`'s token."""

    calls: Calls
    bearer: Bearer
    studio_url: str = ""

    def rights(self) -> Rights:
        """The bearer's roles in courses and organizations, and whether the bearer is global staff."""
        said = _read(self._get("/api/enrollment/v1/roles/"), EventFields)
        held = [EventFields(role) for role in _list(said, "roles")]
        staff = [role for role in held if role.text("role") in STAFF_ROLES]
        return Rights(
            global_staff=said.flag("is_staff"),
            course_ids=frozenset(role.text("course_id") for role in staff if not _everywhere(role)),
            orgs=frozenset(role.text("org") for role in staff if _everywhere(role)),
            beta_tester_in=frozenset(
                role.text("course_id")
                for role in held
                if role.text("role") == BETA_TESTERS_ROLE and role.has("course_id")
            ),
        )

    def account(self, username: str) -> LmsAccount | None:
        """The account, None if the LMS has nobody with exactly this username. Some databases also find other cases."""
        reply = self._get(f"/api/user/v1/accounts/{quote(username, safe='')}", expected=(200, 404))
        found = _read(reply, _account) if reply.status == 200 else None
        return found if found is not None and found.username == username else None

    def accounts(self, usernames: Sequence[str]) -> list[LmsAccount]:
        """The accounts of at most ACCOUNTS_A_CALL usernames, without unknown ones."""
        reply = self._get("/api/user/v1/accounts", query=[("username", ",".join(usernames))], expected=(200, 404))
        return _read(reply, lambda said: list(_readable(_array(said), _account))) if reply.status == 200 else []

    def account_of_id(self, user_id: str) -> LmsAccount | None:
        """The present account with this number: an operator may have replaced the username, or retired the person."""
        reply = self._get("/api/user/v1/accounts", query=[("lms_user_id", user_id)], expected=(200, 400, 404))
        found = _read(reply, lambda said: [_account(each) for each in _array(said)]) if reply.status == 200 else []
        return found[0] if found else None

    def enrollment(self, course_id: str, username: str) -> LmsEnrollment | None:
        """The enrollment, None if the learner never was enrolled. A learner who left has one that is not active."""
        path = f"/api/enrollment/v1/enrollment/{quote(username, safe='')},{_key(course_id)}"
        reply = self._get(path)
        # Never enrolled: the LMS answers 200 with an empty body.
        found = _read(reply, _enrollment) if reply.content.strip() else None
        return found if found is not None and found.username == username else None

    def enrollments(self, course_id: str, cursor: str | None) -> ListingPage[LmsEnrollment]:
        """A page of all present and former enrollments: always a hundred."""
        query = [("course_id", course_id), *([("cursor", cursor)] if cursor else [])]
        return _read(self._get("/api/enrollment/v1/enrollments", query=query), lambda said: _page(said, _enrollment))

    def grade(self, course_id: str, username: str) -> LmsGrade | None:
        """The latest grade of the LMS, None without an enrollment."""
        query = [("username", username)]
        reply = self._get(f"/api/grades/v1/courses/{_key(course_id)}/", query=query, expected=(200, 404))
        if reply.status == 404:
            if _read(reply, EventFields).text("error_code") in {"user_not_enrolled", "user_does_not_exist"}:
                return None
            raise _unreadable()
        found = _read(reply, lambda said: [_grade(each) for each in _array(said)])
        return next((each for each in found if each.username == username), None)

    def grades(self, course_id: str, cursor: str | None) -> ListingPage[LmsGrade]:
        """A page of the grades of active learners. Grades that the LMS could not load are missing."""
        query = [("page_size", str(GRADES_A_PAGE)), *([("cursor", cursor)] if cursor else [])]
        path = f"/api/grades/v1/courses/{_key(course_id)}/"
        return _read(self._get(path, query=query), lambda said: _page(said, _grade))

    def identity(self, username: str) -> LmsIdentity:
        """The identity check. Without one, the LMS has no data: not verified."""
        path = f"/api/user/v1/accounts/{quote(username, safe='')}/verification_status/"
        reply = self._get(path, expected=(200, 404))
        return _read(reply, _identity) if reply.status == 200 else LmsIdentity(False, None)

    def beta_testers(self, course_id: str) -> frozenset[str] | None:
        """Usernames of the course's beta testers, None if the release does not show them to tokens."""
        path = f"/courses/{_key(course_id)}/instructor/api/list_course_role_members"
        reply = self._ask("POST", path, form={"rolename": "beta"}, expected=(200, *NOT_THERE))
        if reply.status != 200:
            return None
        return _read(
            reply,
            lambda said: frozenset(EventFields(row).username("username") for row in _list(EventFields(said), "beta")),
        )

    def certificate(self, course_id: str, username: str) -> LmsCertificate | None:
        """The certificate that the LMS issued itself, None without a valid one."""
        path = f"/api/certificates/v0/certificates/{quote(username, safe='')}/courses/{_key(course_id)}"
        reply = self._get(path, expected=(200, 404))
        return _read(reply, _certificate) if reply.status == 200 else None

    def certificate_holders(self, course_id: str, page: str | None) -> ListingPage[str] | None:
        """A page of the usernames with a certificate of the LMS, None if the release has no list.

        Verawood has the list, without ids and dates: `certificate` has these.
        """
        path = f"/api/instructor/v2/courses/{_key(course_id)}/certificates/issued"
        query = [("filter", "received"), ("page", page or "1"), ("page_size", str(HOLDERS_A_PAGE))]
        reply = self._get(path, query=query, expected=(200, *NOT_THERE))
        try:
            return _holders(reply.json()) if reply.status == 200 else None
        except BadRequest as odd:
            logger.warning("list of certificates in another form", extra={"field": odd.values.get("field")})
            return None

    def course(self, course_id: str, service_username: str) -> LmsCourse | None:
        """The run, None if the LMS has none with this id. Values that only Studio has need an address of Studio."""
        path = f"/api/courses/v1/courses/{_key(course_id)}/"
        # Without a username, the LMS answers as to a stranger, and does not find courses outside its catalog.
        reply = self._get(path, query=[("username", service_username)], expected=(200, 404))
        if reply.status == 404:
            return None
        details = self._details(course_id)
        return _read(reply, lambda said: _course(EventFields(said), details, self._passing_grade(course_id)))

    def _passing_grade(self, course_id: str) -> Decimal | None:
        """The lowest cutoff of the grading policy, None if the LMS does not show the policy."""
        path = f"/api/grades/v1/gradebook/{_key(course_id)}/grading-info"
        reply = self._get(path, query=[("graded_only", "true")], expected=(200, *NOT_THERE))
        return _read(reply, _lowest_cutoff) if reply.status == 200 else None

    def _details(self, course_id: str) -> EventFields | None:
        """Studio's settings of the run, if an address of Studio is set and Studio answers."""
        if not self.studio_url:
            return None
        path = f"/api/contentstore/v1/course_details/{_key(course_id)}"
        reply = self._ask("GET", path, base_url=self.studio_url, expected=(200, *NOT_THERE))
        return _read(reply, EventFields) if reply.status == 200 else None

    def _get(self, path: str, *, query: Sequence[tuple[str, str]] = (), expected: tuple[int, ...] = (200,)) -> Reply:
        return self._ask("GET", path, query=query, expected=expected)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        form: dict[str, str] | None = None,
        base_url: str = "",
        expected: tuple[int, ...],
    ) -> Reply:
        reply = self._with(self.bearer.token(), method, path, query, form, base_url)
        if reply.status == 401:
            reply = self._with(self.bearer.renewed(), method, path, query, form, base_url)
        if reply.status in expected:
            return reply
        if reply.status in {401, 403}:
            raise LmsMisconfigured("The LMS does not show this: an operator must check the rights.")
        raise _unreadable()

    def _with(
        self,
        token: str,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        form: dict[str, str] | None,
        base_url: str,
    ) -> Reply:
        headers = {"Authorization": f"JWT {token}"}
        return self.calls.ask(method, path, query=query, form=form, headers=headers, base_url=base_url)


def _key(course_id: str) -> str:
    """A course id in a path. A plus stays a plus there."""
    return quote(course_id, safe=":+@~")


def _unreadable() -> LmsUnavailable:
    return LmsUnavailable("The LMS gave an answer of another form.", AFTER_AN_OUTAGE_SECONDS)


def _read(reply: Reply, read: Callable[[Any], T]) -> T:
    try:
        return read(reply.json())
    except BadRequest as error:
        raise _unreadable() from error


def _array(said: object) -> list[Any]:
    if not isinstance(said, list):
        raise BadRequest("malformed-answer", "not a list")
    return said


def _list(said: EventFields, name: str) -> list[Any]:
    return _array(said.value(name))


def _everywhere(role: EventFields) -> bool:
    return not role.has("course_id") or role.text("course_id") in EVERY_COURSE


def _page(said: object, read: Callable[[Any], T]) -> ListingPage[T]:
    page = EventFields(said)
    following = page.text("next") if page.has("next") else None
    # The address has a host behind the LMS's proxy, so only its cursor is used.
    cursor = parse_qs(urlsplit(following).query).get("cursor", [""])[0] if following else None
    if following and not cursor:
        raise BadRequest("malformed-answer", "a next page without a cursor")
    said_rows = _list(page, "results")
    rows = tuple(_readable(said_rows, read))
    return ListingPage(rows, cursor, len(said_rows) - len(rows))


def _readable(rows: list[Any], read: Callable[[Any], T]) -> Iterator[T]:
    for row in rows:
        try:
            yield read(row)
        except BadRequest as odd:
            logger.warning("row of the LMS left out", extra={"field": odd.values.get("field")})


def _account(said: object) -> LmsAccount:
    account = EventFields(said)
    return LmsAccount(
        user_id=account.user_id("id"),
        username=account.username("username"),
        email=_unless_odd(account.email, "email"),
        name=_unless_odd(account.optional_name, "name"),
        is_active=account.flag("is_active"),
        language=_language(account),
    )


def _unless_odd(read: Callable[[str], str | None], field: str) -> str:
    """The value, "" if there is none or it is odd: an odd address must not hide the learner and the grade."""
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


def _enrollment(said: object) -> LmsEnrollment:
    row = EventFields(said)
    return LmsEnrollment(row.username("user"), row.mode("mode"), row.flag("is_active"))


def _grade(said: object) -> LmsGrade:
    row = EventFields(said)
    return LmsGrade(row.username("username"), row.grade("percent"), row.flag("passed"))


def _identity(said: object) -> LmsIdentity:
    status = EventFields(said)
    verified = status.flag("is_verified")
    until = status.text("expiration_datetime") if _has_text(status, "expiration_datetime") else ""
    return LmsIdentity(verified, _end_of_day(until) if verified else None)


def _has_text(said: EventFields, name: str) -> bool:
    return said.has(name) and said.value(name) != ""


def _end_of_day(text: str) -> datetime | None:
    """The end of a day `MM/DD/YYYY`, which the LMS sends only shortly before. None for any other text."""
    try:
        day = datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day + timedelta(days=1)


def _course(said: EventFields, details: EventFields | None, passing_grade: Decimal | None) -> LmsCourse:
    display = available_on = None
    if details is not None:
        display = (
            details.text("certificates_display_behavior") if details.has("certificates_display_behavior") else None
        )
        available_on = _moment(details, "certificate_available_date")
    return LmsCourse(
        course_id=said.text("course_id") if said.has("course_id") else said.text("id"),
        title=html.unescape(said.text("name")),
        organization=said.text("org"),
        self_paced=said.text("pacing") == "self",
        start=_moment(said, "start"),
        end=_moment(said, "end"),
        passing_grade=passing_grade,
        display=display,
        available_on=available_on,
    )


def _moment(said: EventFields, name: str) -> datetime | None:
    return said.time(name) if said.has(name) else None


def _lowest_cutoff(said: object) -> Decimal | None:
    cutoffs = EventFields(said).value("grade_cutoffs")
    grades = [Decimal(each) for each in cutoffs.values()] if isinstance(cutoffs, dict) else []
    return min((grade for grade in grades if 0 < grade <= 1), default=None)


def _certificate(said: object) -> LmsCertificate | None:
    held = EventFields(said)
    if held.text("status") != DOWNLOADABLE:
        return None
    grade = held.value("grade")
    return LmsCertificate(
        mode=held.mode("certificate_type"),
        created_at=held.time("created_date"),
        grade=Decimal(grade) if isinstance(grade, str) and _DECIMAL.fullmatch(grade) else None,
        verify_uuid=_id_of_page(held.text("download_url")) if _has_text(held, "download_url") else None,
    )


def _id_of_page(address: str) -> str | None:
    """The id of a certificate's page in the LMS. Older sites have a PDF instead, without a page."""
    path = urlsplit(address).path
    uuid = (
        path.removeprefix(CERTIFICATE_PAGES).strip("/").replace("-", "") if path.startswith(CERTIFICATE_PAGES) else ""
    )
    return uuid if _UUID.fullmatch(uuid) else None


def _holders(said: object) -> ListingPage[str]:
    page = EventFields(said)
    rows = _list(page, "results")
    holders = tuple(_readable(rows, lambda row: EventFields(row).username("username")))
    following = page.text("next") if page.has("next") else None
    number = parse_qs(urlsplit(following).query).get("page", [""])[0] if following else None
    if following and not number:
        raise BadRequest("malformed-answer", "a next page without its number")
    return ListingPage(holders, number, len(rows) - len(holders))
