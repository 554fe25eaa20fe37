"""Grade reports and learner profiles arrive in the bucket: a file is read whole or refused whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates import runtime
from certificates.aws.queues import UploadQueue
from certificates.aws.records_store import RecordsStore
from certificates.aws.upload_files import UploadFiles
from certificates.lms import loading
from certificates.lms.records import Records
from certificates.uploads.upload import Upload
from tests import cheap_backend, faults, killing, moto_cloud
from tests.handlers.conftest import load
from tests.handlers.lms_events import Context, download, sqs_event, upload
from tests.people import make_run
from tests.samples import large
from tests.samples.openedx_events import grade_summary

COURSE = "course-v1:Lyceum+BOT101+2026_T3"
SAMPLES = Path(__file__).parents[1] / "samples"
AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
Function = Callable[..., list[str]]

PAGE_ROWS = 20
"""Rows of a batch here: hundreds would need much time in an in-process cloud."""


def make_records(backend: Any) -> Records:
    queue = moto_cloud.client_of("sqs").create_queue(QueueName="records")["QueueUrl"]
    return Records(RecordsStore(workers=1), UploadFiles(backend.documents.bucket, "records"), UploadQueue(queue))


def handed_on(records: Records) -> list[dict[str, Any]]:
    """Receive the messages for the rest of files from the queue."""
    client = moto_cloud.client_of("sqs")
    taken = client.receive_message(QueueUrl=records.queue.url, MaxNumberOfMessages=10).get("Messages", [])
    for message in taken:
        client.delete_message(QueueUrl=records.queue.url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in taken]


@pytest.fixture(autouse=True)
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loading, "BATCH_ROWS", PAGE_ROWS)
        yield


@pytest.fixture
def records(backend: Any) -> Records:
    make_run(without_layout(backend), COURSE)
    return make_records(backend)


def without_layout(backend: Any) -> Any:
    """Files change no certificate, so these tests need no layout."""
    return cheap_backend.cheap(backend)


@pytest.fixture
def function(backend: Any, records: Records, monkeypatch: pytest.MonkeyPatch) -> Function:
    """Deliver messages to the function. Returns the ids of the messages that failed."""
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    monkeypatch.setattr("certificates.runtime.uploads.records", lambda: records)
    handler = load("learner_records")

    def deliver(*messages: dict[str, Any], looks: int = 1_000_000) -> list[str]:
        answer = handler(sqs_event(*messages), Context(looks))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return deliver


def the_upload(backend: Any) -> Upload:
    (found,) = uploads(backend)
    return found


def uploads(backend: Any) -> list[Upload]:
    keys = [sk.removeprefix("UPLOAD#") for _, sk in moto_cloud.items() if sk.startswith("UPLOAD#")]
    return [found for key in keys if (found := backend.uploads.upload(COURSE, key)) is not None]


def people() -> dict[tuple[str, str], Any]:
    """Everything that is stored about learners."""
    return {key: item for key, item in moto_cloud.items().items() if not key[0].startswith("COURSE-RUN#")}


def test_the_sample_course_run_is_loaded_and_its_mistakes_are_printed(backend: Any, function: Function) -> None:
    grades = (SAMPLES / "grade_report.csv").read_bytes()
    profile = (SAMPLES / "learner_profile.csv").read_bytes()
    assert function(upload(f"records/{COURSE}/grade_report.csv", grades, AT)) == []
    (of_grades,) = uploads(backend)
    assert function(upload(f"records/{COURSE}/learner_profile.csv", profile, AT + timedelta(seconds=1))) == []

    assert (of_grades.state, of_grades.kind, of_grades.progress) == ("done", "grade-report", 1.0)
    assert (of_grades.rows, of_grades.total) == (64, 64)
    assert (of_grades.applied, of_grades.unchanged, of_grades.rejected) == (60, 0, 4)
    assert [(error["row"], error["identifier"], error["reason"]) for error in of_grades.errors] == [
        (62, "typo", "bad-enrollment-status"),
        (63, "letter", "bad-grade"),
        (64, "nobody", "bad-user-id"),
        (65, "amara", "duplicate-row"),
    ]
    amara = backend.learners.find("AMARA@example.com")
    assert (amara.username, amara.name, amara.identity_verified) == ("amara", "Amara Obi", True)
    assert backend.learners.find("NOUR") != backend.learners.find("nour")
    facts = backend.certificates.facts(COURSE, amara.user_id, site=backend.site, now=AT)
    assert (facts.enrollment.mode, facts.enrollment.active, str(facts.enrollment.grade)) == ("verified", True, "0.91")
    left = backend.learners.find("left_early")
    assert not backend.certificates.facts(COURSE, left.user_id, site=backend.site, now=AT).enrollment.active


def test_the_report_beside_the_upload_has_every_bad_row_and_is_safe_to_open(backend: Any, function: Function) -> None:
    rows = list(large.grade_report_rows(3))
    rows[2][2:4] = ['=HYPERLINK("http://x.example") now', "B+"]
    content = large.as_csv(iter([*rows, ["@SUM(1)", *rows[3][1:]]]))
    function(upload(f"records/{COURSE}/g.csv", content))
    found = the_upload(backend)
    assert found.report_key == f"results/records/{COURSE}/{found.upload_id}.csv"
    report = download(found.report_key).decode("utf-8-sig")
    header, first, second = csv.reader(io.StringIO(report))
    assert header == ["row", "identifier", "reason", "message"]
    assert first[:3] == ["3", '\'=HYPERLINK("http://x.example") now', "bad-grade"]
    assert second[:3] == ["5", rows[3][2], "bad-user-id"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in (first, second) for cell in row)


def test_rows_to_look_at_are_in_the_result_and_beside_the_refused_rows(backend: Any, function: Function) -> None:
    content = "id,username,name\n1,ana,Ana O&#39;Neill\nx,bo,Bo\n3,cy,Cy &amp; Co\n3,cy,Cy &lt;3\n"
    function(upload(f"records/{COURSE}/p.csv", content.encode(), AT))
    found = the_upload(backend)
    assert (found.applied, found.rejected) == (2, 2)
    assert [(each["row"], each["identifier"], each["reason"]) for each in found.warnings] == [
        (2, "ana", "name-escaped"),
        (4, "cy", "name-escaped"),
    ]
    report = download(found.report_key).decode("utf-8-sig")
    assert [row[0] + row[2] for row in csv.reader(io.StringIO(report))][1:] == [
        *("2name-escaped", "3bad-user-id", "4name-escaped", "5duplicate-row"),
    ]
    assert backend.learners.find("ana").name == "Ana O&#39;Neill"


def test_a_file_with_only_rows_to_look_at_has_a_report(backend: Any, function: Function) -> None:
    rows = [["id", "username", "name"], *[[number, f"u{number}", "A &amp; B"] for number in range(1, 131)]]
    function(upload(f"records/{COURSE}/p.csv", large.as_csv(iter(rows)), AT))
    found = the_upload(backend)
    assert (found.applied, found.rejected, len(found.warnings)) == (130, 0, 100)
    assert len(download(found.report_key).splitlines()) == 131


def test_a_profile_without_ids_finds_learners_by_username_or_email_and_gives_names(
    backend: Any, function: Function
) -> None:
    function(upload(f"records/{COURSE}/g.csv", large.as_csv(large.grade_report_rows(3)), AT))
    learners = [row[1:3] for row in list(large.grade_report_rows(3))[1:]]
    text = f"city,username,full_name\nLima,{learners[0][1]},Ana Lima\nOslo,nobody,Bo\n"
    function(upload(f"records/{COURSE}/names.csv", text.encode(), AT + timedelta(hours=1)))
    assert backend.learners.find(learners[0][1]).name == "Ana Lima"
    (named,) = (found for found in uploads(backend) if found.kind == "learner-profile")
    assert [(error["row"], error["reason"]) for error in named.errors] == [(3, "unknown-learner")]


def test_the_same_notification_again_changes_nothing(backend: Any, function: Function) -> None:
    notification = upload(f"records/{COURSE}/g.csv", large.as_csv(large.grade_report_rows(30)))
    function(notification)
    before = moto_cloud.items()
    assert function(notification, notification) == []
    assert moto_cloud.items() == before


def test_the_same_file_uploaded_later_is_an_upload_of_its_own_that_finds_nothing_new(
    backend: Any, function: Function
) -> None:
    content = large.as_csv(large.grade_report_rows(30))
    function(upload(f"records/{COURSE}/g.csv", content, AT))
    function(upload(f"records/{COURSE}/g.csv", content, AT + timedelta(hours=1)))
    assert sorted((found.applied, found.unchanged) for found in uploads(backend)) == [(0, 30), (30, 0)]


def test_two_files_put_under_one_key_at_the_same_time_are_two_uploads(backend: Any, function: Function) -> None:
    key = f"records/{COURSE}/g.csv"
    # S3 tells the time to the millisecond.
    function(upload(key, large.as_csv(large.grade_report_rows(3)), AT))
    function(upload(key, large.as_csv(large.learner_profile_rows(3)), AT))
    assert {found.kind for found in uploads(backend)} == {"grade-report", "learner-profile"}


def test_an_upload_by_form_is_stored_under_the_form_s_key(backend: Any, function: Function) -> None:
    from certificates.uploads.forms import UploadKind, read_upload, start_upload

    form = start_upload(COURSE, UploadKind.RECORDS, by="staff", backend=backend, now=AT)
    function(upload(form.fields["key"], large.as_csv(large.learner_profile_rows(5))))
    found = read_upload(COURSE, form.upload_id, UploadKind.RECORDS, backend=backend)
    assert (found.state, found.kind, found.applied) == ("done", "learner-profile", 5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b"\x89PNG\r\n\x1a\n", "not-text"),
        (large.as_csv(large.grade_report_rows(900))[:-20], "truncated"),
        (b"Username or email,Notes\nana,ok\n", "wrong-kind"),
        (b"Student ID,Email,Username,Grade\n1,a@x.org,ana,0.5\n", "missing-columns"),
        (
            b"Student ID,Email,Username,Grade,Enrollment Track\n1,a@x.org,ana,1,honor\n2,,bo,72,honor\n",
            "grades-in-percent",
        ),
    ],
)
def test_a_file_that_is_not_right_is_refused_whole_and_changes_nothing(
    backend: Any, function: Function, content: bytes, reason: str
) -> None:
    before = people()
    assert function(upload(f"records/{COURSE}/g.csv", content)) == []
    found = the_upload(backend)
    assert found.problem is not None
    assert (found.state, found.problem["reason"], found.rows, found.progress) == ("refused", reason, 0, 1.0)
    assert found.problem["message"]
    assert people() == before


@pytest.mark.parametrize("key", ["records/course-v1:Nobody+X+1/g.csv", "records/nonsense/g.csv", "records/g.csv"])
def test_a_file_without_a_run_is_ignored(function: Function, key: str) -> None:
    before = moto_cloud.items()
    assert function(upload(key, large.as_csv(large.grade_report_rows(2)))) == []
    assert moto_cloud.items() == before


def test_a_key_that_was_encoded_as_the_interface_encodes_it_is_the_same_run(backend: Any, function: Function) -> None:
    key = "records/course-v1%3ALyceum%2BBOT101%2B2026_T3/g.csv"
    function(upload(key, large.as_csv(large.grade_report_rows(2))))
    assert the_upload(backend).applied == 2


def test_work_without_time_left_is_sent_on_and_continues_at_the_same_place(
    backend: Any, records: Records, function: Function
) -> None:
    rows = 2 * PAGE_ROWS + 10
    message = upload(f"records/{COURSE}/g.csv", large.as_csv(large.grade_report_rows(rows, bad_every=PAGE_ROWS)))
    progress, deliveries = [], 0
    while message:
        assert function(message, looks=1) == []
        deliveries += 1
        found = the_upload(backend)
        progress.append((found.state, found.rows))
        (message,) = handed_on(records) or [{}]
    assert progress == [("processing", PAGE_ROWS), ("processing", 2 * PAGE_ROWS), ("done", rows)]
    assert deliveries == 3
    assert (found.applied, found.unchanged, found.rejected) == (rows - 2, 0, 2)
    assert [error["row"] for error in found.errors] == [PAGE_ROWS + 1, 2 * PAGE_ROWS + 1]
    report = download(found.report_key or "").decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in report] == ["row", str(PAGE_ROWS + 1), str(2 * PAGE_ROWS + 1)]
    # Its parts are removed.
    assert moto_cloud.objects("results/") == [found.report_key]


def test_a_batch_counts_once_even_if_its_message_is_repeated(
    backend: Any, records: Records, function: Function
) -> None:
    rows = PAGE_ROWS + 10
    first = upload(f"records/{COURSE}/g.csv", large.as_csv(large.grade_report_rows(rows)))
    function(first, looks=1)
    (message,) = handed_on(records)
    assert function(message, message, first) == []
    found = the_upload(backend)
    assert (found.state, found.rows, found.applied) == ("done", rows, rows)


def test_another_delivery_at_the_same_batch_gives_way(
    backend: Any, records: Records, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = upload(f"records/{COURSE}/g.csv", large.as_csv(large.grade_report_rows(20)))
    write = RecordsStore.write
    rivals: list[str] = []

    def write_while_a_rival_does(store: RecordsStore, reports: Any) -> Any:
        if not rivals:
            rivals.append("at work")
            assert function(message) == []
        return write(store, reports)

    monkeypatch.setattr(RecordsStore, "write", write_while_a_rival_does)
    # The slower delivery fails and comes again: then nothing is left to do.
    assert function(message) == ["message-0"]
    assert function(message) == []
    found = the_upload(backend)
    assert (found.state, found.rows, found.applied) == ("done", 20, 20)


def test_a_file_that_is_replaced_while_it_is_read_is_refused_and_the_new_one_is_read(
    backend: Any, records: Records, function: Function
) -> None:
    key = f"records/{COURSE}/g.csv"
    function(upload(key, large.as_csv(large.grade_report_rows(PAGE_ROWS + 5))), looks=1)
    newer = upload(key, large.as_csv(large.grade_report_rows(3)), AT + timedelta(minutes=1))
    assert function(*handed_on(records), newer) == []
    states = {found.state: found for found in uploads(backend)}
    assert states["done"].rows == 3
    assert states["refused"].problem is not None
    assert states["refused"].problem["reason"] == "file-replaced"


REPORTED = f"records/{COURSE}/Lyceum_BOT101_2026_T3_grade_report_2026-11-{{}}.csv"


def grade_of(backend: Any, user_id: str) -> str:
    return str(backend.certificates.facts(COURSE, user_id, site=backend.site, now=AT).enrollment.grade)


def graded(grade: str) -> bytes:
    return (
        "Student ID,Email,Username,Grade,Enrollment Track\n"
        f"1,ana@x.org,ana,{grade},verified\n2,bo@x.org,bo,0.5,verified\n"
    ).encode()


def test_a_report_that_is_sent_late_does_not_replace_newer_facts(backend: Any, function: Function) -> None:
    """Open edX writes the time of a report into its name."""
    function(upload(REPORTED.format("20-0900"), graded("0.9"), AT))
    function(upload(REPORTED.format("02-1530"), graded("0.2"), AT + timedelta(days=1)))
    found = next(each for each in uploads(backend) if "02-1530" in each.file_name)
    assert grade_of(backend, "1") == "0.9"
    assert (found.state, found.applied, found.unchanged, found.rejected) == ("done", 0, 2, 0)
    [hint] = found.warnings
    assert (hint["row"], hint["identifier"], hint["reason"]) == (2, "ana", "newer-stored")
    rows = list(csv.reader(io.StringIO(download(f"{REPORTED.format('02-1530')}.result.csv").decode("utf-8-sig"))))
    assert [row[:3] for row in rows] == [["row", "identifier", "reason"], ["2", "ana", "newer-stored"]]
    function(upload(REPORTED.format("21-0000"), graded("0.4"), AT + timedelta(days=2)))
    assert grade_of(backend, "1") == "0.4"


def test_of_two_files_with_the_same_name_the_later_one_counts(backend: Any, function: Function) -> None:
    """Somebody has corrected the report by hand and sent it again."""
    function(upload(REPORTED.format("02-1530"), graded("0.2"), AT))
    function(upload(REPORTED.format("02-1530"), graded("0.8"), AT + timedelta(seconds=5)))
    assert grade_of(backend, "1") == "0.8"
    assert [(each.rejected, each.warnings) for each in uploads(backend)] == [(0, ()), (0, ())]


def test_an_event_after_the_report_was_written_is_newer_than_the_report(backend: Any, function: Function) -> None:
    event = grade_summary(0.8, at=datetime(2026, 11, 2, 16, tzinfo=UTC), user_id="1", course_id=COURSE)
    function(event)
    function(upload(REPORTED.format("02-1530"), graded("0.2"), AT))
    assert grade_of(backend, "1") == "0.8"
    function(upload(f"records/{COURSE}/report.csv", graded("0.2"), AT))
    assert grade_of(backend, "1") == "0.2"


def test_a_row_that_contradicts_an_earlier_batch_is_reported(backend: Any, function: Function) -> None:
    rows = list(large.grade_report_rows(PAGE_ROWS + 1))
    rows.append([*rows[1][:3], "0.99", *rows[1][4:]])
    function(upload(f"records/{COURSE}/g.csv", large.as_csv(iter(rows))))
    found = the_upload(backend)
    assert [(error["row"], error["reason"]) for error in found.errors] == [(PAGE_ROWS + 3, "duplicate-row")]
    assert (found.applied, found.rejected, found.rows) == (PAGE_ROWS + 1, 1, PAGE_ROWS + 2)


def test_a_file_is_loaded_though_a_tenth_of_all_calls_is_throttled(backend: Any, function: Function) -> None:
    rows = 2 * PAGE_ROWS
    message = upload(f"records/{COURSE}/g.csv", large.as_csv(large.grade_report_rows(rows)))
    with faults.throttled(0.1):
        for _ in range(5):
            if function(message) == []:
                break
    found = the_upload(backend)
    assert (found.state, found.rows, found.applied, found.rejected) == ("done", rows, rows, 0)


def test_after_a_crash_at_any_call_the_next_delivery_loads_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed at every AWS call, just before and just after its effect."""
    page_rows = 3
    rows = list(large.grade_report_rows(page_rows + 2))
    rows[2][3] = "A+"
    content = large.as_csv(iter(rows))
    handler = load("learner_records")

    @moto_cloud.prepared
    def with_a_run(backend: Any) -> None:
        make_run(without_layout(backend), COURSE)

    @contextmanager
    def world() -> Any:
        with with_a_run() as (backend, _):
            records = make_records(backend)
            with monkeypatch.context() as patched:
                patched.setattr(loading, "BATCH_ROWS", page_rows)
                patched.setattr(runtime, "backend", lambda base_url="": backend)
                patched.setattr("certificates.runtime.uploads.records", lambda: records)
                yield backend, upload(f"records/{COURSE}/g.csv", content)

    def act(made: Any) -> None:
        handler(sqs_event(made[1]), Context())

    ends = []

    def check(made: Any) -> None:
        found = the_upload(made[0])
        counts = (found.state, found.rows, found.applied, found.unchanged, found.rejected)
        ends.append((counts, found.errors, people(), moto_cloud.objects()))
        assert counts == ("done", page_rows + 2, page_rows + 1, 0, 1)
        assert ends[-1] == ends[0]
        assert len(download(found.report_key or "").splitlines()) == 2

    tried = killing.at_every_call(world, act, check)
    assert tried >= 20


