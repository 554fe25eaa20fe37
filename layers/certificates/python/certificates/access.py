"""Who calls, and who may manage a course run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from certificates.errors import NotAllowed

if TYPE_CHECKING:
    from certificates.aws.run_store import RunStore


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `global_staff` may do what course staff of any run may."""

    username: str
    global_staff: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in to the pages; `name` is how the provider calls them."""

    username: str
    name: str
    global_staff: bool
    expires_at: datetime

    @property
    def caller(self) -> Caller:
        return Caller(self.username, self.global_staff)


def require_staff(caller: Caller, course_id: str, runs: RunStore) -> None:
    """Raises NotAllowed `not-course-staff` unless global staff or course staff of the run.

    The same answer whether or not the run exists: who may not manage it learns nothing about it.
    """
    if not caller.global_staff and caller.username not in runs.staff(course_id):
        raise NotAllowed("not-course-staff", "Only course staff of this run may do this.")


def require_global_staff(caller: Caller) -> None:
    """Raises NotAllowed `not-global-staff`."""
    if not caller.global_staff:
        raise NotAllowed("not-global-staff", "Only global staff may do this.")
