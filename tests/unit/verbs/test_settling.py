"""Settling: a lost race is tried again, and a document that no certificate names does not stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import settling
from certificates.change import Change
from certificates.content import document_key
from certificates.errors import Busy, Raced, Throttled
from certificates.planning import Cause, Plan
from certificates.rendering.fields import Fields
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Outcome, Status
from certificates.settling import ATTEMPTS, Try, act, attempts, planned_for
from certificates.trust.status_list import StatusEntry
from tests.unit.rules.made import COURSE_ID, NOW, certificate, facts

NEW, OLD, OTHERS = "certificates/8f14/4-1.pdf", "certificates/8f14/3-0.pdf", "certificates/8f14/4-2.pdf"
CERTIFICATE = replace(certificate(Status.DOWNLOADABLE), document=NEW, design_digest="d1")
ENTRY = HistoryEntry(at=NOW, actor="omar", trigger=Trigger.BULK, change=ChangeKind.ISSUED, reason="issued")
FIELDS = Fields(name="Li", issued_on=NOW.date(), verify_uuid="8f14", revision=4, verify_url="https://here")
CHANGE = Change(course_id=COURSE_ID, user_id="41", history=ENTRY, revision_read=3, certificate=CERTIFICATE)
PLAN = Plan(change=CHANGE, fields=FIELDS, obsolete=OLD)
ISSUES = Decision(outcome=Outcome.ISSUED, reason=Reason.ISSUED, status=Status.DOWNLOADABLE)


def test_five_lost_races_in_a_row_are_busy() -> None:
    tried = []
    with pytest.raises(Busy, match=r"^This certificate is being changed by others right now\. Try again\.$") as busy:
        for attempt in attempts():
            with attempt:
                tried.append(attempt)
                raise Raced
    assert len(tried) == ATTEMPTS == 5
    assert isinstance(busy.value.__cause__, Raced)


@pytest.mark.parametrize("lost", [0, 1, 4])
def test_a_race_that_is_won_ends_the_tries(lost: int) -> None:
    tried = 0
    for attempt in attempts():
        with attempt:
            tried += 1
            if tried <= lost:
                raise Raced
    assert tried == lost + 1


def test_another_error_ends_the_tries_at_once() -> None:
    tried = 0
    with pytest.raises(Throttled):
        for attempt in attempts():
            with attempt:
                tried += 1
                raise Throttled
    assert tried == 1


def test_a_try_has_not_succeeded_before_its_end() -> None:
    attempt = Try(is_last=False)
    assert attempt.succeeded is False
    with attempt:
        assert attempt.succeeded is False
    assert attempt.succeeded is True


class World:
    """A backend that notes the calls. `write` does the write of the certificate."""

    def __init__(self, write: Callable[[], None] = lambda: None, in_use: str | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.backend: Any = SimpleNamespace(
            renderer=SimpleNamespace(render=lambda *call: self.calls.append(("render", *call))),
            certificates=SimpleNamespace(write=self._write, document_in_use=self._in_use),
            documents="the bucket",
        )
        self._writing, self._document = write, in_use

    def _write(self, change: Change) -> None:
        self.calls.append(("write", change))
        self._writing()

    def _in_use(self, *whose: str) -> str | None:
        self.calls.append(("in use", *whose))
        return self._document


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(settling, "remove_at_once", lambda *call: calls.append(call))
    return calls


def lose() -> None:
    raise Raced


def test_the_document_is_stored_before_the_certificate_that_names_it(removed: list[Any]) -> None:
    world = World()
    act(PLAN, world.backend)
    assert world.calls == [("render", "d1", FIELDS, NEW, None), ("write", CHANGE)]
    assert removed == [([OLD], "the bucket")]


def test_the_document_carries_the_credential_of_the_plan(removed: list[Any]) -> None:
    award: Any = "the award"
    world = World()
    act(replace(PLAN, award=award), world.backend)
    assert world.calls[0] == ("render", "d1", FIELDS, NEW, award)


def test_an_empty_plan_does_nothing(removed: list[Any]) -> None:
    world = World()
    act(Plan(fields=FIELDS, obsolete=OLD), world.backend)
    assert (world.calls, removed) == ([], [])


def test_a_mark_renders_nothing_and_an_act_of_staff_has_no_document(removed: list[Any]) -> None:
    for change in (replace(CHANGE, certificate=replace(CERTIFICATE, document=None)), replace(CHANGE, certificate=None)):
        world = World()
        act(Plan(change=change, obsolete=OLD), world.backend)
        assert world.calls == [("write", change)]
    assert removed == [([OLD], "the bucket")] * 2


@pytest.mark.parametrize("obsolete", [None, NEW])
def test_a_document_that_the_certificate_names_is_not_removed(removed: list[Any], obsolete: str | None) -> None:
    act(replace(PLAN, obsolete=obsolete), World().backend)
    assert removed == []


@pytest.mark.parametrize(("in_use", "gone"), [(None, [NEW]), (OTHERS, [NEW]), (NEW, [])])
def test_the_loser_of_a_race_removes_its_document_unless_the_winner_names_it(
    removed: list[Any], in_use: str | None, gone: list[str]
) -> None:
    world = World(lose, in_use)
    with pytest.raises(Raced):
        act(PLAN, world.backend)
    assert world.calls[-1] == ("in use", COURSE_ID, "41")
    assert removed == [([document], "the bucket") for document in gone]


def test_the_loser_without_a_document_removes_nothing(removed: list[Any]) -> None:
    world = World(lose)
    mark = Plan(change=replace(CHANGE, certificate=replace(CERTIFICATE, document=None)), obsolete=OLD)
    with pytest.raises(Raced):
        act(mark, world.backend)
    assert ([name for name, *_ in world.calls], removed) == (["write"], [])


def test_a_throttled_write_leaves_the_document_for_the_next_try(removed: list[Any]) -> None:
    def throttle() -> None:
        raise Throttled

    with pytest.raises(Throttled):
        act(PLAN, World(throttle).backend)
    assert removed == []


def backend(*, gives: bool) -> Any:
    def entries(count: int, now: Any) -> Iterator[StatusEntry]:
        assert (count, now) == (1, NOW)
        yield StatusEntry("new", 1)

    credentials = SimpleNamespace(entries=entries)
    return SimpleNamespace(secret=b"s", base_url="https://here", gives_credentials=gives, credentials=credentials)


@pytest.mark.parametrize(
    ("gives", "run", "held", "entry"),
    [
        (True, {}, None, ("new", 1)),
        (True, {}, ("old", 7), ("old", 7)),
        (False, {}, None, (None, None)),
        (True, {"credential": False}, None, (None, None)),
    ],
)
def test_a_new_credential_gets_an_entry_of_a_status_list_unless_it_has_one(
    gives: bool, run: dict[str, Any], held: tuple[str, int] | None, entry: tuple[str | None, int | None]
) -> None:
    given = facts(run=run)
    if held:
        before = replace(certificate(Status.NOTPASSING), status_list=held[0], status_index=held[1])
        given = replace(given, certificate=before)
    cause = Cause(trigger=Trigger.BULK, actor="omar")
    planned = planned_for(given, ISSUES, cause, backend(gives=gives))
    assert planned.change is not None and planned.change.certificate is not None
    made = planned.change.certificate
    assert (made.status_list, made.status_index) == entry
    assert (planned.award is not None) is (entry[0] is not None)
    assert planned.change.history.actor == "omar"
    assert planned.fields is not None
    assert made.document == document_key(made, planned.fields, planned.award)
    assert planned.fields.verify_url == f"https://here/certificates/{made.verify_uuid}"