REPORT = "Student ID,Email,Username,Grade,Enrollment Track\n"


def test_a_grade_report_saved_by_a_spreadsheet_gives_nobody_the_username_of_another(
    backend: Any, function: Function
) -> None:
    rows = "7,seven@example.org,0042,0.9,verified\n8,eight@example.org,42,0.2,verified\n"
    rows += "9,,219e01,0.5,verified\n5,,sept2,0.5,verified\n"
    assert function(upload(f"records/{COURSE}/a.csv", (REPORT + rows).encode(), AT)) == []
    saved = "7,seven@example.org,42,0.95,verified\n8,eight@example.org,42,0.3,verified\n"
    saved += "9,,2.19E+03,0.6,verified\n5,,2-Sep,0.7,verified\n"
    assert function(upload(f"records/{COURSE}/b.csv", (REPORT + saved).encode(), AT + timedelta(hours=1))) == []
    assert [backend.learners.user_id_of(name) for name in ("0042", "42", "219e01", "2.19E+03")] == ["7", "8", "9", None]
    assert (backend.learners.user_id_of("sept2"), backend.learners.user_id_of("2-Sep")) == ("5", None)
    graded = [backend.certificates.facts(COURSE, each, site=backend.site, now=AT).enrollment.grade for each in "789"]
    assert [str(grade) for grade in graded] == ["0.95", "0.3", "0.6"]


