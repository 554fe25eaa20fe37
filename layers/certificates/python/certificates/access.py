"""The caller, and who may manage a course run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.errors import NotAllowed

if TYPE_CHECKING:
    from certificates.aws.run_store import RunStore


@dataclass(frozen=True, slots=True)
class Rights:
    """A person's rights in the LMS: as global staff, as staff of runs, or of all runs of an organization.

    `beta_tester_in` are the runs in which the person is a beta tester.
    """

    global_staff: bool = False
    course_ids: frozenset[str] = frozenset()
    orgs: frozenset[str] = frozenset()
    beta_tester_in: frozenset[str] = frozenset()

    def manages(self, course_id: str) -> bool:
        org = course_id.partition(":")[2].partition("+")[0]
        return course_id in self.course_ids or org in self.orgs


NO_RIGHTS = Rights()


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller. `global_staff` have the rights of course staff in every run; `rights` are those in the LMS."""

    username: str
    global_staff: bool
    rights: Rights = NO_RIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class LmsSession:
    """The LMS's part of a session: the person's encrypted `tokens`, and the `rights` at `rights_read_at`."""

    tokens: str = field(repr=False)
    rights: Rights
    rights_read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in to the pages. `name` is the provider's name for the person.

    `session_id` is in the browser's cookie. `lms` is None if another provider than the LMS signs people in.
    """

    username: str
    name: str
    global_staff: bool
    expires_at: datetime
    session_id: str = field(default="", repr=False)
    lms: LmsSession | None = None

    @property
    def caller(self) -> Caller:
        return Caller(self.username, self.global_staff, self.lms.rights if self.lms else NO_RIGHTS)


def require_staff(caller: Caller, course_id: str, runs: RunStore) -> None:
    """Raises NotAllowed `not-course-staff` unless the caller is global staff or course staff of the run.

    The answer is the same if the run does not exist: other people must learn nothing about a run.
    """
    if caller.global_staff or caller.rights.manages(course_id):
        return
    if caller.username not in runs.staff(course_id):
        raise NotAllowed("not-course-staff", "Only course staff of this run may do this.")


def manages_any_run(caller: Caller, runs: RunStore) -> bool:
    """Whether the person is staff of some run, or may take one over from the LMS."""
    if caller.global_staff or caller.rights.course_ids or caller.rights.orgs:
        return True
    return bool(runs.runs_of_staff(caller.username, limit=1, after=None).items)


def require_global_staff(caller: Caller) -> None:
    """Raises NotAllowed `not-global-staff`."""
    if not caller.global_staff:
        raise NotAllowed("not-global-staff", "Only global staff may do this.")
