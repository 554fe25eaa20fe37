"""Jobs and uploads in the table: what each step writes, and under which condition another delivery loses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certificates.aws import job_store, upload_store
from certificates.aws.item_model import ByKind
from certificates.aws.job_items import JobItem, job_item, part_text
from certificates.aws.job_store import JobStore, RunningJobItem
from certificates.aws.learner_items import EnrollmentItem
from certificates.aws.run_items import run_item
from certificates.aws.upload_items import UploadItem
from certificates.aws.upload_store import MAX_ERRORS, UploadStore
from certificates.aws.writes import delete, put, update
from certificates.errors import Raced
from certificates.paging import Slice
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.model import Attempt, CourseRun, Outcome
from certificates.uploads.upload import COPIED, Batch, Upload
from tests.unit.aws import samples
from tests.unit.aws.kept_items import KeptItems
from tests.unit.aws.samples import AT, COURSE
from tests.unit.aws.samples import OTHER_COURSE as OTHER

LATER = AT + timedelta(days=1)
JOBS, UPLOADS = JobStore(), UploadStore()
KEY = (f"COURSE-RUN#{COURSE}", "JOB#j1")


def job(course_id: str = COURSE, job_id: str = "j1", **values: Any) -> Job:
    usual: dict[str, Any] = {
        "selection": Selection(kind=JobKind.BULK),
        "dry_run": False,
        "state": JobState.RUNNING,
        "started_by": "omar",
        "started_at": AT,
        "parts": (Part(stored="{}"), Part(total=4, stored='{"total": 4}')),
    }
    return Job(course_id=course_id, job_id=job_id, **usual | values)


def lock(course_id: str = COURSE, job_id: str = "j1") -> RunningJobItem:
    return RunningJobItem(pk=f"COURSE-RUN#{course_id}", sk="JOB-RUNNING", kind="running-job", job_id=job_id)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    return KeptItems(monkeypatch, job_store)


def test_a_job_begins_with_the_lock_of_its_run(table: KeptItems) -> None:
    JOBS.begin(job())
    assert table.written == [
        [put(job_item(job()), JobItem.pk.does_not_exist()), put(lock(), RunningJobItem.pk.does_not_exist())]
    ]


def test_jobs_are_read_with_their_run_and_by_the_lock(table: KeptItems) -> None:
    run = CourseRun(course_id=COURSE, title="Biology", organization="Fjord")
    assert JOBS.job_and_run(COURSE, "j1") == (None, None)
    assert (JOBS.job(COURSE, "j1"), JOBS.running(COURSE)) == (None, None)
    table.add(job_item(job()), run_item(run), lock())
    assert JOBS.job(COURSE, "j1") == job()
    assert JOBS.job_and_run(COURSE, "j1") == (job(), run)
    assert JOBS.running(COURSE) == "j1"
    assert JOBS.running_in([COURSE, OTHER]) == {COURSE: job()}
    assert JOBS.begun([(COURSE, "j1"), (COURSE, "j2"), (OTHER, "j1")]) == {(COURSE, "j1")}


def test_every_running_job_is_found_through_the_index(table: KeptItems) -> None:
    table.add(lock(), lock(OTHER, "j2"))
    assert list(JOBS.all_running()) == [(COURSE, "j1"), (OTHER, "j2")]
    assert table.queries == [("kind = :0", {":0": "running-job"}, {"index": ByKind})]


def test_the_jobs_of_a_run_come_in_pages_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def newest_first(*what: Any, **how: Any) -> Slice[Any]:
        asked.append((what, how))
        return Slice([job_item(job()).raw()], "j1")

    monkeypatch.setattr(job_store, "newest_first", newest_first)
    assert JOBS.jobs(COURSE, limit=1) == Slice([job()], "j1")
    JOBS.jobs(COURSE, limit=2, after="j9")
    what = (JobItem, KEY[0], "JOB#")
    assert asked == [(what, {"limit": 1, "after": None}), (what, {"limit": 2, "after": "j9"})]


def test_the_sending_of_a_job_is_noted(table: KeptItems) -> None:
    JOBS.sent(job(), LATER)
    assert table.written == [update(KEY, [JobItem.sent_at.set(LATER)], JobItem.pk.exists())]


@pytest.mark.parametrize(("shard", "stored"), [(0, "{}"), (1, '{"total": 4}')])
def test_a_batch_counts_once_however_many_deliveries_work_on_it(table: KeptItems, shard: int, stored: str) -> None:
    part = Part(cursor="7", batches=1)
    text = part_text(part)
    moved = JOBS.move(job(), shard, part, LATER)
    assert table.written == [
        update(KEY, [JobItem.parts[shard].set(text), JobItem.moved_at.set(LATER)], JobItem.parts[shard] == stored)
    ]
    parts = list(job().parts)
    parts[shard] = replace(part, stored=text)
    assert (moved, moved.parts[shard].stored) == (job(parts=tuple(parts), moved_at=LATER), text)
    table.races = 1
    with pytest.raises(Raced):
        JOBS.move(job(), shard, part, LATER)


@pytest.mark.parametrize("state", [JobState.FINISHED, JobState.CANCELLED])
def test_a_job_ends_once_and_unlocks_its_run(table: KeptItems, state: JobState) -> None:
    JOBS.end(job(), state, LATER)
    assert table.written == [
        [
            update(KEY, [JobItem.state.set(state.value), JobItem.finished_at.set(LATER)], JobItem.state == "running"),
            delete((KEY[0], "JOB-RUNNING"), RunningJobItem.job_id == "j1"),
        ]
    ]


@pytest.mark.parametrize("in_job", ["j1", None])
def test_an_attempt_is_noted_with_the_enrollment_if_there_is_one(table: KeptItems, in_job: str | None) -> None:
    table.races = 1
    JOBS.attempted(COURSE, "7", Attempt(outcome=Outcome.FAILED, reason="store", at=AT, job=in_job, printed="p"))
    assert table.written == [
        update(
            (f"RUN#{COURSE}#7", "ENROLLMENT"),
            [
                EnrollmentItem.outcome.set("failed"),
                EnrollmentItem.reason.set("store"),
                EnrollmentItem.attempted_at.set(AT),
                EnrollmentItem.attempted_in.set(in_job or ""),
                EnrollmentItem.attempted_print.set("p"),
            ],
            EnrollmentItem.pk.exists(),
        )
    ]


U = UploadItem
UPLOAD_KEY = (f"COURSE-RUN#{COURSE}", "UPLOAD#u1")
FILE = replace(samples.FILE, cursor=5)
UNMOVED = (U.cursor == 5) & (U.state == "processing")


def upload_item(upload: Upload = FILE, upload_id: str = "u1", **values: Any) -> UploadItem:
    usual = {
        "pk": UPLOAD_KEY[0],
        "sk": f"UPLOAD#{upload_id}",
        "upload_id": upload_id,
        "course_id": COURSE,
        "object_key": upload.object_key,
        "file_kind": upload.kind,
        "state": upload.state,
        "uploaded_by": upload.uploaded_by,
        "created_at": upload.created_at,
        "cursor": upload.cursor,
    }
    return UploadItem(**usual | values)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    return KeptItems(monkeypatch, upload_store)


def test_an_expected_file_is_noted_once_with_its_own_name_if_it_is_known(files: KeptItems) -> None:
    UPLOADS.expect(COURSE, "u1", "exceptions", "exceptions/key.csv", "omar", AT)
    UPLOADS.expect(COURSE, "u1", "exceptions", "exceptions/key.csv", "omar", AT, "names.csv")
    expected, named = (upload_item(state="waiting", cursor=None, chosen_name=name) for name in (None, "names.csv"))
    assert files.written == [put(item, U.pk.does_not_exist()) for item in (expected, named)]


def test_the_uploads_of_a_run_come_by_their_time_the_newest_first(files: KeptItems) -> None:
    assert UPLOADS.upload(COURSE, "u1") is None
    records = upload_item(upload_id="u4", object_key="records/key.csv")
    files.add(upload_item(), upload_item(upload_id="u0", created_at=LATER), upload_item(upload_id="u2"), records)
    assert UPLOADS.upload(COURSE, "u1") == FILE
    assert [upload.upload_id for upload in UPLOADS.uploads(COURSE, "exceptions")] == ["u0", "u2", "u1"]
    assert [upload.upload_id for upload in UPLOADS.uploads(COURSE, "records")] == ["u4"]
    asked = ("(pk = :0 AND begins_with (sk, :1))", {":0": UPLOAD_KEY[0], ":1": "UPLOAD#"}, {})
    assert files.queries == [asked] * 2


def test_an_upload_that_was_taken_back_is_noted(files: KeptItems) -> None:
    UPLOADS.mark_taken_back(FILE, LATER)
    assert files.written == [update(UPLOAD_KEY, [U.taken_back_at.set(LATER)], U.pk.exists())]


@pytest.mark.parametrize("races", [0, 1])
def test_a_file_that_has_arrived_is_begun_once_expected_or_not(files: KeptItems, races: int) -> None:
    files.add(upload_item())
    files.races = races
    begun = UPLOADS.begin(COURSE, "u1", object_key="exceptions/key.csv", etag="e", size=9, arrived_at=AT)
    assert begun == FILE
    actions = [
        U.upload_id.set("u1"),
        U.course_id.set(COURSE),
        U.object_key.set("exceptions/key.csv"),
        U.file_kind.set(U.file_kind | "exceptions"),
        U.uploaded_by.set(U.uploaded_by | COPIED),
        U.created_at.set(U.created_at | AT),
        U.state.set("processing"),
        U.etag.set("e"),
        U.size.set(9),
        U.cursor.set(0),
        U.reported_at.set(AT),
    ]
    assert files.written == [update(UPLOAD_KEY, actions, U.pk.does_not_exist() | (U.state == "waiting"))]


def test_an_upload_that_vanished_is_a_lost_race(files: KeptItems) -> None:
    with pytest.raises(Raced, match=r"^upload u1 vanished$"):
        UPLOADS.begin(COURSE, "u1", object_key="exceptions/key.csv", etag="e", size=9, arrived_at=AT)


def test_a_complete_file_has_its_kind_and_its_rows(files: KeptItems) -> None:
    known = UPLOADS.looked_through(FILE, kind="records", total=8, cursor=0, next_row=2)
    assert known == replace(FILE, kind="records", total=8, cursor=0, next_row=2)
    actions = [U.file_kind.set("records"), U.total.set(8), U.cursor.set(0), U.next_row.set(2)]
    assert files.written == [update(UPLOAD_KEY, actions, UNMOVED)]


FAULT, LOOK = {"row": 3, "reason": "unknown-learner"}, {"row": 4, "reason": "already-listed"}


def test_a_batch_of_rows_is_added_to_what_was_counted_before(files: KeptItems) -> None:
    before = replace(FILE, rows=10, applied=5, unchanged=3, rejected=2, errors=(LOOK,), report_parts=1)
    batch = Batch(
        cursor=9, next_row=12, applied=4, unchanged=2, errors=(FAULT,), warnings=(LOOK, LOOK), has_report_part=True
    )
    after = UPLOADS.advance(before, batch)
    assert after == replace(
        before,
        cursor=9,
        next_row=12,
        rows=17,
        applied=9,
        unchanged=5,
        rejected=3,
        errors=(LOOK, FAULT),
        warnings=(LOOK, LOOK),
        report_parts=2,
    )
    counted = [
        U.cursor.set(9),
        U.next_row.set(12),
        U.rows.set(17),
        U.applied.set(9),
        U.unchanged.set(5),
        U.rejected.set(3),
        U.report_parts.set(2),
    ]
    faults = [U.errors.set([LOOK, FAULT]), U.row_warnings.set([LOOK, LOOK])]
    assert files.written == [update(UPLOAD_KEY, [*counted, *faults], UNMOVED)]


def test_a_batch_without_faults_writes_only_the_counts(files: KeptItems) -> None:
    batch = Batch(cursor=6, next_row=7, applied=1, unchanged=0, errors=(), warnings=(), has_report_part=False)
    before = replace(FILE, errors=(FAULT,), warnings=(LOOK,))
    after = UPLOADS.advance(before, batch)
    assert (after.errors, after.warnings, after.report_parts) == ((FAULT,), (LOOK,), 0)
    text = files.written[0]["Update"]["UpdateExpression"]
    names = files.written[0]["Update"]["ExpressionAttributeNames"].values()
    assert text.count(" = ") == 7
    assert not {"errors", "row_warnings"} & set(names)


def test_the_item_has_the_first_hundred_faults(files: KeptItems) -> None:
    many = tuple({"row": row, "reason": "unknown-learner"} for row in range(MAX_ERRORS + 20))
    batch = Batch(cursor=6, next_row=7, applied=0, unchanged=0, errors=many, warnings=many, has_report_part=False)
    after = UPLOADS.advance(FILE, batch)
    assert (after.errors, after.warnings, after.rejected) == (many[:100], many[:100], 120)


@pytest.mark.parametrize("report_key", [None, "reports/key.csv"])
def test_an_upload_is_done_with_or_without_a_report(files: KeptItems, report_key: str | None) -> None:
    assert UPLOADS.finish(FILE, report_key=report_key, now=LATER) == replace(FILE, state="done", report_key=report_key)
    actions: list[Any] = [U.state.set("done"), U.finished_at.set(LATER)]
    if report_key:
        actions.append(U.report_key.set(report_key))
    assert files.written == [update(UPLOAD_KEY, actions, UNMOVED)]


def test_a_refused_file_says_why(files: KeptItems) -> None:
    problem = {"reason": "not-csv"}
    assert UPLOADS.refuse(FILE, problem, now=LATER) == replace(FILE, state="refused", problem=problem)
    actions = [U.state.set("refused"), U.problem.set(problem), U.finished_at.set(LATER)]
    assert files.written == [update(UPLOAD_KEY, actions, UNMOVED)]
    files.races = 1
    with pytest.raises(Raced):
        UPLOADS.refuse(FILE, problem, now=LATER)
