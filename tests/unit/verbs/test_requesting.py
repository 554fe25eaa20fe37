"""Requesting and issuing: which facts decide, what is written, and what staff find about a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import issue as issuing
from certificates import request as requesting
from certificates import telemetry
from certificates.errors import NotFound, NotPrintable, Raced
from certificates.planning import Cause
from certificates.reconciliation import learner as lms_learner
from certificates.request import FRESH, look_again, request_certificate
from certificates.rules.eligibility import Decision, Reason, decide
from certificates.rules.history import Trigger
from certificates.rules.model import Attempt, Display, Facts, Outcome, Status
from certificates.rules.request import decide_request
from tests.unit.rules.made import COURSE_ID, ENROLLMENT, FUTURE, INVALIDATION, NOW, RUN, certificate, facts

CAUSE = Cause(trigger=Trigger.BULK, actor="omar", job="j1")


class World:
    """A backend with the facts of the learner li (id 41) that notes attempts, rendered documents and writes."""

    def __init__(self, given: Facts | None, **parts: Any) -> None:
        self.given = given
        self.attempts: list[tuple[str, str, Attempt]] = []
        self.done: list[str] = []
        self.lost = 0
        self.does_not_fit = False
        usual: dict[str, Any] = {
            "site": "the site",
            "secret": b"s",
            "base_url": "https://here",
            "gives_credentials": False,
            "lms": None,
            "learners": SimpleNamespace(user_id_of=lambda username: "41" if username == "li" else None),
            "runs": SimpleNamespace(run=lambda course_id: RUN if course_id == COURSE_ID else None),
            "certificates": SimpleNamespace(facts=self._facts, write=self._write, document_in_use=lambda *whose: None),
            "jobs": SimpleNamespace(attempted=lambda *attempt: self.attempts.append(attempt)),
            "renderer": SimpleNamespace(render=self._render),
            "documents": SimpleNamespace(remove=lambda keys: None, delete=lambda keys: None),
        }
        self.backend: Any = SimpleNamespace(**usual | parts)

    def _facts(self, course_id: str, user_id: str, *, site: Any, now: datetime) -> Facts | None:
        assert (user_id, site, now) == ("41", "the site", NOW)
        return self.given if course_id == COURSE_ID else None

    def _render(self, *call: Any) -> None:
        if self.does_not_fit:
            raise NotPrintable("too long")
        self.done.append("rendered")

    def _write(self, change: Any) -> None:
        if self.lost:
            self.lost -= 1
            raise Raced
        self.done.append("written")


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The decisions that logs and metrics have."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(telemetry, "decided", lambda *call: calls.append(call))
    return calls


def issue(world: World, decide: Callable[[Facts], Decision] = decide) -> issuing.Issued:
    return issuing.issue(COURSE_ID, "41", cause=CAUSE, backend=world.backend, now=NOW, decide=decide)


def test_an_issued_certificate_is_rendered_then_written_and_told(told: list[Any]) -> None:
    world = World(facts())
    made = issue(world)
    assert world.done == ["rendered", "written"]
    assert made.certificate is not None
    assert (made.certificate.status, made.certificate.job, made.changed) == (Status.DOWNLOADABLE, "j1", True)
    assert (made.decision, made.facts) == (decide(facts()), facts())
    assert told == [(made.decision, Trigger.BULK, COURSE_ID, "41")]
    assert world.attempts == []


def test_a_lost_race_is_decided_again_and_told_once(told: list[Any]) -> None:
    world = World(facts())
    world.lost = 2
    assert issue(world).changed
    assert world.done == ["rendered", "rendered", "rendered", "written"]
    assert len(told) == 1


def test_a_decision_that_changes_nothing_has_the_certificate_that_is_there(told: list[Any]) -> None:
    held = replace(facts(), certificate=certificate(Status.DOWNLOADABLE))
    made = issue(World(held))
    assert (made.certificate, made.changed, made.decision.reason) == (held.certificate, False, Reason.ALREADY_ISSUED)
    assert len(told) == 1


def test_a_name_that_does_not_fit_is_noted_with_its_print_and_nothing_is_told(told: list[Any]) -> None:
    world = World(facts())
    world.does_not_fit = True
    with pytest.raises(NotPrintable):
        issue(world)
    ((course_id, user_id, attempt),) = world.attempts
    assert (course_id, user_id) == (COURSE_ID, "41")
    assert (attempt.outcome, attempt.reason, attempt.at, attempt.job) == (
        Outcome.REFUSED,
        "name-not-printable",
        NOW,
        None,
    )
    assert attempt.printed
    assert (world.done, told) == ([], [])


def test_a_name_without_a_font_is_noted_for_staff_without_a_print() -> None:
    world = World(facts(unprintable="\U00013000"))
    assert issue(world).decision.reason is Reason.NAME_NOT_PRINTABLE
    assert world.attempts == [(COURSE_ID, "41", Attempt(outcome=Outcome.REFUSED, reason="name-not-printable", at=NOW))]


def test_an_unknown_learner_is_not_found() -> None:
    with pytest.raises(NotFound):
        issue(World(None))


def request(world: World, username: str = "li", **own: Any) -> issuing.Issued:
    return request_certificate(COURSE_ID, username, backend=world.backend, now=NOW, **own)


def test_a_learner_requests_in_their_own_name(told: list[Any]) -> None:
    made = request(World(facts()))
    assert (made.decision.outcome, made.changed) == (Outcome.ISSUED, True)
    assert told == [(made.decision, Trigger.LEARNER, COURSE_ID, "41")]


def test_a_refused_request_is_noted_for_staff_once() -> None:
    world = World(facts(run={"self_generation": False}))
    assert request(world).decision.reason is Reason.SELF_GENERATION_OFF
    assert world.attempts == [(COURSE_ID, "41", Attempt(outcome=Outcome.REFUSED, reason="self-generation-off", at=NOW))]
    world = World(facts(unprintable="\U00013000"))
    assert request(world).decision.reason is Reason.NAME_NOT_PRINTABLE
    assert len(world.attempts) == 1


@pytest.mark.parametrize("given", [facts(passing=False, status=Status.UNVERIFIED), facts(status=Status.DOWNLOADABLE)])
def test_a_request_that_marks_the_certificate_or_keeps_it_needs_no_note(given: Facts) -> None:
    world = World(given)
    assert request(world).decision.outcome in {Outcome.REFUSED, Outcome.KEPT}
    assert world.attempts == []


def test_a_stranger_is_refused_and_nothing_is_written(told: list[Any]) -> None:
    world = World(None)
    made = request(world, "stranger")
    assert (made.decision.reason, made.certificate, made.changed) == (Reason.NOT_ENROLLED, None, False)
    assert made.facts.learner.username == "stranger"
    assert (world.done, world.attempts, told) == ([], [], [])


class Lms:
    """An LMS that is read as the service, or as the learner."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, enrolled_ever: bool = True) -> None:
        self.reads: list[dict[str, Any]] = []
        self.stored: list[tuple[Any, ...]] = []
        self.enrolled_ever = enrolled_ever
        monkeypatch.setattr(lms_learner, "read_learner", self._read)
        monkeypatch.setattr(lms_learner, "store_learner", self._store)

    def as_service(self) -> str:
        return "the service"

    def _read(self, run: Any, username: str, **how: Any) -> Any:
        self.reads.append({"run": run, "username": username} | how)
        return SimpleNamespace(enrolled_ever=self.enrolled_ever)

    def _store(self, run: Any, read: Any, *, backend: Any, at: datetime) -> None:
        self.stored.append((run, read.enrolled_ever, at))