def test_a_profile_without_ids_gives_nobody_the_name_of_another(backend: Any, function: Function) -> None:
    rows = "7,seven@example.org,0042,0.9,verified\n8,eight@example.org,42,0.2,verified\n9,,ana,0.5,verified\n"
    assert function(upload(f"records/{COURSE}/a.csv", (REPORT + rows).encode(), AT)) == []
    by_username = "username,name\n42,Zoe\nana,Ana\n"
    assert function(upload(f"records/{COURSE}/b.csv", by_username.encode(), AT + timedelta(hours=1))) == []
    by_both = "username,email,name\n42,eight@example.org,Otto\n42,seven@example.org,Sabine\n"
    assert function(upload(f"records/{COURSE}/c.csv", by_both.encode(), AT + timedelta(hours=2))) == []
    assert [backend.learners.learner(each).name for each in "789"] == ["", "Otto", "Ana"]
    refused = {
        found.object_key[-5]: [(each["row"], each["reason"]) for each in found.errors] for found in uploads(backend)
    }
    assert refused == {"a": [], "b": [(2, "ambiguous-learner")], "c": [(3, "ambiguous-learner")]}


def test_a_first_report_in_which_two_learners_have_one_username_is_refused(backend: Any, function: Function) -> None:
    rows = "7,seven@example.org,42,0.9,verified\n9,,ana,0.5,verified\n8,eight@example.org,42,0.2,verified\n"
    assert function(upload(f"records/{COURSE}/a.csv", (REPORT + rows).encode(), AT)) == []
    found = the_upload(backend)
    assert (found.state, found.problem["reason"], found.problem["row"]) == ("refused", "usernames-changed", 4)
    assert [backend.learners.user_id_of(name) for name in ("42", "ana")] == [None, None]
