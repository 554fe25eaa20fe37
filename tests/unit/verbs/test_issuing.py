"""Issuing: what is noted about a name that cannot be printed, so that nobody lays it out again and again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import issue as issuing
from certificates import telemetry
from certificates.errors import NotPrintable
from certificates.issue import Issued, issue
from certificates.planning import Cause, Plan
from certificates.rules.eligibility import Reason
from certificates.rules.history import Trigger
from certificates.rules.model import Attempt, Facts, Outcome
from certificates.rules.predicates import print_of
from tests.unit.rules.made import COURSE_ID, NOW, PAST, facts

CAUSE = Cause(trigger=Trigger.LEARNER, actor="li")
NEVER_FITS = Attempt(outcome=Outcome.REFUSED, reason="name-not-printable", at=NOW, printed=print_of(facts()))


class World:
    """A backend with these facts of one learner. It notes the attempts, `acted` the plans, `told` the telemetry."""

    def __init__(self, given: Facts, monkeypatch: pytest.MonkeyPatch, *, fits: bool = True) -> None:
        self.attempts: list[tuple[str, str, Attempt]] = []
        self.acted: list[Plan] = []
        self.told: list[tuple[Any, ...]] = []

        def act(plan: Plan, backend: Any) -> None:
            self.acted.append(plan)
            if not fits:
                raise NotPrintable("too long")

        monkeypatch.setattr(issuing, "act", act)
        monkeypatch.setattr(telemetry, "decided", lambda *call: self.told.append(call))
        self.backend: Any = SimpleNamespace(
            site="the site",
            secret=b"s",
            base_url="https://here",
            gives_credentials=False,
            certificates=SimpleNamespace(facts=lambda course_id, user_id, *, site, now: given),
            runs=SimpleNamespace(run=lambda course_id: given.run),
            jobs=SimpleNamespace(attempted=lambda *attempt: self.attempts.append(attempt)),
        )

    def issue(self) -> Issued:
        return issue(COURSE_ID, "41", cause=CAUSE, backend=self.backend, now=NOW)


def test_a_learner_who_passes_gets_a_certificate_and_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(facts(), monkeypatch)
    made = world.issue()
    (planned,) = world.acted
    assert planned.change is not None and planned.change.certificate is not None
    assert (made.changed, made.certificate, made.facts) == (True, planned.change.certificate, facts())
    assert made.decision.reason is Reason.ISSUED
    assert world.attempts == []
    assert world.told == [(made.decision, Trigger.LEARNER, COURSE_ID, "41")]


def test_a_name_that_the_layout_found_too_long_is_noted_with_its_print(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(facts(), monkeypatch, fits=False)
    with pytest.raises(NotPrintable):
        world.issue()
    assert world.attempts == [(COURSE_ID, "41", NEVER_FITS)]
    assert world.told == []


def test_a_name_that_did_not_fit_stays_noted_when_the_decision_refuses_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(facts(last_attempt=replace(NEVER_FITS, at=PAST)), monkeypatch)
    made = world.issue()
    assert (made.decision.reason, made.changed, made.certificate) == (Reason.NAME_NOT_PRINTABLE, False, None)
    assert world.attempts == [(COURSE_ID, "41", NEVER_FITS)]
    assert world.told == [(made.decision, Trigger.LEARNER, COURSE_ID, "41")]


def test_a_name_without_a_font_is_noted_without_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(facts(unprintable="\U00012000"), monkeypatch)
    assert world.issue().decision.reason is Reason.NAME_NOT_PRINTABLE
    assert world.attempts == [(COURSE_ID, "41", replace(NEVER_FITS, printed=""))]
