"""Rules of a reconciliation: its phases, its pauses after failures, and what the LMS and the table contradict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certificates.rules.model import Facts, Status
from certificates.rules.reconciliation import (
    CERTIFICATES_UNREAD,
    DifferenceKind,
    Heard,
    Phase,
    Reconciliation,
    ReconciliationState,
    differences_of,
    has_shrunk,
)
from tests.unit.rules.made import COURSE_ID, NOW, PAST, facts

RUNNING = Reconciliation(
    course_id=COURSE_ID,
    reconciliation_id="r1",
    state=ReconciliationState.RUNNING,
    phase=Phase.GRADES,
    started_by="dean",
    started_at=PAST,
    moved_at=PAST,
    cursor="c",
    page=3,
    position=4,
    total=5,
    listed=6,
    version=7,
)


def test_another_phase_begins_at_its_first_page_and_keeps_what_was_counted() -> None:
    turned = RUNNING.turned_to(Phase.HOLDERS, active=9)
    assert turned == replace(
        RUNNING, phase=Phase.HOLDERS, cursor=None, page=0, position=0, total=0, active=9, listed=6, version=7
    )


def test_a_list_that_the_lms_does_not_have_is_noted_and_passed_over() -> None:
    once = RUNNING.without(Phase.BETA_TESTERS, Phase.HOLDERS)
    twice = once.without(Phase.HOLDERS, Phase.SELECTING)
    assert (once.phase, once.not_listed) == (Phase.HOLDERS, ("beta-testers",))
    assert (twice.phase, twice.not_listed) == (Phase.SELECTING, ("beta-testers", "certificate-holders"))


def test_an_end_has_its_time_and_its_reason() -> None:
    ended = RUNNING.ended(ReconciliationState.ASKS, NOW, "shrunk")
    assert ended == replace(RUNNING, state=ReconciliationState.ASKS, finished_at=NOW, why="shrunk")
    assert RUNNING.ended(ReconciliationState.FINISHED, NOW).why == ""


@pytest.mark.parametrize("phase", Phase)
def test_an_early_end_is_broken_only_while_the_lms_is_still_read(phase: Phase) -> None:
    ended = replace(RUNNING, phase=phase).ended_early("overtaken", NOW)
    if phase in (Phase.COMPARING, Phase.CERTIFICATES):
        assert (ended.state, ended.why) == (ReconciliationState.FINISHED, CERTIFICATES_UNREAD)
    else:
        assert (ended.state, ended.why) == (ReconciliationState.BROKEN, "overtaken")
    assert ended.finished_at == NOW


def test_each_pause_after_a_failure_is_twice_as_long_up_to_fifteen_minutes() -> None:
    pauses, tried = [], RUNNING
    for _ in range(9):
        tried = tried.after_failure(NOW, share=1)
        assert tried.next_try_at
        pauses.append((tried.next_try_at - NOW) // timedelta(minutes=1))
    assert pauses == [1, 2, 4, 8, 15, 15, 15, 15, 15]
    assert (tried.state, tried.tries) == (ReconciliationState.RUNNING, 9)


def test_a_share_of_the_pause_passes_before_the_next_try() -> None:
    assert RUNNING.after_failure(NOW, share=0.5).next_try_at == NOW + timedelta(seconds=30)


def test_the_tenth_failure_in_a_row_ends_the_reconciliation() -> None:
    ended = replace(RUNNING, tries=9).after_failure(NOW, share=1)
    assert (ended.state, ended.why, ended.finished_at) == (ReconciliationState.BROKEN, "lms-unavailable", NOW)


@pytest.mark.parametrize(
    ("before", "now", "percent", "shrunk"),
    [(19, 0, 20, False), (20, 0, 20, True), (20, 16, 20, False), (20, 15, 20, True), (100, 110, 0, False)],
)
def test_a_run_of_twenty_or_more_shrinks_by_more_than_the_percentage(
    before: int, now: int, percent: int, shrunk: bool
) -> None:
    assert has_shrunk(before, now, percent) is shrunk


HEARD = Heard(active=True)


def holder(name: str = "Li Ning", imported: bool = False, **made: Any) -> Facts:
    found = facts(status=Status.DOWNLOADABLE, **made)
    assert found.certificate
    return replace(found, certificate=replace(found.certificate, name=name, imported_at=PAST if imported else None))


@pytest.mark.parametrize(
    ("found", "heard", "kinds"),
    [
        (holder(), HEARD, set()),
        (facts(), HEARD, set()),
        # What the LMS says about anybody.
        (facts(), Heard(active=True, retired=True), {"retired"}),
        (facts(), Heard(active=True, has_account=False), {"account-missing"}),
        (facts(), Heard(active=True, has_grade=False), {"grade-missing"}),
        (facts(), Heard(active=False, has_grade=False), set()),
        # A holder's certificate.
        (holder(name="Li"), HEARD, {"holder-renamed"}),
        (holder(name="Li"), Heard(active=True, retired=True), {"retired"}),
        (holder(name="Li", learner={"name": "\u200b"}), HEARD, set()),
        (holder(passing=False), HEARD, {"holder-not-passing"}),
        (holder(passing=False, exception=True), HEARD, set()),
        (holder(passing=False), Heard(active=False), {"holder-not-enrolled"}),
        (holder(enrollment={"mode": "audit"}), HEARD, {"holder-in-other-mode"}),
        (holder(enrollment={"mode": "audit"}), Heard(active=False), {"holder-not-enrolled"}),
        (facts(status=Status.NOTPASSING, passing=False), HEARD, set()),
        # An imported certificate: the LMS has kept it beside its own facts.
        (holder(imported=True, passing=False), Heard(active=False, certified=True), set()),
        (holder(imported=True), Heard(active=True, certified=False), {"certificate-gone"}),
        (holder(imported=True), Heard(active=True, certified=None), set()),
        (holder(imported=True), Heard(active=True, certified=False, retired=True), {"retired"}),
        (holder(), Heard(active=True, certified=False), set()),
    ],
)
def test_the_differences_of_a_learner_are_named(found: Facts, heard: Heard, kinds: set[str]) -> None:
    assert differences_of(found, heard) == {DifferenceKind(kind) for kind in kinds}
