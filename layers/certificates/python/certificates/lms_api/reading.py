"""Everything that is read from the LMS, each with a call that is stable from Redwood to Verawood.

`answers` checks the form of each answer. An answer in another form means that the LMS cannot be read. A part that a
release or a site does not have is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar
from urllib.parse import quote

from certificates.access import Rights
from certificates.errors import BadRequest, LmsUnavailable
from certificates.lms.fields import EventFields
from certificates.lms_api.answers import (
    account_from,
    accounts_from,
    beta_testers_from,
    course_from,
    grade_from,
    holders_from,
    identity_from,
    listing_from,
    lms_certificate_from,
    lms_enrollment_from,
    passing_grade_from,
    rights_from,
    rows_in,
)
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
HOLDERS_A_PAGE = 100
NOT_THERE = (301, 302, 401, 403, 404)
"""Answers of a release or site that has no such view, or none for tokens."""

_ROUTED = re.compile(r"[\w .@+-]+")
"""Usernames that the LMS's addresses can contain. For others, the LMS has a page that says "not found"."""

T = TypeVar("T")


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
        return _read(self._get("/api/enrollment/v1/roles/"), rights_from)

    def account(self, username: str) -> LmsAccount | None:
        """The account, None if the LMS has nobody with exactly this username. Some databases also find other cases."""
        reply = self._look_up(f"/api/user/v1/accounts/{quote(username, safe='')}", username=username)
        found = _read(reply, account_from) if reply is not None else None
        return found if found is not None and found.username == username else None

    def accounts(self, usernames: Sequence[str]) -> list[LmsAccount]:
        """The accounts of at most ACCOUNTS_A_CALL usernames, without unknown ones."""
        reply = self._look_up("/api/user/v1/accounts", query=[("username", ",".join(usernames))])
        return _read(reply, accounts_from) if reply is not None else []

    def account_of_id(self, user_id: str) -> LmsAccount | None:
        """The present account with this number: an operator may have replaced the username, or retired the person."""
        reply = self._look_up("/api/user/v1/accounts", query=[("lms_user_id", user_id)], absent=(400, 404))
        if reply is None:
            return None
        found = _read(reply, lambda answer: [account_from(row) for row in rows_in(answer)])
        return found[0] if found else None

    def enrollment(self, course_id: str, username: str) -> LmsEnrollment | None:
        """The enrollment, None if the learner never was enrolled. A learner who left has one that is not active."""
        path = f"/api/enrollment/v1/enrollment/{quote(username, safe='')},{_key(course_id)}"
        reply = self._get(path)
        # Never enrolled: the LMS answers 200 with an empty body.
        found = _read(reply, lms_enrollment_from) if reply.content.strip() else None
        return found if found is not None and found.username == username else None

    def enrollments(self, course_id: str, cursor: str | None) -> ListingPage[LmsEnrollment]:
        """A page of all present and former enrollments: always a hundred."""
        query = [("course_id", course_id), *([("cursor", cursor)] if cursor else [])]
        reply = self._get("/api/enrollment/v1/enrollments", query=query)
        return _read(reply, lambda answer: listing_from(answer, lms_enrollment_from))

    def grade(self, course_id: str, username: str) -> LmsGrade | None:
        """The latest grade of the LMS, None without an enrollment."""
        query = [("username", username)]
        reply = self._get(f"/api/grades/v1/courses/{_key(course_id)}/", query=query, expected=(200, 404))
        if reply.status == 404:
            if _read(reply, EventFields).text("error_code") in {"user_not_enrolled", "user_does_not_exist"}:
                return None
            raise _unreadable()
        found = _read(reply, lambda answer: [grade_from(row) for row in rows_in(answer)])
        return next((each for each in found if each.username == username), None)

    def grades(self, course_id: str, cursor: str | None) -> ListingPage[LmsGrade]:
        """A page of the grades of active learners. Grades that the LMS could not load are missing."""
        query = [("page_size", str(GRADES_A_PAGE)), *([("cursor", cursor)] if cursor else [])]
        path = f"/api/grades/v1/courses/{_key(course_id)}/"
        return _read(self._get(path, query=query), lambda answer: listing_from(answer, grade_from))

    def identity(self, username: str) -> LmsIdentity:
        """The identity check. Without one, the LMS has no data: not verified."""
        path = f"/api/user/v1/accounts/{quote(username, safe='')}/verification_status/"
        reply = self._look_up(path, username=username)
        return _read(reply, identity_from) if reply is not None else LmsIdentity(False, None)

    def beta_testers(self, course_id: str) -> frozenset[str] | None:
        """Usernames of the course's beta testers, None if the release does not show them to tokens."""
        path = f"/courses/{_key(course_id)}/instructor/api/list_course_role_members"
        reply = self._ask("POST", path, form={"rolename": "beta"}, expected=(200, *NOT_THERE))
        if reply.status != 200:
            return None
        return _read(reply, beta_testers_from)

    def certificate(self, course_id: str, username: str) -> LmsCertificate | None:
        """The certificate that the LMS issued itself, None without a valid one."""
        path = f"/api/certificates/v0/certificates/{quote(username, safe='')}/courses/{_key(course_id)}"
        reply = self._look_up(path, username=username)
        return _read(reply, lms_certificate_from) if reply is not None else None

    def certificate_holders(self, course_id: str, page: str | None) -> ListingPage[str] | None:
        """A page of the usernames with a certificate of the LMS, None if the release has no list that can be read.

        Verawood has the list, without ids and dates: `certificate` has these. A row that cannot be read is a learner
        who would get a second certificate: the list is not used then, and the LMS is asked about each learner.
        """
        path = f"/api/instructor/v2/courses/{_key(course_id)}/certificates/issued"
        query = [("filter", "received"), ("page", page or "1"), ("page_size", str(HOLDERS_A_PAGE))]
        reply = self._get(path, query=query, expected=(200, *NOT_THERE))
        try:
            found = holders_from(reply.json()) if reply.status == 200 else None
            return found if found is not None and not found.unread else None
        except BadRequest as odd:
            logger.warning("list of certificates in another form", extra={"field": odd.values.get("field")})
            return None

    def course(self, course_id: str, service_username: str) -> LmsCourse | None:
        """The run, None if the LMS has none with this id. Values that only Studio has need an address of Studio."""
        path = f"/api/courses/v1/courses/{_key(course_id)}/"
        # Without a username, the LMS answers as to a stranger, and does not find courses outside its catalog.
        reply = self._look_up(path, query=[("username", service_username)])
        if reply is None:
            return None
        details = self._details(course_id)
        return _read(reply, lambda answer: course_from(EventFields(answer), details, self._passing_grade(course_id)))

    def _passing_grade(self, course_id: str) -> Decimal | None:
        """The lowest cutoff of the grading policy, None if the LMS does not show the policy."""
        path = f"/api/grades/v1/gradebook/{_key(course_id)}/grading-info"
        reply = self._get(path, query=[("graded_only", "true")], expected=(200, *NOT_THERE))
        return _read(reply, passing_grade_from) if reply.status == 200 else None

    def _details(self, course_id: str) -> EventFields | None:
        """Studio's settings of the run, if an address of Studio is set and Studio answers."""
        if not self.studio_url:
            return None
        path = f"/api/contentstore/v1/course_details/{_key(course_id)}"
        reply = self._ask("GET", path, base_url=self.studio_url, expected=(200, *NOT_THERE))
        return _read(reply, EventFields) if reply.status == 200 else None

    def _look_up(
        self,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        username: str = "",
        absent: tuple[int, ...] = (404,),
    ) -> Reply | None:
        """None if the LMS says that it has no such thing. `username` is the username in the path.

        The LMS says so in JSON, or without any content. A page comes from a program in front of an LMS that is away:
        for example, the proxy of a cluster knows no address during an upgrade. Such a page must not mean that a person,
        an identity check or a certificate does not exist. Raises LmsUnavailable.
        """
        reply = self._get(path, query=query, expected=(200, *absent))
        if reply.status == 200:
            return reply
        if reply.content.strip() and (not username or _ROUTED.fullmatch(username)):
            _read(reply, EventFields)
        return None

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


def _read(reply: Reply, read: Callable[[object], T]) -> T:
    try:
        return read(reply.json())
    except BadRequest as error:
        raise _unreadable() from error
