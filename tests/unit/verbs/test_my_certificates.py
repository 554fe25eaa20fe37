"""A learner's own pages: the state in each run, and the certificates that are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.errors import NotFound
from certificates.learner_status import (
    MOST_COURSES,
    LearnerStatus,
    courses_without_certificate,
    facts_of_username,
    read_status,
    shown_certificates,
)
from certificates.rules.model import Certificate, CourseRun, Display, Facts, Learner, Site, Status
from certificates.rules.progress import State, progress
from tests.unit.rules.made import COURSE_ID, FUTURE, NOW, RUN, certificate, facts

SITE = Site(identity_required=True)


class World:
    """A backend with these facts of the learner li (id 41), by run. Nobody else is known."""

    def __init__(self, *known: Facts, runs: Iterable[CourseRun] = ()) -> None:
        self.known = {each.run.course_id: each for each in known}
        self.all_runs = {run.course_id: run for run in (*(each.run for each in known), *runs)}
        self.backend: Any = SimpleNamespace(
            site=SITE,
            learners=SimpleNamespace(user_id_of=lambda username: "41" if username == "li" else None),
            runs=SimpleNamespace(
                run=self.all_runs.get,
                runs_by_id=lambda ids: {id: self.all_runs[id] for id in ids if id in self.all_runs},
            ),
            certificates=SimpleNamespace(
                facts=self._facts,
                facts_of_many=self._facts_of_many,
                certificates_of=lambda user_id: [each.certificate for each in self.known.values() if each.certificate],
                course_ids_of=lambda user_id: set(self.known),
            ),
        )

    def _facts(self, course_id: str, user_id: str, *, site: Site, now: datetime) -> Facts | None:
        assert (user_id, site, now) == ("41", SITE, NOW)
        return self.known.get(course_id)

    def _facts_of_many(self, run: CourseRun, user_ids: list[str], *, site: Site, now: datetime) -> Any:
        assert (user_ids, site, now) == (["41"], SITE, NOW)
        return [("41", self.known.get(run.course_id))]


def known(course_id: str = COURSE_ID, held: Certificate | None = None, run: Any = None, **changes: Any) -> Facts:
    given = facts(run={"course_id": course_id, **(run or {})}, **changes)
    return replace(given, certificate=held and replace(held, course_id=course_id))


HELD = certificate(Status.DOWNLOADABLE)
HIDDEN = {"display": Display.END_WITH_DATE, "available_on": FUTURE}


def test_the_status_of_a_learner_has_the_certificate_only_if_it_is_shown() -> None:
    given = known(held=HELD)
    assert read_status(COURSE_ID, "li", backend=World(given).backend, now=NOW) == LearnerStatus(
        progress=progress(given), certificate=given.certificate, facts=given
    )
    hidden = known(held=HELD, run=HIDDEN)
    status = read_status(COURSE_ID, "li", backend=World(hidden).backend, now=NOW)
    assert (status.progress.state, status.certificate) == (State.EARNED_AVAILABLE_LATER, None)


@pytest.mark.parametrize("username", ["stranger", "li"])
def test_a_person_without_facts_gets_the_answer_of_a_learner_without_enrollment(username: str) -> None:
    backend = World(runs=[RUN]).backend
    assert facts_of_username(COURSE_ID, username, backend=backend, now=NOW) == Facts(
        run=RUN, learner=Learner(user_id="", username=username, email="", name=""), now=NOW, site=SITE
    )
    assert read_status(COURSE_ID, username, backend=backend, now=NOW).progress.state is State.NOT_ENROLLED


def test_a_run_that_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound) as refused:
        read_status(COURSE_ID, "li", backend=World().backend, now=NOW)
    assert refused.value.reason == "unknown-course-run"


def dated(course: str, day: int, hour: int = 0, id: str = "0" * 32) -> Facts:
    held = replace(HELD, issued_on=date(2026, 10, day), modified_at=datetime(2026, 11, 1, hour, tzinfo=UTC))
    return known(course, replace(held, verify_uuid=id))


def test_certificates_come_by_their_day_then_by_the_last_change_then_by_id() -> None:
    world = World(
        dated("course-v1:A+B+1", 3, 5, "9" * 32),
        dated("course-v1:A+B+2", 4),
        dated("course-v1:A+B+3", 3, 6, "1" * 32),
        dated("course-v1:A+B+4", 3, 6, "2" * 32),
    )
    shown = shown_certificates("li", backend=world.backend, now=NOW)
    assert [held.course_id[-1] for held, _ in shown] == ["2", "4", "3", "1"]
    assert all(run.course_id == held.course_id for held, run in shown)


def test_only_certificates_that_stand_in_a_run_that_shows_them_are_mine() -> None:
    lost = known("course-v1:A+B+3", HELD)
    world = World(
        known("course-v1:A+B+1", replace(HELD, status=Status.NOTPASSING)),
        known("course-v1:A+B+2", HELD, run=HIDDEN),
        lost,
        known("course-v1:A+B+4", HELD),
    )
    del world.all_runs[lost.run.course_id]
    assert [held.course_id for held, _ in shown_certificates("li", backend=world.backend, now=NOW)] == [
        "course-v1:A+B+4"
    ]
    assert shown_certificates("stranger", backend=world.backend, now=NOW) == []


def test_courses_without_a_certificate_come_by_their_end_the_last_first() -> None:
    def ends(course_id: str, end: datetime | None) -> Facts:
        return known(course_id, run={"end": end}, passing=False)

    may, june = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    world = World(
        ends("course-v1:A+B+9", may),
        ends("course-v1:A+B+2", None),
        ends("course-v1:A+B+3", june),
        ends("course-v1:A+B+4", june),
        known("course-v1:A+B+5", HELD),
        known("course-v1:A+B+6", enrolled=False),
        known("course-v1:A+B+7", HELD, run=HIDDEN),
    )
    found = courses_without_certificate("li", backend=world.backend, now=NOW)
    assert [status.facts.run.course_id[-1] for status in found] == ["7", "2", "4", "3", "9"]
    assert found[1] == LearnerStatus(
        progress=progress(world.known["course-v1:A+B+2"]),
        certificate=None,
        facts=world.known["course-v1:A+B+2"],
    )
    assert courses_without_certificate("stranger", backend=world.backend, now=NOW) == []


def test_a_page_has_at_most_50_courses_without_a_certificate() -> None:
    world = World(*(known(f"course-v1:A+B+{number}", passing=False) for number in range(MOST_COURSES + 2)))
    assert len(courses_without_certificate("li", backend=world.backend, now=NOW)) == MOST_COURSES == 50
