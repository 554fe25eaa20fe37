"""Acts during a job, interleaved on purpose, and AWS under load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from certificates.aws.queues import UploadQueue
from certificates.aws.records_store import RecordsStore
from certificates.aws.upload_files import UploadFiles
from certificates.invalidate import invalidate
from certificates.jobs import worker
from certificates.lms.events import parse
from certificates.lms.following import follow
from certificates.lms.records import Records
from certificates.request import request_certificate
from certificates.rules.groups import Group
from certificates.rules.jobs import JobKind, JobState, Selection
from certificates.rules.model import Status
from tests import cheap_backend, faults, killing, moto_cloud
from tests.jobs import BULK, NOW, deliver, few_shards, run, start, work
from tests.people import COURSE, enroll, make_run
from tests.samples import openedx_events as lms

NOT_RECEIVED = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.NOT_RECEIVED}))
RECEIVED = Selection(kind=JobKind.REGENERATE, groups=frozenset({Group.RECEIVED}))
LEARNERS = 12


@pytest.fixture(autouse=True)
def few() -> Iterator[None]:
    with few_shards():
        yield


@pytest.fixture
def cheap(backend: Any) -> Any:
    return cheap_backend.cheap(backend)


def certificate(backend: Any, user_id: str) -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate


def class_of_twelve(backend: Any) -> None:
    make_run(backend, self_generation=True)
    for number in range(LEARNERS):
        enroll(backend, str(number), f"learner{number}", grade="0.9", name=f"Name {number}")


def require_whole(backend: Any, revision: int = 1) -> None:
    """Every learner has one certificate at this revision, and its one document has the same content."""
    named = []
    for number in range(LEARNERS):
        held = certificate(backend, str(number))
        assert (held.status, held.revision) == (Status.DOWNLOADABLE, revision)
        said = backend.documents.get(held.document).decode()
        assert said == f"%PDF- Name {number} {held.verify_uuid} {revision}"
        assert len(backend.certificates.history(COURSE, str(number))) == revision
        named.append(held.document)
    assert sorted(moto_cloud.objects("certificates/")) == sorted(named)


@pytest.mark.parametrize("selection", [BULK, RECEIVED], ids=["bulk", "regenerate"])
def test_every_message_delivered_twice_counts_once(
    cheap: Any, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.jobs.worker.BATCH", 5)
    class_of_twelve(cheap)
    if selection is RECEIVED:
        run(cheap)
    job = start(cheap, selection)
    work(cheap, out_of_time=lambda: True, deliveries=2)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.total, ended.outcomes) == (JobState.FINISHED, LEARNERS, {"issued": LEARNERS})
    require_whole(cheap, revision=2 if selection is RECEIVED else 1)


@pytest.mark.parametrize("selection", [BULK, RECEIVED], ids=["bulk", "regenerate"])
def test_a_message_delivered_twice_in_parallel_counts_once(
    cheap: Any, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The delivery that loses stops at its first batch: it does not reset what the other has counted."""
    batches: list[int] = []
    decided = worker.work_on

    def note(user_ids: Sequence[str], *rest: Any, **more: Any) -> Any:
        batches.append(len(user_ids))
        return decided(user_ids, *rest, **more)

    monkeypatch.setattr(worker, "BATCH", 2)
    monkeypatch.setattr(worker, "work_on", note)
    class_of_twelve(cheap)
    if selection is RECEIVED:
        run(cheap)
    job = start(cheap, selection)
    body = {"course_id": COURSE, "job_id": job.job_id, "shard": 0}
    batches.clear()
    deliver(body, cheap_backend.interrupted(cheap, lambda: deliver(body, cheap)))
    in_parallel = len(batches)
    part = cheap.jobs.job(COURSE, job.job_id).parts[0]
    assert part.ended
    assert in_parallel == part.batches + 1 > 2, "all batches by the one delivery, the first by the other too"
    work(cheap)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.total, ended.outcomes) == (JobState.FINISHED, LEARNERS, {"issued": LEARNERS})
    require_whole(cheap, revision=2 if selection is RECEIVED else 1)