@pytest.mark.parametrize(
    ("own", "reader", "as_learner"), [({}, "the service", False), ({"own": "the learner"}, "the learner", True)]
)
def test_the_lms_is_read_before_a_request_is_decided(
    monkeypatch: pytest.MonkeyPatch, own: dict[str, Any], reader: str, as_learner: bool
) -> None:
    lms = Lms(monkeypatch)
    assert request(World(facts(), lms=lms), **own).decision.outcome is Outcome.ISSUED
    assert lms.reads == [
        {
            "run": RUN,
            "username": "li",
            "reader": reader,
            "site": "the site",
            "own": as_learner,
            "known": facts(),
        }
    ]
    assert lms.stored == [(RUN, True, NOW)]


def test_an_enrollment_that_the_lms_does_not_have_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    lms = Lms(monkeypatch, enrolled_ever=False)
    assert request(World(facts(), lms=lms)).decision.reason is Reason.NOT_ENROLLED
    assert request(World(None, lms=lms), "stranger").decision.reason is Reason.NOT_ENROLLED


SETTLED = [
    facts(run={"self_generation": False}),
    facts(run={"display": Display.END_WITH_DATE, "available_on": FUTURE}),
    facts(invalidation=INVALIDATION, status=Status.UNAVAILABLE),
    facts(status=Status.DOWNLOADABLE),
]


@pytest.mark.parametrize("given", SETTLED)
def test_the_lms_is_not_asked_about_what_it_cannot_change(monkeypatch: pytest.MonkeyPatch, given: Facts) -> None:
    lms = Lms(monkeypatch)
    assert decide_request(given).reason in requesting.SETTLED
    request(World(given, lms=lms))
    own: Any = "the learner"
    look_again(COURSE_ID, "li", own=own, backend=World(given).backend, now=NOW)
    assert (lms.reads, lms.stored) == ([], [])


@pytest.mark.parametrize(
    ("read_at", "reads"),
    [(None, 1), (NOW - FRESH - timedelta(seconds=1), 1), (NOW - FRESH, 0), (NOW, 0)],
)
def test_a_page_reads_a_learner_again_after_a_minute(
    monkeypatch: pytest.MonkeyPatch, read_at: datetime | None, reads: int
) -> None:
    lms = Lms(monkeypatch)
    given = facts(passing=False, enrollment={"enrolled_at": read_at})
    own: Any = "the learner"
    look_again(COURSE_ID, "li", own=own, backend=World(given).backend, now=NOW)
    known = {"run": RUN, "username": "li", "reader": own, "site": "the site", "own": True, "known": given}
    assert lms.reads == [known] * reads
    assert lms.stored == [(RUN, True, NOW)] * reads
    assert timedelta(minutes=1) == FRESH


def test_a_page_reads_a_learner_without_an_enrollment(monkeypatch: pytest.MonkeyPatch) -> None:
    lms = Lms(monkeypatch)
    own: Any = "the learner"
    look_again(COURSE_ID, "li", own=own, backend=World(facts(enrolled=False)).backend, now=NOW)
    assert len(lms.reads) == 1
    assert ENROLLMENT.enrolled_at is None
