"""Invalidating and re-validating: what is decided, and everything that is written with it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import invalidate as invalidating
from certificates import telemetry
from certificates.change import Change
from certificates.errors import Conflict, NotFound, Raced
from certificates.invalidate import Invalidated, find_holder, invalidate, revalidate
from certificates.planning import Plan, revocation
from certificates.rules.eligibility import Reason
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Facts, Invalidation, Outcome, Status
from tests.unit.rules.made import (
    CLOSED,
    COURSE_ID,
    EXCEPTION,
    INVALIDATION,
    LEARNER,
    NOW,
    certificate,
    facts,
)

DOCUMENT = "certificates/8f14/3-0.pdf"
HELD = replace(certificate(Status.DOWNLOADABLE), document=DOCUMENT, status_list="list", status_index=7, name="Li Ning")
VALID = replace(facts(), certificate=HELD)
OPEN = replace(facts(), certificate=replace(HELD, status=Status.UNAVAILABLE, document=None), invalidation=INVALIDATION)


@pytest.fixture
def acted(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that were acted on."""
    plans: list[Plan] = []
    monkeypatch.setattr(invalidating, "act", lambda plan, backend: plans.append(plan))
    return plans


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(telemetry, "invalidated", lambda *call: calls.append(("invalidated", *call)))
    monkeypatch.setattr(telemetry, "decided", lambda *call: calls.append(call))
    return calls


def backend(given: Facts | None) -> Any:
    def facts_of(course_id: str, user_id: str, *, site: Any, now: Any) -> Facts | None:
        assert (course_id, user_id, site, now) == (COURSE_ID, "41", "the site", NOW)
        return given

    return SimpleNamespace(
        site="the site",
        secret=b"s",
        base_url="https://here",
        gives_credentials=False,
        certificates=SimpleNamespace(facts=facts_of),
        learners=SimpleNamespace(find=lambda name: LEARNER if name == "li" else None),
        runs=SimpleNamespace(run=lambda course_id: VALID.run),
    )


def test_an_invalidation_makes_the_certificate_unavailable_under_a_new_revision(
    acted: list[Plan], told: list[Any]
) -> None:
    given = replace(VALID, invalidation=CLOSED)
    made = invalidate(COURSE_ID, "li", " copied ", by="ines", backend=backend(given), now=NOW)
    invalidation = Invalidation(user_id="41", note="copied", invalidated_by="ines", invalidated_at=NOW)
    assert made == Invalidated(learner=LEARNER, invalidation=invalidation)
    after = replace(HELD, status=Status.UNAVAILABLE, revision=4, document=None, modified_at=NOW)
    assert acted == [
        Plan(
            change=Change(
                course_id=COURSE_ID,
                user_id="41",
                history=HistoryEntry(
                    at=NOW,
                    actor="ines",
                    trigger=Trigger.INVALIDATE,
                    change=ChangeKind.INVALIDATED,
                    reason="invalidated",
                    note="copied",
                ),
                revision_read=3,
                certificate=after,
                revoked=revocation(HELD, after),
                excepted=False,
                invalidation=invalidation,
                replaced=CLOSED,
            ),
            obsolete=DOCUMENT,
        )
    ]
    assert acted[0].change is not None and acted[0].change.revoked is True
    assert told == [("invalidated", COURSE_ID, "41")]


def test_an_invalidation_without_a_note_notes_none(acted: list[Plan]) -> None:
    invalidate(COURSE_ID, "li", "  ", by="ines", backend=backend(VALID), now=NOW)
    assert acted[0].change is not None
    assert acted[0].change.history.note is None


@pytest.mark.parametrize(
    ("identifier", "given", "kind", "reason"),
    [
        ("nobody", VALID, NotFound, "unknown-learner"),
        ("li", facts(), Conflict, "no-certificate"),
        ("li", replace(VALID, exception=EXCEPTION), Conflict, "on-exception-list"),
        ("li", OPEN, Conflict, "already-invalidated"),
        ("li", replace(VALID, certificate=certificate(Status.NOTPASSING)), Conflict, "not-downloadable"),
    ],
)
def test_only_a_certificate_that_stands_can_be_invalidated(
    acted: list[Plan], told: list[Any], identifier: str, given: Facts, kind: type[Exception], reason: str
) -> None:
    with pytest.raises(kind) as refused:
        invalidate(COURSE_ID, identifier, "", by="ines", backend=backend(given), now=NOW)
    refusal: Any = refused.value
    assert (refusal.reason, acted, told) == (reason, [], [])
    with pytest.raises(kind) as refused:
        find_holder(COURSE_ID, identifier, backend=backend(given), now=NOW)
    refusal = refused.value
    assert refusal.reason == reason


