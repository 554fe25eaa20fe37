"""The progress of a job, and the learners that it selects again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates.rules.bulk_issuance import TIME_TO_THINK, issuance_due, issuance_from, scheduled_job_id
from certificates.rules.eligibility import Reason
from certificates.rules.groups import Group, Scope
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.model import Attempt, CourseRun, Outcome, Status
from tests.unit.rules.made import facts

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BULK = Selection(kind=JobKind.BULK)
ANEW = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))


def job(*parts: Part, selection: Selection = BULK, state: JobState = JobState.RUNNING) -> Job:
    return Job(
        course_id="course-v1:A+B+C",
        job_id="one",
        selection=selection,
        dry_run=False,
        state=state,
        started_by="ines",
        started_at=NOW,
        parts=parts,
    )


def test_the_total_is_not_known_before_every_shard_was_counted() -> None:
    assert job(Part(total=4), Part()).total is None
    assert job(Part(total=4), Part(total=0)).total == 4


def test_the_total_is_never_below_the_number_done() -> None:
    late = job(Part(total=1, outcomes={"issued": 3}), Part(total=2))
    assert (late.done, late.total) == (3, 5)


def test_the_total_at_the_end_is_the_exact_number() -> None:
    part = Part(total=9).advanced({"issued": 2, "not-passing": 1}, "7")
    assert (part.cursor, part.batches, part.total, part.done, part.ended) == ("7", 1, 9, 3, False)
    ended = part.advanced({"issued": 1}, None)
    assert (ended.cursor, ended.batches, ended.total, ended.ended) == ("7", 2, 4, True)
    assert ended.outcomes == {"issued": 3, "not-passing": 1}


def test_a_page_without_learners_leaves_no_file() -> None:
    assert Part().advanced({}, None).files == 0
    assert Part().advanced({"kept": 1}, None).files == 1


def test_a_page_that_is_done_is_no_longer_stalled() -> None:
    assert not Part(stalled=True).advanced({}, "7").stalled


@pytest.mark.parametrize(
    ("running", "progress"),
    [
        (job(Part()), 0.0),
        (job(Part(total=0, ended=True), Part(total=0)), 0.0),
        (job(Part(total=4, outcomes={"issued": 1})), 0.25),
        (job(Part(total=1, outcomes={"issued": 1}, ended=True)), 0.9999),
        (job(Part(total=0, ended=True), state=JobState.FINISHED), 1.0),
    ],
)
def test_only_a_finished_job_has_come_all_the_way(running: Job, progress: float) -> None:
    assert running.progress == progress


def test_refusals_are_counted_by_reason_and_apart() -> None:
    counted = job(Part(outcomes={"issued": 2, "not-passing": 1}), Part(outcomes={"failed": 1, "not-passing": 2}))
    assert counted.refused == {"not-passing": 3}
    assert counted.outcomes == {"issued": 2, "failed": 1, "not-passing": 3}


def test_a_job_still_selects_learners_it_decided_on_after_they_left_its_groups() -> None:
    regeneration = job(Part(), selection=ANEW)
    marked = facts(status=Status.NOTPASSING)
    assert marked.certificate is not None
    assert not regeneration.selects(marked)
    assert regeneration.selects(replace(marked, certificate=replace(marked.certificate, job="one")))
    attempt = Attempt(outcome=Outcome.REFUSED, reason="not-passing", at=NOW, job="one")
    assert regeneration.selects(replace(marked, last_attempt=attempt))
    assert not regeneration.selects(replace(marked, last_attempt=replace(attempt, job="another")))


def test_a_job_recognizes_the_certificates_that_it_issued() -> None:
    held = facts(status=Status.DOWNLOADABLE)
    assert held.certificate is not None
    mine = replace(held, certificate=replace(held.certificate, job="one"))
    assert job(Part()).has_issued(mine)
    assert not job(Part()).has_issued(held)
    assert not job(Part()).has_issued(replace(mine, certificate=replace(held.certificate, status=Status.UNAVAILABLE)))


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (BULK, Reason.ALREADY_ISSUED),
        (ANEW, Reason.ISSUED),
        (Selection(kind=JobKind.EXCEPTIONS, scope=Scope.WITHOUT_CERTIFICATE), Reason.ALREADY_ISSUED),
        (Selection(kind=JobKind.EXCEPTIONS, scope=Scope.ALL), Reason.ISSUED),
    ],
)
def test_only_a_regeneration_makes_a_new_revision_of_a_certificate(selection: Selection, reason: Reason) -> None:
    assert selection.decide(facts(status=Status.DOWNLOADABLE)).reason is reason


def test_certificates_are_due_at_the_date_set_or_at_the_end_or_never() -> None:
    run = CourseRun(course_id="course-v1:A+B+C", title="T", organization="O", end=NOW)
    assert issuance_due(run) == NOW
    assert issuance_due(replace(run, bulk_issue_at=NOW + timedelta(days=1))) == NOW + timedelta(days=1)
    assert issuance_due(replace(run, bulk_issue_by_hand=True)) is None
    assert issuance_due(replace(run, end=None)) is None


def test_jobs_of_a_schedule_are_ordered_by_time_among_the_others() -> None:
    ids = [f"{NOW:%Y%m%dT%H%M%S%f}Z", scheduled_job_id(NOW + timedelta(seconds=1)), f"{NOW:%Y%m%d}T130000000000Z"]
    assert ids == sorted(ids)


def test_warnings_are_added_up_and_a_batch_ends_a_standstill() -> None:
    part = Part(stalled=True, warnings={"name-missing": 1}).advanced({"issued": 1}, "7", {"name-missing": 2, "x": 1})
    assert dict(part.warnings) == {"name-missing": 3, "x": 1}
    assert part.stalled is False
    assert dict(part.advanced({}, "8").warnings) == {"name-missing": 3, "x": 1}


def test_a_job_selects_by_its_groups_its_scope_or_all_who_are_enrolled() -> None:
    listed, holder, left = facts(exception=True), facts(status=Status.DOWNLOADABLE), facts(enrollment={"active": False})
    without = Selection(kind=JobKind.EXCEPTIONS, scope=Scope.WITHOUT_CERTIFICATE)
    assert [without.selects(each) for each in (listed, holder, left)] == [True, False, False]
    assert [ANEW.selects(each) for each in (listed, holder, left)] == [False, True, False]
    assert [BULK.selects(each) for each in (listed, holder, left)] == [True, True, False]
    assert [each.is_narrow for each in (without, ANEW, BULK)] == [True, True, False]


def regenerating(*groups: Group) -> Selection:
    return Selection(kind=JobKind.REGENERATE, groups=frozenset(groups))


def nameless(name: str) -> Any:
    held = facts(status=Status.DOWNLOADABLE, learner={"name": name})
    assert held.certificate is not None
    return replace(held, certificate=replace(held.certificate, name="li", name_missing=True))


@pytest.mark.parametrize(
    ("groups", "name", "anew"),
    [
        ((Group.NAME_MISSING,), "Li Ning", True),
        ((Group.NAME_MISSING,), "", False),
        ((Group.NAME_MISSING, Group.RECEIVED), "", True),
        ((Group.NAME_MISSING, Group.FAILED), "", False),
        ((Group.RECEIVED,), "", True),
    ],
)
def test_a_learner_selected_only_for_a_missing_name_waits_for_a_name(groups: Any, name: str, anew: bool) -> None:
    decision = regenerating(*groups).decide(nameless(name))
    assert decision.reason is (Reason.ISSUED if anew else Reason.ALREADY_ISSUED)


def test_a_job_forces_no_new_revision_for_a_learner_who_left_its_groups() -> None:
    anew = job(selection=ANEW)
    assert anew.decide(facts(status=Status.DOWNLOADABLE)).outcome is Outcome.ISSUED
    without = replace(anew, selection=Selection(kind=JobKind.EXCEPTIONS, scope=Scope.ALL))
    assert without.decide(facts(status=Status.DOWNLOADABLE, exception=True)).reason is Reason.ISSUED
    assert without.decide(facts(status=Status.DOWNLOADABLE)).reason is Reason.ALREADY_ISSUED


def test_a_part_counts_the_mails_of_its_batches() -> None:
    assert Part().advanced({}, "7").mails == 0
    assert Part(mails=3).advanced({}, "7", mails=2).mails == 5


def test_a_bulk_issue_that_is_due_when_the_run_is_saved_waits_for_the_time_to_think() -> None:
    run = CourseRun(course_id="course-v1:A+B+C", title="A", organization="B", bulk_issue_at=NOW)
    assert issuance_due(run) == NOW
    assert issuance_from(run, NOW) == NOW + TIME_TO_THINK
    assert issuance_from(run, NOW + timedelta(days=1)) == NOW + timedelta(days=1) + TIME_TO_THINK
    assert issuance_from(run, NOW - timedelta(seconds=1)) is None
    assert issuance_from(CourseRun(course_id="course-v1:A+B+C", title="A", organization="B"), NOW) is None
