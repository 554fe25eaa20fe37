"""A process that dies at a chosen AWS call.

with calls() as made:                     # names of the AWS calls that were made
    act()
with killed_at(Point(3, "after")):        # dies just after its fourth call has taken effect
    act()
tried = at_every_call(world, act, check)  # all of them, each in a new cloud, then the event once more
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any, Literal, TypeVar
from unittest.mock import patch

from botocore.client import BaseClient
from werkzeug.wrappers import Response

from certificates.errors import Conflict, NotFound
from tests.bench.counting import calls_of_botocore
from tests.s3_server import Answer, Asked, refused, standing_between

World = TypeVar("World")
Moment = Literal["before", "after"]


class Killed(BaseException):
    """The process has died. No `except Exception` catches this, and threads that still run make no more AWS calls."""


@dataclass(frozen=True, slots=True)
class Point:
    """The `call`-th AWS call, counted from 0, `before` or `after` it takes effect."""

    call: int
    moment: Moment


@contextmanager
def calls() -> Iterator[list[str]]:
    """The names of the AWS calls made inside, such as `s3.PutObject`, in their order."""
    with calls_of_botocore() as made:

        def note_object(asked: Asked, answer: Answer) -> Response:
            made.append(f"s3.{asked.operation}")
            return answer()

        with standing_between(note_object):
            yield made


@contextmanager
def killed_at(point: Point) -> Iterator[None]:
    """The process inside the block dies at this point. The block catches Killed and its consequences.

    A call over HTTP cannot raise Killed: from this point on, S3 carries out no call, and answers with an error.
    """
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    lock, count, dead = Lock(), 0, False

    def dies() -> tuple[bool, bool]:
        """Whether this call is dropped, and whether its answer is dropped."""
        nonlocal count, dead
        with lock:
            if dead:
                return True, True
            mine, count = count, count + 1
            dead = mine == point.call
        return dead and point.moment == "before", dead

    def die_in_time(client: Any, operation: str, values: Any) -> Any:
        not_made, unheard = dies()
        if not_made:
            raise Killed
        answer = real(client, operation, values)
        if unheard:
            raise Killed
        return answer

    def answer_in_time(_: Asked, answer: Answer) -> Response:
        not_made, unheard = dies()
        heard = refused(HTTPStatus.BAD_REQUEST, "Killed") if not_made else answer()
        return refused(HTTPStatus.BAD_REQUEST, "Killed") if unheard else heard

    with patch.object(BaseClient, "_make_api_call", die_in_time), standing_between(answer_in_time):
        try:
            yield
        except Killed:
            pass
        except Exception:
            if not dead:
                raise


def at_every_call(
    world: Callable[[], AbstractContextManager[World]],
    act: Callable[[World], object],
    check: Callable[[World], None],
) -> int:
    """Kills `act` before and after every AWS call that it makes. Returns the number of points.

    `world` makes a cloud with what the act needs. At each point the act is killed and then repeated, as AWS delivers an
    event again. `check` then looks at the world; it also looks at the world after an undisturbed act.
    """
    with world() as undisturbed, calls() as made:
        act(undisturbed)
        total = len(made)
        check(undisturbed)
    moments: tuple[Moment, ...] = ("before", "after")
    points = [Point(call, moment) for call in range(total) for moment in moments]
    for point in points:
        with world() as disturbed:
            with killed_at(point):
                act(disturbed)
            act(disturbed)
            try:
                check(disturbed)
            except AssertionError as error:
                error.add_note(f"killed {point.moment} {made[point.call]}, call {point.call} of {total}")
                raise
    return len(points)


@contextmanager
def done_already() -> Iterator[None]:
    """Refusals that only mean that an earlier try has succeeded."""
    try:
        yield
    except Conflict as refused:
        if refused.reason not in {"already-invalidated", "job-running"}:
            raise
    except NotFound as refused:
        if refused.reason != "not-invalidated":
            raise