def test_staff_see_whose_certificate_it_is_before_they_invalidate_it(acted: list[Plan], told: list[Any]) -> None:
    assert find_holder(COURSE_ID, "li", backend=backend(VALID), now=NOW) == LEARNER
    assert (acted, told) == ([], [])


def test_a_lost_race_is_decided_again(monkeypatch: pytest.MonkeyPatch, told: list[Any]) -> None:
    lost: list[Plan] = []

    def lose_once(plan: Plan, backend: Any) -> None:
        lost.append(plan)
        if len(lost) == 1:
            raise Raced

    monkeypatch.setattr(invalidating, "act", lose_once)
    invalidate(COURSE_ID, "li", "", by="ines", backend=backend(VALID), now=NOW)
    assert (len(lost), len(told)) == (2, 1)
    lost.clear()
    revalidate(COURSE_ID, "41", by="ines", backend=backend(OPEN), now=NOW)
    assert (len(lost), len(told)) == (2, 2)


def test_a_re_validation_closes_the_invalidation_and_decides_again(acted: list[Plan], told: list[Any]) -> None:
    made = revalidate(COURSE_ID, "41", by="ines", backend=backend(OPEN), now=NOW)
    closed = replace(INVALIDATION, active=False, revalidated_by="ines", revalidated_at=NOW)
    (planned,) = acted
    assert planned.change is not None and planned.change.certificate is not None
    assert planned.change.first == HistoryEntry(
        at=NOW,
        actor="ines",
        trigger=Trigger.REVALIDATE,
        change=ChangeKind.REVALIDATED,
        reason="issued",
        note="cheated, case 17",
    )
    assert planned.change.history.change is ChangeKind.ISSUED
    assert (planned.change.history.trigger, planned.change.history.actor) == (Trigger.REVALIDATE, "ines")
    assert (planned.change.invalidation, planned.change.revision_read) == (closed, 3)
    assert planned.change.certificate.status is Status.DOWNLOADABLE
    assert made.certificate == planned.change.certificate
    assert (made.changed, made.decision.outcome, made.facts) == (True, Outcome.ISSUED, OPEN)
    assert told == [(made.decision, Trigger.REVALIDATE, COURSE_ID, "41")]


def test_a_re_validation_that_changes_no_certificate_is_written_alone(acted: list[Plan]) -> None:
    given = replace(
        OPEN,
        invalidation=replace(INVALIDATION, note=""),
        enrollment=facts(passing=False).enrollment,
        certificate=certificate(Status.NOTPASSING),
    )
    made = revalidate(COURSE_ID, "41", by="ines", backend=backend(given), now=NOW)
    (planned,) = acted
    assert planned.change is not None
    assert (planned.change.history.change, planned.change.history.note) == (ChangeKind.REVALIDATED, None)
    assert planned.change.history.reason == "not-passing"
    assert (planned.change.first, planned.change.certificate) == (None, None)
    assert (made.changed, made.certificate, made.decision.reason) == (
        False,
        given.certificate,
        Reason.NOT_PASSING,
    )


@pytest.mark.parametrize(
    ("given", "kind", "reason"),
    [
        (facts(), Conflict, "no-certificate"),
        (VALID, NotFound, "not-invalidated"),
        (replace(VALID, invalidation=CLOSED), NotFound, "not-invalidated"),
    ],
)
def test_only_an_invalidated_certificate_can_be_re_validated(
    acted: list[Plan], given: Facts, kind: type[Exception], reason: str
) -> None:
    with pytest.raises(kind) as refused:
        revalidate(COURSE_ID, "41", by="ines", backend=backend(given), now=NOW)
    refusal: Any = refused.value
    assert (refusal.reason, acted) == (reason, [])
