"""Exception files arrive in the bucket: learners are added and decided on, and every row gets a result."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates import runtime
from certificates.aws.queues import DecisionQueue, UploadQueue
from certificates.aws.records_store import RecordsStore
from certificates.aws.upload_files import UploadFiles
from certificates.exception_list import batch, file
from certificates.exception_list.entries import add_exception
from certificates.exception_list.file import ExceptionFiles
from certificates.exception_list.messages import act_on
from certificates.exception_list.taking_back import take_back
from certificates.invalidate import invalidate
from certificates.request import request_certificate
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.lms_update import Account, LmsUpdate
from certificates.rules.model import Status
from certificates.uploads.forms import UploadKind, start_upload
from tests.cheap_backend import cheap
from tests.handlers.conftest import load
from tests.handlers.lms_events import Context, arrived, download, sqs_event, upload
from tests.killing import at_every_call
from tests.moto_cloud import client_of, items, objects, prepared
from tests.people import COURSE, enroll, make_run

SAMPLES = Path(__file__).parents[1] / "samples" / "exceptions"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
KEY = f"exceptions/{COURSE}/list.csv"
Deliver = Callable[..., list[str]]


def make_files(backend: Any) -> ExceptionFiles:
    client = client_of("sqs")
    urls = [client.create_queue(QueueName=name)["QueueUrl"] for name in ("exception-files", "exception-decisions")]
    files = UploadFiles(backend.documents.bucket, "exceptions")
    return ExceptionFiles(files, UploadQueue(urls[0]), DecisionQueue(urls[1]))


def waiting(url: str) -> list[dict[str, Any]]:
    """Receive and delete all messages of a queue."""
    client, bodies = client_of("sqs"), []
    while taken := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in taken:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
    return bodies


def people(backend: Any) -> None:
    """Eight learners, of whom none passes but Eve."""
    for number, username in enumerate(("zoe", "abe", "mia", "ned", "ova"), start=1):
        enroll(backend, str(number), username, grade="0.2")
    enroll(backend, "6", "eve", grade="0.9")
    enroll(backend, "7", "gone", active=False)
    enroll(backend, "8", "old", grade="0.2")


@pytest.fixture
def backend(backend: Any) -> Any:
    made = cheap(backend)
    make_run(made, automatic_generation=False)
    people(made)
    return made


@pytest.fixture
def exception_files(backend: Any) -> ExceptionFiles:
    return make_files(backend)


@pytest.fixture
def deliver(backend: Any, exception_files: ExceptionFiles, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    """Deliver messages to the function. Returns the ids of the messages that failed."""
    return delivery(backend, exception_files, monkeypatch)


def delivery(backend: Any, exception_files: ExceptionFiles, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    monkeypatch.setattr("certificates.runtime.uploads.exception_files", lambda: exception_files)
    handler = load("exception_processing")

    def send(*messages: dict[str, Any], looks: int = 1_000_000) -> list[str]:
        answer = handler(sqs_event(*messages), Context(looks))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return send


def uploads(backend: Any) -> list[Any]:
    keys = [sk.removeprefix("UPLOAD#") for _, sk in items() if sk.startswith("UPLOAD#")]
    return [backend.uploads.upload(COURSE, key) for key in keys]


def the_upload(backend: Any) -> Any:
    (found,) = uploads(backend)
    return found


def facts(backend: Any, user_id: str) -> Any:
    return backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW)


def listed() -> dict[str, str]:
    """The learners on the list, with their notes."""
    return {item["user_id"]["S"]: item["note"]["S"] for (_, sk), item in items().items() if sk == "EXCEPTION"}


def report(found: Any) -> list[list[str]]:
    return list(csv.reader(download(found.report_key).decode("utf-8-sig").splitlines()))


def test_good_rows_are_added_and_every_bad_row_has_its_reason(backend: Any, deliver: Deliver) -> None:
    request_certificate(COURSE, "eve", backend=backend, now=NOW)
    invalidate(COURSE, "eve", "copied", by="ines", backend=backend, now=NOW + timedelta(hours=1))
    add_exception(COURSE, "old", "before", by="ines", backend=backend, now=NOW)
    text = (
        "username;note\n"
        "zoe; was ill \n"
        "\n"
        "ABE@example.org;=1+1\n"
        "nobody;who\n"
        "gone;left\n"
        "eve;copied\n"
        "old;again\n"
        "zoe@example.org;the same\n"
        "zoe;the very same\n"
        ";nobody named\n"
    )
    assert deliver(upload(KEY, text.encode(), AT)) == []

    found = the_upload(backend)
    assert (found.state, found.rows, found.applied, found.rejected, found.progress) == ("done", 9, 2, 7, 1.0)
    assert [(error["row"], error["identifier"], error["reason"]) for error in found.errors] == [
        (5, "nobody", "unknown-learner"),
        (6, "gone", "not-enrolled"),
        (7, "eve", "invalidated"),
        (8, "old", "already-listed"),
        (9, "zoe@example.org", "duplicate-in-file"),
        (10, "zoe", "duplicate-in-file"),
        (11, "", "bad-format"),
    ]
    assert listed() == {"1": "was ill", "2": "=1+1", "8": "before"}
    rows = report(found)
    assert rows[0] == ["row", "identifier", "result", "message", "user_id", "username", "email"]
    assert [row[4:] for row in rows[1:3]] == [["1", "zoe", "zoe@example.org"], ["2", "abe", "abe@example.org"]]
    assert [row[0] for row in rows[1:]] == ["2", "4", "5", "6", "7", "8", "9", "10", "11"]
    assert [row[2] for row in rows[1:3]] == ["added", "added"]
    [entry] = backend.certificates.history(COURSE, "1")
    assert (entry.change, entry.actor, entry.note) == ("exception-added", "a copy to the bucket", "was ill")


def test_pasted_identifiers_find_the_right_learner(backend: Any, deliver: Deliver) -> None:
    enroll(backend, "20", "0042", grade="0.2")
    enroll(backend, "21", "42", grade="0.2")
    enroll(backend, "22", "عمر خالد", email="omar@example.org", grade="0.2")
    enroll(backend, "23", "-lena-", email="lena@example.org", grade="0.2")
    RecordsStore().apply(
        [
            LmsUpdate(user_id=user_id, at=AT, account=Account(f"twin{user_id}", "twin@example.org"))
            for user_id in ("31", "32")
        ]
    )
    text = (
        "identifier;note\n"
        "Zoe A. <zoe@example.org>;\n"
        "mailto:abe@example.org;\n"
        "\u202amia@example.org\u202c;\n"
        "عمر خالد;\n"
        "'-lena-;\n"
        "42;\n"
        "2.19E+03;\n"
        "TWIN@example.org;\n"
    )
    assert deliver(upload(KEY, text.encode(), AT)) == []
    rows = {int(row[0]): row for row in report(the_upload(backend))[1:]}
    assert [rows[number][2] for number in range(2, 8)] == ["added"] * 6
    assert [rows[number][4] for number in range(2, 8)] == ["1", "2", "3", "22", "23", "21"]
    assert "0042" in rows[7][3]
    assert rows[8][2] == "unknown-learner" and "219e01" in rows[8][3]
    assert rows[9][2] == "ambiguous-learner" and "twin31 (id 31) and twin32 (id 32)" in rows[9][3]


def test_the_entries_of_a_file_are_listed_and_taken_back_together(backend: Any, deliver: Deliver) -> None:
    add_exception(COURSE, "old", "before", by="ines", backend=backend, now=NOW)
    deliver(upload(KEY, b"zoe,ill\nabe,ill\nold,again\n", AT))
    found = the_upload(backend)
    taken = take_back(COURSE, found.upload_id, by="ines", backend=backend, now=NOW)
    assert (sorted(learner.username for learner in taken.removed), taken.more) == (["abe", "zoe"], False)
    assert listed() == {"8": "before"}
    again = take_back(COURSE, found.upload_id, by="ines", backend=backend, now=NOW)
    assert (again.removed, again.more) == ([], False)
    assert the_upload(backend).taken_back_at == NOW


@pytest.mark.parametrize("name", ["LIST.CSV", "list.txt", "list"])
def test_a_file_is_read_with_any_ending_of_its_name(backend: Any, deliver: Deliver, name: str) -> None:
    deliver(upload(f"exceptions/{COURSE}/{name}", b"zoe,ill\n", AT))
    assert (the_upload(backend).file_name, listed()) == (name, {"1": "ill"})


def test_a_first_row_that_names_nobody_may_be_a_heading_and_the_answer_says_so(backend: Any, deliver: Deliver) -> None:
    deliver(upload(KEY, b"Felhasznalo,Ok\nzoe,ill\nnobody,x\n", AT))
    first, second = the_upload(backend).errors
    assert (first["row"], first["reason"]) == (1, "unknown-learner")
    assert "heading" in first["message"] and "heading" not in second["message"]


def test_a_heading_below_a_title_is_named_as_such(backend: Any, deliver: Deliver) -> None:
    deliver(upload(KEY, b"Exceptions 2026;\nE-Mail oder Benutzername;Notiz\nzoe;ill\nnobody;x\n", AT))
    title, heading, nobody = (error["message"] for error in the_upload(backend).errors)
    assert "heading" in title and "heading" in heading and "heading" not in nobody
    assert listed() == {"1": "ill"}


def test_a_copy_has_its_result_beside_it_and_the_result_is_no_upload(backend: Any, deliver: Deliver) -> None:
    deliver(upload(KEY, b"zoe,ill\nnobody,\n", AT))
    assert "unknown-learner" in download(f"{KEY}.result.csv").decode("utf-8-sig")
    deliver(arrived(f"{KEY}.result.csv", AT), upload(f"exceptions/{COURSE}/folder/", b"", AT))
    assert the_upload(backend).state == "done"
    deliver(upload(f"exceptions/{COURSE}/empty.csv", b"", AT))
    assert (
        download(f"exceptions/{COURSE}/empty.csv.result.csv")
        .decode("utf-8-sig")
        .splitlines()[1]
        .startswith("empty-file,")
    )


def test_a_file_that_a_person_named_like_a_result_is_read(backend: Any, deliver: Deliver) -> None:
    """Also under the name of a result, and also if it is a result that they have edited."""
    deliver(upload(KEY, b"nobody,\n", AT))
    edited = download(f"{KEY}.result.csv").replace(b"nobody", b"zoe")
    deliver(upload(f"exceptions/{COURSE}/mine.result.csv", b"abe,ill\n", AT))
    assert listed() == {"2": "ill"}
    deliver(upload(f"{KEY}.result.csv", edited, AT))
    assert "no-usable-column," in download(f"{KEY}.result.csv.result.csv").decode("utf-8-sig")
    copy = {"Bucket": os.environ["BUCKET_NAME"], "Key": f"{KEY}.result.csv.result.csv"}
    client_of("s3").copy_object(CopySource=copy, Bucket=copy["Bucket"], Key=f"exceptions/{COURSE}/b.result.csv")
    deliver(arrived(f"exceptions/{COURSE}/b.result.csv", AT))
    assert download(f"exceptions/{COURSE}/b.result.csv.result.csv")


def test_a_file_in_whose_place_its_own_result_was_stored_is_refused_aloud(backend: Any, deliver: Deliver) -> None:
    theirs = upload(f"{KEY}.result.csv", b"abe,ill\n", AT)
    deliver(upload(KEY, b"zoe,ill\n", AT), theirs)
    assert "file-replaced," in download(f"{KEY}.result.csv.result.csv").decode("utf-8-sig")


def test_the_fault_of_a_file_for_an_unknown_run_is_stored_beside_the_file(backend: Any, deliver: Deliver) -> None:
    key = "exceptions/course-v1:No+Such+Run/list.csv"
    assert deliver(upload(key, b"zoe,ill\n", AT)) == []
    assert "unknown-course-run" in download(f"{key}.result.csv").decode("utf-8-sig")


def test_a_file_that_failed_in_every_delivery_is_refused_as_unfinished(
    backend: Any, exception_files: ExceptionFiles
) -> None:
    notification = upload(KEY, b"zoe,ill\n", AT)
    act_on(
        notification,
        backend=backend,
        exception_files=exception_files,
        out_of_time=lambda: False,
        now=NOW,
        last_delivery=True,
    )
    found = the_upload(backend)
    assert (found.state, found.problem["reason"]) == ("refused", "not-finished")


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
def test_every_sample_file_is_understood(backend: Any, deliver: Deliver, sample: str) -> None:
    key = KEY if sample.endswith(".csv") else f"exceptions/{COURSE}/{sample}.csv"
    assert deliver(upload(key, (SAMPLES / sample).read_bytes(), AT)) == []
    found = the_upload(backend)
    assert found.state == "done"
    assert found.rows == found.total > 0
    assert {error["reason"] for error in found.errors} <= {"unknown-learner", "duplicate-in-file", "bad-format"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b"\n\n", "empty-file"),
        (b"PK\x03\x04\x00\x00", "not-text"),
        ("zoë,note\n".encode("utf-16")[:-1], "wrong-encoding"),
        (b'zoe,"never closed\nabe,x\n', "not-csv"),
        (b"Student ID,Email,Username,Grade\n1,zoe@example.org,zoe,0.2\n", "no-usable-column"),
        (b"zoe\n" + b"x" * (10 * 1024 * 1024), "file-too-large"),
        (b"u\n" * 50_001, "too-many-rows"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(backend: Any, deliver: Deliver, content: bytes, reason: str) -> None:
    assert deliver(upload(KEY, content, AT)) == []
    found = the_upload(backend)
    assert (found.state, found.problem["reason"], found.applied) == ("refused", reason, 0)
    assert found.problem["message"]
    assert listed() == {}


def test_a_file_delivered_twice_changes_nothing_the_second_time(backend: Any, deliver: Deliver) -> None:
    message = upload(KEY, b"zoe\nabe\n", AT)
    deliver(message)
    before = items()
    deliver(message)
    assert items() == before


def test_a_repeated_exception_file_reports_that_all_learners_are_listed(backend: Any, deliver: Deliver) -> None:
    deliver(upload(KEY, b"zoe\nabe\n", AT))
    deliver(upload(KEY, b"zoe\nabe\n", AT + timedelta(hours=1)))
    second = next(found for found in uploads(backend) if found.rejected)
    assert (second.applied, [error["reason"] for error in second.errors]) == (0, ["already-listed"] * 2)
    assert sorted(listed()) == ["1", "2"]


def test_a_file_for_an_unknown_run_is_ignored(backend: Any, deliver: Deliver) -> None:
    for key in ("exceptions/course-v1:No+Such+Run/list.csv", "exceptions/list.csv"):
        assert deliver(upload(key, b"zoe\n", AT)) == []
    assert uploads(backend) == []
    assert deliver({"Service": "Amazon S3", "Event": "s3:TestEvent"}) == []


def test_the_history_shows_who_uploaded_a_file_by_form(backend: Any, deliver: Deliver) -> None:
    form = start_upload(COURSE, UploadKind.EXCEPTIONS, by="ines", backend=backend, now=NOW)
    deliver(upload(form.fields["key"], b"zoe\n", AT))
    found = backend.uploads.upload(COURSE, form.upload_id)
    assert (found.state, found.applied) == ("done", 1)
    assert backend.certificates.history(COURSE, "1")[0].actor == "ines"


def test_a_file_that_needs_more_time_is_continued_and_duplicates_are_found_across_batches(
    backend: Any, deliver: Deliver, exception_files: ExceptionFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BATCH_ROWS", 2)
    deliver(upload(KEY, b"zoe\nabe\nmia\nned\nova\nzoe@example.org\n", AT), looks=1)
    half = the_upload(backend)
    assert (half.state, half.rows, half.applied) == ("processing", 2, 2)
    assert 0 < half.progress < 1

    rounds = 0
    while messages := waiting(exception_files.queue.url):
        assert deliver(*messages, looks=1) == []
        rounds += 1
    found = the_upload(backend)
    assert (found.state, found.rows, found.applied, rounds) == ("done", 6, 5, 2)
    assert [(error["row"], error["reason"]) for error in found.errors] == [(6, "duplicate-in-file")]
    assert [row[0] for row in report(found)[1:]] == ["1", "2", "3", "4", "5", "6"]
    assert objects("results/") == [found.report_key]


def test_with_automatic_issuing_on_the_listed_are_decided_on_a_few_at_a_time(
    backend: Any, deliver: Deliver, exception_files: ExceptionFiles
) -> None:
    make_run(backend, automatic_generation=True)
    request_certificate(COURSE, "eve", backend=backend, now=NOW)
    deliver(upload(KEY, b"zoe\nabe\neve\nnobody\n", AT))
    messages = waiting(exception_files.decisions.url)
    assert [sorted(message["decide"]["user_ids"]) for message in messages] == [["1", "2"]]

    assert deliver(*messages) == []
    assert deliver(*messages) == []
    for user_id in ("1", "2"):
        held = backend.certificates.facts(COURSE, user_id, site=backend.site, now=NOW).certificate
        assert (held.status, held.revision) == (Status.DOWNLOADABLE, 1)
    assert backend.certificates.history(COURSE, "1")[-1].trigger == "exception-added"


def test_one_learner_who_cannot_be_issued_a_certificate_never_stops_the_others(
    backend: Any, deliver: Deliver, exception_files: ExceptionFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(backend, automatic_generation=True)
    enroll(backend, "1", "zoe", name="Breaks", grade="0.2")
    deliver(upload(KEY, b"zoe\nabe\n", AT))
    messages = waiting(exception_files.decisions.url)
    real = type(backend.renderer).render

    def broken(renderer: Any, digest: str, fields: Any, document: str, award: Any) -> None:
        if fields.name == "Breaks":
            raise RuntimeError("the function is out of order")
        real(renderer, digest, fields, document, award)

    with monkeypatch.context() as patched:
        patched.setattr(type(backend.renderer), "render", broken)
        assert deliver(*messages) == ["message-0"]
    assert facts(backend, "2").certificate is not None
    assert (facts(backend, "1").last_attempt.outcome, facts(backend, "1").last_attempt.reason) == ("failed", "broken")
    assert deliver(*messages) == []
    assert facts(backend, "1").certificate is not None
    assert facts(backend, "1").last_attempt is None


def test_no_decision_is_made_on_a_learner_who_was_removed_from_the_list_meanwhile(
    backend: Any, deliver: Deliver
) -> None:
    make_run(backend, automatic_generation=True)
    assert deliver({"decide": {"course_id": COURSE, "user_ids": ["1", "99"], "by": "ines"}}) == []
    assert backend.certificates.facts(COURSE, "1", site=backend.site, now=NOW).certificate is None


@contextmanager
def meanwhile(happening: Callable[[], object]) -> Iterator[None]:
    """Call something once, between reading the facts and the write after them."""
    real, happened = batch.write_together, []

    def write_after_it(*args: Any) -> Any:
        if not happened:
            happened.append(True)
            happening()
        return real(*args)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batch, "write_together", write_after_it)
        yield


def test_two_files_at_once_that_name_the_same_learners_list_each_of_them_once(backend: Any, deliver: Deliver) -> None:
    other = upload(f"exceptions/{COURSE}/other.csv", b"abe\nmia\n", AT)
    with meanwhile(lambda: deliver(other)):
        assert deliver(upload(KEY, b"zoe\nabe\n", AT)) == []
    first = next(found for found in uploads(backend) if found.object_key == KEY)
    assert (first.state, first.applied) == ("done", 1)
    assert [(error["identifier"], error["reason"]) for error in first.errors] == [("abe", "already-listed")]
    assert sorted(listed()) == ["1", "2", "3"]
    assert len(backend.certificates.history(COURSE, "2")) == 1


def test_a_message_delivered_twice_at_once_counts_every_row_once(backend: Any, deliver: Deliver) -> None:
    message = upload(KEY, b"zoe\nabe\nnobody\n", AT)
    with meanwhile(lambda: deliver(message)):
        # The slower delivery finds its batch counted. SQS delivers the message again, and nothing is left to do.
        assert deliver(message) == ["message-0"]
    assert deliver(message) == []
    found = the_upload(backend)
    assert (found.state, found.rows, found.applied, found.rejected) == ("done", 3, 2, 1)
    assert len(report(found)) == 4
    assert len(backend.certificates.history(COURSE, "1")) == 1


def test_an_invalidation_while_the_file_is_read_wins(backend: Any, deliver: Deliver) -> None:
    request_certificate(COURSE, "eve", backend=backend, now=NOW)
    with meanwhile(lambda: invalidate(COURSE, "eve", "", by="ines", backend=backend, now=NOW)):
        assert deliver(upload(KEY, b"zoe\neve\n", AT)) == []
    assert [(error["identifier"], error["reason"]) for error in the_upload(backend).errors] == [("eve", "invalidated")]
    assert sorted(listed()) == ["1"]


def test_an_unknown_message_stays_for_the_dead_letters(deliver: Deliver) -> None:
    assert deliver({"hello": "world"}) == ["message-0"]


@prepared
def who_fail(built: Any) -> None:
    backend = cheap(built)
    make_run(backend)
    for user_id, username in (("1", "zoe"), ("2", "abe"), ("6", "eve")):
        enroll(backend, user_id, username, grade="0.2")


@contextmanager
def world() -> Iterator[Any]:
    with who_fail() as (built, _), pytest.MonkeyPatch.context() as patched:
        backend = cheap(built)
        exception_files = make_files(backend)
        patched.setattr(file, "BATCH_ROWS", 3)
        send = delivery(backend, exception_files, patched)
        message = upload(KEY, b"zoe\nnobody\nzoe@example.org\nabe\neve\nABE@example.org\n", AT)
        yield backend, exception_files, send, message


def test_killed_at_every_call_and_delivered_again_the_file_ends_as_if_nothing_had_happened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ends: list[Any] = []

    def act(made: Any) -> None:
        _, _, send, message = made
        assert send(message) == []

    def check(made: Any) -> None:
        backend, exception_files, send, _ = made
        decided = waiting(exception_files.decisions.url)
        assert send(*decided) == []
        found = the_upload(backend)
        documents = sorted(objects())
        # Only the time at which the file was finished may differ.
        timeless = replace(found, finished_at=None)
        ends.append((timeless, listed(), report(found), documents, what_is_held(backend)))
        assert ends[-1] == ends[0]
        assert found.state == "done"

    tried = at_every_call(world, act, check)
    with capsys.disabled():
        print(f"\nexception_processing: killed at {tried} points")


@prepared
def who_are_listed(built: Any) -> None:
    backend = cheap(built)
    make_run(backend, automatic_generation=False)
    for user_id, username in (("1", "zoe"), ("2", "abe")):
        enroll(backend, user_id, username, grade="0.2")
        add_exception(COURSE, username, "", by="ines", backend=backend, now=NOW)
    make_run(backend, automatic_generation=True)


@contextmanager
def listed_world() -> Iterator[Any]:
    """Two learners were listed, and the message to decide on them waits."""
    with who_are_listed() as (built, _), pytest.MonkeyPatch.context() as patched:
        backend = cheap(built)
        yield backend, delivery(backend, make_files(backend), patched)


def test_killed_while_deciding_and_delivered_again_each_of_the_listed_has_one_certificate(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def act(made: Any) -> None:
        assert made[1]({"decide": {"course_id": COURSE, "user_ids": ["1", "2"], "by": "ines"}}) == []

    def check(made: Any) -> None:
        backend = made[0]
        assert what_is_held(backend) == [(user_id, "downloadable", 1, 2) for user_id in ("1", "2")]
        assert objects("certificates/") == sorted(facts(backend, id_).certificate.document for id_ in ("1", "2"))

    tried = at_every_call(listed_world, act, check)
    with capsys.disabled():
        print(f"\nexception_processing, deciding: killed at {tried} points")


def what_is_held(backend: Any) -> list[tuple[str, str, int, int]]:
    """Status, revision and length of the history of each learner who has a certificate."""
    held = []
    for (_, sk), item in sorted(items().items()):
        if sk == "CERTIFICATE":
            user_id, revision = item["user_id"]["S"], int(item["revision"]["N"])
            assert backend.documents.get(item["document"]["S"]).endswith(f" {revision}".encode())
            history = backend.certificates.history(COURSE, user_id)
            held.append((user_id, item["status"]["S"], revision, len(history)))
    return held


def test_addresses_that_are_pasted_side_by_side_do_not_get_lost_without_a_word(backend: Any, deliver: Deliver) -> None:
    pasted = b"zoe@example.org, abe@example.org, mia@example.org\nned,NED@example.org\nSilva, Ova <ova@example.org>\n"
    assert deliver(upload(KEY, pasted)) == []
    rows = list(csv.DictReader(download(f"{KEY}.result.csv").decode("utf-8-sig").splitlines()))
    assert [(row["identifier"], row["result"]) for row in rows] == [
        ("zoe@example.org", "added"),
        ("ned", "added"),
        ("Silva", "unknown-learner"),
    ]
    assert "abe@example.org: a row lists only the learner in its first column" in rows[0]["message"]
    assert rows[1]["message"] == "", "the note has the learner's own address"
    assert "ova@example.org" in rows[2]["message"]
    # Pages and answers of the interface show the row that was added, too.
    found = the_upload(backend)
    [hint] = found.warnings
    flaws = [flaw(FlawId.NOTE_IS_ADDRESS, address="abe@example.org").to_wire()]
    said = {"reason": "added", "message": rows[0]["message"], "flaws": flaws}
    assert hint == {"row": 1, "identifier": rows[0]["identifier"], **said}
    assert (found.applied, found.rejected) == (2, 1)
