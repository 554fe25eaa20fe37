"""Doors: who may call an operation."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from certificates.errors import NotAllowed, NotFound, NotSignedIn
from certificates.http.doors import Door, anyone, global_staff, signed_in, staff_of_the_run
from tests.unit.http.calls import request

COURSE = "course-v1:Fjord+BIO1+2026"
NOBODY: dict[str, Any] = {}
LEARNER, STAFF = {"username": "zoe"}, {"username": "omar"}
GLOBAL_STAFF = {"username": "root", "administrator": "true"}


def answer_of(door: Door, claims: dict[str, Any], course_id: str = COURSE) -> type[Exception] | None:
    """The refusal at the door; None: the caller may come in."""
    runs = SimpleNamespace(staff=lambda named: frozenset({"omar"} if named == COURSE else ()))
    backend = SimpleNamespace(runs=runs)
    try:
        door(request(path={"course_id": course_id}, claims=claims, backend=backend))
    except (NotSignedIn, NotAllowed, NotFound) as refused:
        return type(refused)
    return None


@pytest.mark.parametrize(
    ("door", "nobody", "learner", "staff", "administrator"),
    [
        (anyone, None, None, None, None),
        (signed_in, NotSignedIn, None, None, None),
        (staff_of_the_run, NotSignedIn, NotAllowed, None, None),
        (global_staff, NotSignedIn, NotAllowed, NotAllowed, None),
    ],
)
def test_each_door_lets_its_callers_in(
    monkeypatch: pytest.MonkeyPatch, door: Door, nobody: Any, learner: Any, staff: Any, administrator: Any
) -> None:
    monkeypatch.setenv("USERNAME_CLAIM", "username")
    assert answer_of(door, NOBODY) is nobody
    assert answer_of(door, LEARNER) is learner
    assert answer_of(door, STAFF) is staff
    assert answer_of(door, GLOBAL_STAFF) is administrator


def test_staff_of_one_run_are_not_staff_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERNAME_CLAIM", "username")
    assert answer_of(staff_of_the_run, STAFF, "course-v1:Fjord+BIO2+2026") is NotAllowed
    assert answer_of(staff_of_the_run, STAFF, "BIO1") is NotFound
