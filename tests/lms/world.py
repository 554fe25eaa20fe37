"""The LMS's data: people, course runs, enrollments, grades; and the odd behaviours that are on."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Person:
    """`verification` is the answer of `verification_status/`, None without an identity check."""

    username: str
    id: int
    name: str = ""
    email: str = ""
    is_active: bool = True
    is_staff: bool = False
    date_joined: str = "2026-01-09T10:00:00Z"
    last_login: str | None = None
    preferences: dict[str, str] = field(default_factory=dict)
    verification: dict[str, Any] | None = None
    verified_name: dict[str, Any] | None = None
    language_proficiencies: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Run:
    """`cutoffs` are the letter grades of the grading policy. Only Studio has `display` and `available_on`."""

    course_id: str
    name: str
    org: str
    number: str = "C101"
    start: str | None = None
    end: str | None = None
    pacing: str = "instructor"
    modes: list[dict[str, Any]] = field(default_factory=list)
    hidden: bool = False
    cutoffs: dict[str, float] = field(default_factory=lambda: {"Pass": 0.5})
    display: str = "end"
    available_on: str | None = None


@dataclass
class Enrollment:
    username: str
    course_id: str
    mode: str = "verified"
    is_active: bool = True
    created: str = "2026-02-01T08:00:00.123456Z"


@dataclass
class Grade:
    username: str
    course_id: str
    percent: float = 0.0
    letter: str | None = None


@dataclass
class Role:
    """`course_id` None: the role is for every course of the organization."""

    username: str
    org: str
    role: str
    course_id: str | None = None


@dataclass
class Certificate:
    username: str
    course_id: str
    uuid: str
    mode: str = "verified"
    created: str = "2026-07-01T09:00:00Z"
    status: str = "downloadable"
    grade: str = "0.84"


@dataclass
class Switches:
    """Each odd behaviour, on as in the real LMS. Off, the LMS does what a naive client expects."""

    release: str = "verawood"
    """`redwood` has neither the instructor interface of version 2 nor tokens at the older instructor posts."""
    empty_when_never_enrolled: bool = True
    hides_existence: bool = True
    enrollments_a_page: int = 100
    most_a_numbered_page: int = 100
    foreign_next: bool = True
    grades_leave_out: tuple[str, ...] = ()
    zero_page_size_breaks: bool = True
    course_staff_refused: bool = True
    throttles: bool = True
    throttle_rates: tuple[int, int] = (40, 120)
    throttle_seconds: float = 60
    says_retry_after_on_listings: bool = False
    plus_is_a_blank: bool = True
    exact_slashes: bool = True
    rotating_refresh: bool = True
    opaque_by_default: bool = True
    bearer_jwt_refused: bool = True
    challenge_dropped_on_consent: bool = True
    anonymous_to_login: bool = True
    letter_grade_null: bool = True
    escaped_course_name: bool = True
    role_none_text: bool = True
    no_verification_is_404: bool = True
    accounts_leave_out_unknown: bool = True
    case_insensitive_usernames: bool = False
    code_seconds: int = 60
    jwt_seconds: int = 3600
    tokens_are_those_of_open_edx: bool = True
    """A list `scopes`, `administrator`, no `kid`, signed with a secret of the site's. Off: as other providers do."""
    name_affirmation: bool = True


@dataclass
class Fault:
    """The fault of the requests from number `first` to `last`, counted from 0 after faults were set.

    `kind` is `before`, `after` or `half` (the connection is cut before the request is looked at, after it was, or in
    the middle of the answer), `error`, `maintenance`, `throttled`, `throttled-silently`, `expired`, `slow`, `garbage`.
    `path` limits it to paths that hold this text; then only these requests are counted.
    """

    kind: str
    first: int = 0
    last: int | None = None
    path: str = ""
    every: int = 1
    seen: int = 0

    def strikes(self, path: str) -> bool:
        if self.path not in path:
            return False
        number, self.seen = self.seen, self.seen + 1
        last = self.first if self.last is None else self.last
        return self.first <= number <= last and (number - self.first) % self.every == 0


class World:
    """All data, with one lock, because requests come in threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        self.people: dict[str, Person] = {}
        self.runs: dict[str, Run] = {}
        self.of_run: dict[str, dict[str, Enrollment]] = {}
        self.grades: dict[tuple[str, str], Grade] = {}
        self.roles: list[Role] = []
        self.certificates: dict[tuple[str, str], Certificate] = {}
        self.switches = Switches()
        self.faults: list[Fault] = []
        self.calls: deque[tuple[str, float]] = deque(maxlen=100_000)
        self.requests: list[str] = []
        self.at_once = 0
        self.most_at_once = 0

    def load(self, given: dict[str, Any]) -> None:
        """Add people, runs and so on, each a list of values by name. Existing ones are replaced."""
        for each in given.get("people", ()):
            self.people[each["username"]] = Person(**each)
        for each in given.get("forget_people", ()):
            self.people.pop(each, None)
        for each in given.get("runs", ()):
            self.runs[each["course_id"]] = Run(**each)
        for each in given.get("enrollments", ()):
            enrollment = Enrollment(**each)
            self.of_run.setdefault(enrollment.course_id, {})[enrollment.username] = enrollment
        for each in given.get("forget_enrollments", ()):
            self.of_run.get(each["course_id"], {}).pop(each["username"], None)
        for each in given.get("grades", ()):
            grade = Grade(**each)
            self.grades[grade.username, grade.course_id] = grade
        if "roles" in given:
            self.roles = [Role(**each) for each in given["roles"]]
        for username, course_id in given.get("forget_certificates", ()):
            self.certificates.pop((username, course_id), None)
        for each in given.get("certificates", ()):
            certificate = Certificate(**each)
            self.certificates[certificate.username, certificate.course_id] = certificate

    def switch(self, given: dict[str, Any]) -> None:
        known = {field.name for field in fields(Switches)}
        for name, value in given.items():
            if name not in known:
                raise LookupError(f"no switch {name}")
            setattr(self.switches, name, tuple(value) if isinstance(value, list) else value)

    def person(self, username: str) -> Person | None:
        if (found := self.people.get(username)) is not None or not self.switches.case_insensitive_usernames:
            return found
        return next((each for each in self.people.values() if each.username.lower() == username.lower()), None)

    def enrollment(self, username: str, course_id: str) -> Enrollment | None:
        return self.of_run.get(course_id, {}).get(username)

    def roles_of(self, username: str) -> list[Role]:
        return [role for role in self.roles if role.username == username]

    def is_staff_of(self, person: Person, course_id: str, *roles: str) -> bool:
        """Whether the person has one of these roles in the run or its organization; global staff have all."""
        org = course_id.partition(":")[2].partition("+")[0]
        return person.is_staff or any(
            role.role in roles and role.org == org and role.course_id in (None, course_id)
            for role in self.roles_of(person.username)
        )


WORLD = World()
"""The LMS of this process."""
