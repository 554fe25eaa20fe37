"""Jobs from start to end, over moto: the learners they select, their counts, their results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from threading import get_ident
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from certificates.aws import writes
from certificates.aws.job_results import JobResults
from certificates.aws.records_store import RecordsStore
from certificates.aws.renderer import RenderingFailed
from certificates.aws.table import shard_of
from certificates.errors import Conflict
from certificates.exception_list.entries import add_exception
from certificates.invalidate import invalidate
from certificates.issue import issue
from certificates.jobs import batch, worker
from certificates.jobs.managing import cancel_job, list_jobs, results_link
from certificates.jobs.worker import work_on_shard
from certificates.lists.counts import count_learners
from certificates.messages.work import ShardWork
from certificates.planning import Cause
from certificates.rules.groups import Group, Scope
from certificates.rules.history import Trigger
from certificates.rules.jobs import JobKind, JobState, Selection
from certificates.rules.lms_update import LmsUpdate
from certificates.rules.model import Outcome, Status
from tests.cheap_backend import CheapRenderer
from tests.jobs import NOW, delete, deliver, few_shards, messages, results, run, start, work
from tests.people import COURSE, enroll, make_run


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


def certificate(backend: Any, user_id: str) -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate


def class_of_five(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "1", "ada", grade="0.9")
    enroll(backend, "2", "bo", grade="0.8")
    enroll(backend, "3", "cy", grade="0.2")
    enroll(backend, "4", "di", grade="0.9", mode="audit")
    enroll(backend, "5", "ed", grade="0.9", active=False)


def test_a_bulk_job_selects_every_actively_enrolled_learner_and_counts_each_once(cheap: Any) -> None:
    class_of_five(cheap)
    issue(COURSE, "2", cause=Cause(trigger=Trigger.LEARNER, actor="bo"), backend=cheap, now=NOW)

    job = run(cheap)

    assert (job.state, job.total, job.done, job.progress) == (JobState.FINISHED, 4, 4, 1.0)
    assert job.outcomes == {"issued": 1, "kept": 1, "mode-not-eligible": 1, "not-passing": 1}
    assert job.refused == {"mode-not-eligible": 1, "not-passing": 1}
    assert [row[1:4] for row in results(cheap, job)] == [
        ["ada", "issued", "issued"],
        ["bo", "kept", "already-issued"],
        ["cy", "refused", "not-passing"],
        ["di", "refused", "mode-not-eligible"],
    ]
    held = certificate(cheap, "1")
    assert results(cheap, job)[0][4:] == [held.verify_uuid, "1", held.name, "", "", ""]
    assert cheap.documents.get(held.document) is not None
    entry = cheap.certificates.history(COURSE, "1")[0]
    assert (entry.actor, entry.trigger) == ("ines", Trigger.BULK)


def test_a_dry_run_says_the_same_and_writes_nothing_about_any_learner(cheap: Any, objects: Any) -> None:
    class_of_five(cheap)
    rehearsed = run(cheap, dry_run=True)
    assert certificate(cheap, "1") is None
    assert cheap.certificates.history(COURSE, "1") == []
    assert objects("certificates/") == []
    said = [row[:4] for row in results(cheap, rehearsed)]

    job = run(cheap)
    assert (rehearsed.total, rehearsed.outcomes) == (job.total, job.outcomes)
    assert said == [row[:4] for row in results(cheap, job)]


def test_a_dry_run_counts_and_lists_verdicts_that_contradict_the_passing_grade(cheap: Any) -> None:
    class_of_five(cheap)
    said = {"user_id": "1", "course_id": COURSE, "at": NOW, "grade": Decimal("0.3"), "passing": True}
    RecordsStore().apply([LmsUpdate(**said)])
    rehearsed = run(cheap, dry_run=True)
    assert rehearsed.warnings == {"verdict-contradicts-passing-grade": 1}
    assert [row[0] for row in results(cheap, rehearsed) if "verdict-contradicts-passing-grade" in row] == ["1"]


def test_learners_with_the_username_for_a_name_are_counted_and_listed_before_and_after(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    enroll(cheap, "2", "kQ7vZt", name="", grade="0.9")
    enroll(cheap, "3", "filler", name="\u3164\u115f\u2800\u200b", grade="0.9")
    enroll(cheap, "4", "failing", name="", grade="0.1")
    assert count_learners(COURSE, backend=cheap, now=NOW).warnings == {"name-missing": 2}
    for job in (run(cheap, dry_run=True), run(cheap)):
        assert job.warnings == {"name-missing": 2}
        listed = {row[0]: row[6] for row in results(cheap, job) if "name-missing" in row}
        assert set(listed) == {"2", "3"}
    assert certificate(cheap, "2").name == "kQ7vZt"
    counts = count_learners(COURSE, backend=cheap, now=NOW)
    assert (counts.warnings["name-missing"], counts.groups[Group.NAME_MISSING]) == (2, 2)


def test_regenerating_those_whose_name_was_missing_repairs_exactly_these(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    enroll(cheap, "2", "kQ7vZt", name="", grade="0.9")
    enroll(cheap, "3", "pQ3", name="", grade="0.9")
    run(cheap)
    enroll(cheap, "1", "ada", name="Ada King", grade="0.9")
    enroll(cheap, "2", "kQ7vZt", name="Mara Ilves", grade="0.9")
    missing = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.NAME_MISSING}))
    for job in (run(cheap, missing, dry_run=True), run(cheap, missing)):
        assert (job.total, job.outcomes) == (2, {"issued": 1, "kept": 1})
        assert [row[6:] for row in results(cheap, job)] == [
            ["Mara Ilves", "kQ7vZt", "name-changes", ""],
            ["pQ3", "", "name-missing", ""],
        ]
    held = [(certificate(cheap, user_id).name, certificate(cheap, user_id).revision) for user_id in "123"]
    assert held == [("Zoë Ångström", 1), ("Mara Ilves", 2), ("pQ3", 1)]
    assert count_learners(COURSE, backend=cheap, now=NOW).groups[Group.NAME_MISSING] == 1


def test_a_rename_is_shown_before_and_after_a_regeneration_and_kept_in_the_history(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", name="Ada Byron", grade="0.9")
    enroll(cheap, "2", "bo", name="Bo", grade="0.9")
    run(cheap)
    enroll(cheap, "1", "ada", name="Ada King", grade="0.9")
    received = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))
    for job in (run(cheap, received, dry_run=True), run(cheap, received)):
        assert job.warnings == {"name-changes": 1}
        assert [row[6:] for row in results(cheap, job)] == [
            ["Ada King", "Ada Byron", "name-changes", ""],
            ["Bo", "", "", ""],
        ]
    told = [(entry.name_before, entry.name_after) for entry in cheap.certificates.history(COURSE, "1")]
    assert told == [(None, None), ("Ada Byron", "Ada King")]


def test_every_learner_whom_a_job_refused_has_the_reason_as_last_outcome(cheap: Any) -> None:
    class_of_five(cheap)
    rehearsed = run(cheap, dry_run=True)
    assert rehearsed.outcomes["not-passing"] == 1
    facts = {user_id: cheap.certificates.facts(COURSE, user_id, site=cheap.site, now=NOW) for user_id in "134"}
    assert [of.last_attempt for of in facts.values()] == [None] * 3
    job = run(cheap)
    facts = {user_id: cheap.certificates.facts(COURSE, user_id, site=cheap.site, now=NOW) for user_id in "134"}
    last = {user_id: of.last_attempt for user_id, of in facts.items()}
    assert last["1"] is None
    assert (last["3"].outcome, last["3"].reason, last["3"].job) == (Outcome.REFUSED, "not-passing", job.job_id)
    assert last["4"].reason == "mode-not-eligible"
    enroll(cheap, "3", "cy", grade="0.9")
    run(cheap)
    assert cheap.certificates.facts(COURSE, "3", site=cheap.site, now=NOW).last_attempt is None


def test_a_run_without_learners_is_finished_at_nothing(cheap: Any) -> None:
    make_run(cheap)
    job = run(cheap)
    assert (job.state, job.total, job.done) == (JobState.FINISHED, 0, 0)
    assert results(cheap, job) == []


def test_a_second_job_is_refused_and_names_the_first(cheap: Any) -> None:
    class_of_five(cheap)
    first = start(cheap)
    with pytest.raises(Conflict) as refusal:
        start(cheap)
    assert (refusal.value.reason, refusal.value.values) == ("job-running", {"job_id": first.job_id})
    work(cheap)
    second = run(cheap)
    assert [job.job_id for job in list_jobs(COURSE, limit=10, after=None, backend=cheap).items] == [
        second.job_id,
        first.job_id,
    ]
    page = list_jobs(COURSE, limit=1, after=None, backend=cheap)
    assert page.next_after == second.job_id
    page = list_jobs(COURSE, limit=1, after=page.next_after, backend=cheap)
    assert ([job.job_id for job in page.items], page.next_after) == ([first.job_id], None)


def test_a_second_job_is_refused_before_its_learners_are_counted(cheap: Any) -> None:
    class_of_five(cheap)
    first = start(cheap)
    uncounted = replace(cheap, listing=None)
    with pytest.raises(Conflict) as refusal:
        start(uncounted)
    assert refusal.value.values == {"job_id": first.job_id}


def test_progress_is_right_at_every_moment(cheap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.jobs.worker.BATCH", 3)
    make_run(cheap)
    for number in range(40):
        enroll(cheap, str(number), f"learner{number}", grade="0.9")
    job = start(cheap)
    assert (job.total, job.done, job.progress) == (40, 0, 0.0)
    seen = []
    for message in messages():
        deliver(message.body, cheap, out_of_time=lambda: True)
        delete(message)
        now = cheap.jobs.job(COURSE, job.job_id)
        assert now.done <= now.total == 40
        seen.append(now.done)
    assert seen == sorted(seen)
    assert len(seen) > 2
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": 40})
    assert len(results(cheap, ended)) == 40


def test_the_first_certificates_of_a_full_batch_fill_all_its_transactions() -> None:
    entries_of_a_first_certificate = SimpleNamespace(entries=3)
    groups = list(batch._grouped([entries_of_a_first_certificate] * worker.BATCH))  # type: ignore[list-item]
    assert {sum(case.entries for case in group) for group in groups} == {writes.MAX_ENTRIES - 1}


def test_learners_who_enroll_while_it_runs_are_counted_into_the_total(
    cheap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.jobs.worker.BATCH", 1)
    make_run(cheap)
    candidates = [f"u{number:03d}" for number in range(200)]
    same_shard = [user_id for user_id in candidates if shard_of(user_id) == 0][:3]
    for user_id in same_shard[:2]:
        enroll(cheap, user_id, user_id, grade="0.9")
    job = start(cheap)
    body = {"course_id": COURSE, "job_id": job.job_id, "shard": 0}
    deliver(body, cheap, out_of_time=lambda: True)
    enroll(cheap, same_shard[2], "late", grade="0.9")
    work(cheap)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.total, ended.done) == (JobState.FINISHED, 3, 3)


def test_regenerating_makes_a_new_revision_with_todays_name_and_removes_the_old_document(
    cheap: Any, objects: Any
) -> None:
    class_of_five(cheap)
    run(cheap)
    before = certificate(cheap, "1")
    enroll(cheap, "1", "ada", name="Ada Married", grade="0.1")
    selection = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED, Group.NOT_RECEIVED}))

    ended = run(cheap, selection)

    after = certificate(cheap, "1")
    assert (after.name, after.revision) == ("Ada Married", 2)
    assert (after.verify_uuid, after.issued_on) == (before.verify_uuid, before.issued_on)
    assert sorted(objects("certificates/")) == sorted(certificate(cheap, user_id).document for user_id in "12")
    assert (ended.total, ended.outcomes) == (3, {"issued": 2, "not-passing": 1})


def test_an_active_invalidation_stays_after_every_regeneration(cheap: Any, objects: Any) -> None:
    class_of_five(cheap)
    run(cheap)
    invalidate(COURSE, "ada", "copied", by="ines", backend=cheap, now=NOW)
    selection = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.INVALIDATED}))
    ended = run(cheap, selection)
    assert (ended.total, ended.refused) == (1, {"invalidated": 1})
    assert certificate(cheap, "1").status is Status.UNAVAILABLE
    assert objects("certificates/") == [certificate(cheap, "2").document]


def test_exception_certificates_are_generated_for_those_without_one_or_for_all(cheap: Any) -> None:
    make_run(cheap, automatic_generation=False)
    enroll(cheap, "1", "ada", grade="0.9")
    enroll(cheap, "2", "bo", grade="0.1")
    enroll(cheap, "3", "cy", grade="0.1")
    add_exception(COURSE, "ada", "", by="ines", backend=cheap, now=NOW)
    add_exception(COURSE, "bo", "", by="ines", backend=cheap, now=NOW)
    issue(COURSE, "1", cause=Cause(trigger=Trigger.LEARNER, actor="ada"), backend=cheap, now=NOW)

    missing = run(cheap, Selection(kind=JobKind.EXCEPTIONS, scope=Scope.WITHOUT_CERTIFICATE))
    assert (missing.total, missing.outcomes) == (1, {"issued": 1})
    assert [certificate(cheap, user_id).revision for user_id in "12"] == [1, 1]

    everyone = run(cheap, Selection(kind=JobKind.EXCEPTIONS, scope=Scope.ALL))
    assert (everyone.total, everyone.outcomes) == (2, {"issued": 2})
    assert [certificate(cheap, user_id).revision for user_id in "12"] == [2, 2]
    assert certificate(cheap, "3") is None


def test_cancelling_keeps_issued_certificates_and_begins_no_other_batch(cheap: Any) -> None:
    make_run(cheap)
    for number in range(30):
        enroll(cheap, str(number), f"learner{number}", grade="0.9")
    job = start(cheap)
    for message in messages():
        deliver(message.body, cheap)
        delete(message)
        if cheap.jobs.job(COURSE, job.job_id).done >= 4:
            break
    cancelled = cancel_job(COURSE, job.job_id, backend=cheap, now=NOW)
    assert cancelled.state is JobState.CANCELLED
    work(cheap)

    ended = cheap.jobs.job(COURSE, job.job_id)
    held = [user_id for user_id in map(str, range(30)) if certificate(cheap, user_id)]
    assert ended.outcomes == cancelled.outcomes == {"issued": len(held)}
    assert 4 <= len(held) < 30
    results_link(COURSE, job.job_id, backend=cheap)
    assert sorted(row[0] for row in results(cheap, ended)) == sorted(held)
    assert cancel_job(COURSE, job.job_id, backend=cheap, now=NOW).state is JobState.CANCELLED
    assert run(cheap).outcomes == {"issued": 30 - len(held), "kept": len(held)}


def test_a_finished_job_cannot_be_cancelled(cheap: Any) -> None:
    make_run(cheap)
    job = run(cheap)
    with pytest.raises(Conflict, match="finished"):
        cancel_job(COURSE, job.job_id, backend=cheap, now=NOW)


class Breaking(CheapRenderer):
    """Fails for some learners, a given number of times each."""

    left: ClassVar[dict[str, int]] = {}

    def prepare(self, design_digest: str, fields: Any, document: str, attachments: Any = ()) -> Callable[[], None]:
        if self.left.get(fields.name, 0) > 0:
            self.left[fields.name] -= 1
            raise RenderingFailed(fields.name)
        return CheapRenderer.prepare(self, design_digest, fields, document)


def breaking(backend: Any, **left: int) -> Any:
    Breaking.left = left
    return replace(backend, renderer=Breaking("design-compilation", backend.documents, backend.credentials))


class Noting(CheapRenderer):
    """Notes the threads that fill documents, and those that store them."""

    filling: ClassVar[set[int]] = set()
    storing: ClassVar[set[int]] = set()

    def prepare(self, design_digest: str, fields: Any, document: str, attachments: Any = ()) -> Callable[[], None]:
        self.filling.add(get_ident())
        store = CheapRenderer.prepare(self, design_digest, fields, document)

        def store_noted() -> None:
            self.storing.add(get_ident())
            store()

        return store_noted


def test_one_thread_fills_the_documents_of_a_batch_and_others_store_them(cheap: Any) -> None:
    make_run(cheap)
    for number in range(40):
        enroll(cheap, str(number), f"learner{number}", grade="0.9")
    Noting.filling.clear()
    Noting.storing.clear()
    noting = replace(cheap, renderer=Noting("design-compilation", cheap.documents, cheap.credentials))
    assert run(noting).outcomes == {"issued": 40}
    assert Noting.filling == {get_ident()}
    assert Noting.storing
    assert get_ident() not in Noting.storing


def test_a_learner_who_fails_once_is_tried_again_and_stops_no_other(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", name="Ada", grade="0.9")
    enroll(cheap, "2", "bo", name="Bo", grade="0.9")
    assert run(breaking(cheap, Ada=1)).outcomes == {"issued": 2}


def test_a_learner_who_keeps_failing_is_listed_and_can_be_regenerated_as_failed(
    cheap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.aws.item_model.shard_of", lambda user_id: 0)
    make_run(cheap)
    enroll(cheap, "1", "ada", name="Ada", grade="0.9")
    enroll(cheap, "2", "bo", name="Bo", grade="0.9")
    job = run(breaking(cheap, Ada=99))
    assert job.outcomes == {"failed": 1, "issued": 1}
    assert results(cheap, job)[0][:4] == ["1", "ada", "failed", "broken"]

    last = cheap.certificates.facts(COURSE, "1", site=cheap.site, now=NOW).last_attempt
    assert (last.outcome, last.reason, last.job) == (Outcome.FAILED, "broken", job.job_id)
    again = run(cheap, Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.FAILED})))
    assert (again.total, again.outcomes) == (1, {"issued": 1})
    assert run(cheap, Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.FAILED}))).total == 0


def test_a_batch_in_which_everybody_fails_is_tried_again_before_anybody_is_listed(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", name="Ada", grade="0.9")
    job = start(cheap)
    broken = breaking(cheap, Ada=99)
    body = {"course_id": COURSE, "job_id": job.job_id, "shard": shard_of("1")}
    with pytest.raises(RuntimeError, match="all 1 learners"):
        deliver(body, broken)
    assert cheap.jobs.job(COURSE, job.job_id).done == 0

    work_on_shard(
        *ShardWork.from_json(body), backend=broken, clock=lambda: NOW, out_of_time=lambda: False, last_delivery=True
    )
    assert cheap.jobs.job(COURSE, job.job_id).outcomes == {"failed": 1}


def test_a_message_that_fails_on_its_last_delivery_shows_in_the_job_until_it_is_done(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    job, shard = start(cheap), shard_of("1")
    body = {"course_id": COURSE, "job_id": job.job_id, "shard": shard}

    class NoPlace(JobResults):
        def put_part(self, *_: Any) -> None:
            raise OSError("no place")

    full = replace(cheap, job_results=NoPlace(cheap.job_results.bucket))
    with pytest.raises(OSError, match="no place"):
        work_on_shard(
            *ShardWork.from_json(body), backend=full, clock=lambda: NOW, out_of_time=lambda: False, last_delivery=True
        )
    parts = cheap.jobs.job(COURSE, job.job_id).parts
    assert [number for number, part in enumerate(parts) if part.stalled] == [shard]

    work(cheap)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": 1})
    assert not any(part.stalled for part in ended.parts)


def test_an_unknown_learner_is_listed_as_failed(cheap: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    writes.write_one(writes.delete(("LEARNER#1", "PROFILE")))
    job = run(cheap)
    assert results(cheap, job) == [["1", "", "failed", "unknown-learner", *[""] * 6]]
    assert (job.total, job.outcomes) == (1, {"failed": 1})


def test_a_design_that_staff_put_on_hold_is_refused_before_anything_is_written(cheap: Any, objects: Any) -> None:
    make_run(cheap)
    enroll(cheap, "1", "ada", grade="0.9")
    held = cheap.runs.run(COURSE)
    cheap.runs.replace(replace(held, design_active=False, version=held.version + 1), version_read=held.version)
    assert run(cheap).outcomes == {"no-active-design": 1}
    assert objects("certificates/") == []