@pytest.mark.parametrize("selection", [BULK, NOT_RECEIVED], ids=["bulk", "regenerate"])
def test_learners_who_request_during_the_job_have_one_certificate(cheap: Any, selection: Selection) -> None:
    class_of_twelve(cheap)
    start(cheap, selection)

    def everybody_asks() -> None:
        for number in range(LEARNERS):
            # A second later, as the clocks of two machines have it.
            later = NOW + timedelta(seconds=1)
            request_certificate(COURSE, f"learner{number}", backend=cheap, now=later)

    work(cheap_backend.interrupted(cheap, everybody_asks))
    ended = cheap.jobs.jobs(COURSE, limit=1).items[0]
    assert ended.state is JobState.FINISHED
    # Learners of the second shard had their certificates before the job reached them.
    assert ended.outcomes["kept"] == ended.done > 0
    require_whole(cheap)


def test_an_invalidation_wins_over_the_job_that_has_the_learner_in_hand(cheap: Any) -> None:
    class_of_twelve(cheap)
    run(cheap)
    start(cheap, RECEIVED)

    def staff_invalidate_everybody() -> None:
        for number in range(LEARNERS):
            invalidate(COURSE, f"learner{number}", "copied", by="ines", backend=cheap, now=NOW)

    work(cheap_backend.interrupted(cheap, staff_invalidate_everybody))
    ended = cheap.jobs.jobs(COURSE, limit=1).items[0]
    assert ended.state is JobState.FINISHED
    assert set(ended.outcomes) <= {"invalidated"}
    assert {certificate(cheap, str(number)).status for number in range(LEARNERS)} == {Status.UNAVAILABLE}
    assert moto_cloud.objects("certificates/") == []


def test_a_failing_grade_wins_over_the_job_that_has_the_learner_in_hand(cheap: Any) -> None:
    class_of_twelve(cheap)
    start(cheap)
    records = Records(RecordsStore(workers=1), UploadFiles(cheap.documents.bucket, "records"), UploadQueue("none"))

    def the_lms_fails_everybody() -> None:
        for number in range(LEARNERS):
            learner = lms.user(number, f"learner{number}", f"learner{number}@example.org", f"Name {number}")
            said = parse(lms.passing_status(False, at=NOW, learner=learner, course_id=COURSE), now=NOW)
            assert said is not None
            follow(said, backend=cheap, records=records, now=NOW)

    work(cheap_backend.interrupted(cheap, the_lms_fails_everybody))
    ended = cheap.jobs.jobs(COURSE, limit=1).items[0]
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"not-passing": LEARNERS})
    assert {certificate(cheap, str(number)) for number in range(LEARNERS)} == {None}
    assert moto_cloud.objects("certificates/") == []


def test_throttling_of_a_tenth_of_all_calls_changes_nothing(cheap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    class_of_twelve(cheap)
    job = start(cheap)
    with faults.throttled(0.1, seed=4):
        work(cheap)
    ended = cheap.jobs.job(COURSE, job.job_id)
    assert (ended.state, ended.outcomes) == (JobState.FINISHED, {"issued": LEARNERS})
    require_whole(cheap)


def test_a_worker_that_runs_out_of_time_in_a_batch_is_followed_by_one_that_completes_it(
    cheap: Any,
) -> None:
    class_of_twelve(cheap)
    job = start(cheap)

    def time_is_up() -> None:
        raise killing.Killed

    with pytest.raises(killing.Killed):
        work(cheap_backend.interrupted(cheap, time_is_up))
    assert cheap.jobs.job(COURSE, job.job_id).done == 0
    work(cheap)
    assert cheap.jobs.job(COURSE, job.job_id).outcomes == {"issued": LEARNERS}
    require_whole(cheap)
