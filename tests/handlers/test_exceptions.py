"""Course staff over HTTP: the exception list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from certificates.uploads.upload import Batch
from tests.cheap_backend import cheap
from tests.handlers.http_events import encoded
from tests.moto_cloud import objects
from tests.people import COURSE, enroll, make_run

EXCEPTIONS = f"/course-runs/{encoded(COURSE)}/exceptions"


@pytest.fixture
def backend(backend: Any) -> Any:
    return cheap(backend)


@pytest.fixture
def staff(backend: Any, people: Any) -> Any:
    """Ines, course staff of a run where Zoe does not pass."""
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.2")
    backend.runs.replace_staff(COURSE, ["ines"])
    return people("instructor_requests", "ines")


def test_an_exception_is_added_listed_and_removed(staff: Any) -> None:
    added = staff("POST", EXCEPTIONS, {"learner": "ZOE@example.org", "note": "was ill"})
    assert added.status == 201
    document = added.json()
    assert document["decision"] == {"outcome": "issued", "reason": "issued"}
    assert (document["user_id"], document["note"], document["added_by"]) == ("7", "was ill", "ines")

    listed = staff("GET", EXCEPTIONS).json()
    document.pop("decision")
    assert listed == {"items": [document], "next_cursor": None}
    assert listed["items"][0]["has_certificate"] is True

    removed = staff("DELETE", f"{EXCEPTIONS}/7")
    assert (removed.status, removed.text) == (204, "")
    assert staff("GET", EXCEPTIONS).json()["items"] == []


def test_each_refusal_has_its_problem(staff: Any, backend: Any) -> None:
    enroll(backend, "8", "abe", active=False)
    staff("POST", EXCEPTIONS, {"learner": "zoe"})
    assert staff("POST", EXCEPTIONS, {"note": "whom?"}).refusal == (400, "identifier-missing")
    assert staff("POST", EXCEPTIONS, {"learner": "nobody"}).refusal == (404, "unknown-learner")
    assert staff("POST", EXCEPTIONS, {"learner": "abe"}).refusal == (409, "not-enrolled")
    assert staff("POST", EXCEPTIONS, {"learner": "zoe"}).refusal == (409, "already-listed")
    assert staff("DELETE", f"{EXCEPTIONS}/8").refusal == (404, "not-listed")
    assert staff("DELETE", f"{EXCEPTIONS}/99").refusal == (404, "unknown-learner")
    assert staff("POST", EXCEPTIONS, {"learner": "zoe", "reason": "typo"}).refusal == (400, "unknown-field")
    assert staff("POST", EXCEPTIONS, {"learner": "z" * 255}).refusal == (400, "invalid-body")
    other = "/course-runs/course-v1%3ANo%2BSuch%2BRun/exceptions"
    assert staff("POST", other, {"learner": "zoe"}).refusal == (403, "not-course-staff")


def test_only_course_staff_may_look_or_change(staff: Any, people: Any) -> None:
    zoe = people("instructor_requests", "zoe")
    for method, path in (("GET", EXCEPTIONS), ("DELETE", f"{EXCEPTIONS}/7"), ("POST", f"{EXCEPTIONS}/uploads")):
        assert zoe(method, path).refusal == (403, "not-course-staff")
    assert zoe("POST", EXCEPTIONS, {"learner": "zoe"}).refusal == (403, "not-course-staff")


def test_the_same_call_sent_again_gives_the_same_answer(staff: Any) -> None:
    first = staff("POST", EXCEPTIONS, {"learner": "zoe"}, Idempotency_Key="k1")
    again = staff("POST", EXCEPTIONS, {"learner": "zoe"}, Idempotency_Key="k1")
    assert (again.status, again.json()) == (201, first.json())
    assert staff("DELETE", f"{EXCEPTIONS}/7", Idempotency_Key="k2").status == 204
    assert staff("DELETE", f"{EXCEPTIONS}/7", Idempotency_Key="k2").status == 204


def test_a_long_list_is_paged_and_everybody_is_on_one_page_once(staff: Any, backend: Any) -> None:
    for number in range(11):
        enroll(backend, f"2{number}", f"learner{number}", mode="audit")
        assert staff("POST", EXCEPTIONS, {"learner": f"learner{number}"}).status == 201
    seen, cursor = [], ""
    while cursor is not None:
        page = staff("GET", f"{EXCEPTIONS}?limit=4{cursor and f'&cursor={cursor}'}").json()
        assert len(page["items"]) <= 4
        seen += [item["username"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(f"learner{number}" for number in range(11))
    foreign = staff("GET", f"{EXCEPTIONS}?cursor=IjAwL0NFUlRJRklDQVRFIzEi")
    assert foreign.refusal == (400, "bad-cursor")


def test_the_list_comes_as_a_file_that_is_safe_in_a_spreadsheet(staff: Any, backend: Any) -> None:
    staff("POST", EXCEPTIONS, {"learner": "zoe", "note": '=HYPERLINK("http://evil.example")'})
    asked = staff("GET", EXCEPTIONS, accept="text/csv")
    assert (asked.status, asked.headers["location"][:4]) == (302, "http")
    [key] = objects("reports/")
    text = backend.documents.get(key).decode("utf-8-sig")
    heading, row = text.splitlines()
    assert heading == "user_id,username,email,note,added_by,added_at,certificate_status"
    assert "'=HYPERLINK" in row
    assert row.endswith(",downloadable")


def test_a_form_accepts_one_csv_under_its_own_key(staff: Any) -> None:
    form = staff("POST", f"{EXCEPTIONS}/uploads").json()
    assert form["max_bytes"] == 10 * 1024 * 1024
    assert form["fields"]["key"] == f"exceptions/{COURSE}/{form['upload_id']}.csv"
    waiting = staff("GET", f"{EXCEPTIONS}/uploads/{form['upload_id']}").json()
    assert (waiting["state"], waiting["added"], waiting["errors"]) == ("waiting", 0, [])
    assert staff("GET", f"{EXCEPTIONS}/uploads/nothing").refusal == (404, "unknown-upload")


def test_the_outcome_of_a_file_has_the_rows_that_were_added_and_are_doubtful(staff: Any, backend: Any) -> None:
    at, hint = datetime(2026, 11, 20, 12, tzinfo=UTC), {"row": 1, "identifier": "42", "reason": "added", "message": "?"}
    key = f"exceptions/{COURSE}/list.csv"
    begun = backend.uploads.begin(COURSE, "1" * 32, object_key=key, etag="1", size=1, arrived_at=at)
    for _ in range(60):
        row = {"cursor": begun.cursor + 2, "next_row": 2, "applied": 2, "unchanged": 0, "errors": []}
        begun = backend.uploads.advance(begun, Batch(**row, warnings=[hint, hint], has_report_part=False))
    told = staff("GET", f"{EXCEPTIONS}/uploads/{'1' * 32}").json()
    assert (told["added"], told["warnings"]) == (120, [hint] * 100)


def test_uploads_are_listed_newest_first_with_their_outcomes(staff: Any, backend: Any) -> None:
    for number in range(3):
        at = datetime(2026, 11, 20, 12, number, tzinfo=UTC)
        key = f"exceptions/{COURSE}/list{number}.csv"
        begun = backend.uploads.begin(COURSE, f"{number}" * 32, object_key=key, etag="1", size=1, arrived_at=at)
    backend.uploads.refuse(begun, {"reason": "empty-file", "message": "The file is empty."}, now=at)
    backend.uploads.begin(COURSE, "f" * 32, object_key=f"records/{COURSE}/g.csv", etag="1", size=1, arrived_at=at)
    first = staff("GET", f"{EXCEPTIONS}/uploads?limit=2").json()
    assert [item["file_name"] for item in first["items"]] == ["list2.csv", "list1.csv"]
    assert first["items"][0]["problem"]["reason"] == "empty-file"
    assert first["items"][0]["uploaded_by"] == "a copy to the bucket"
    rest = staff("GET", f"{EXCEPTIONS}/uploads?limit=2&cursor={first['next_cursor']}").json()
    assert [item["file_name"] for item in rest["items"]] == ["list0.csv"]
    records = staff("GET", EXCEPTIONS.replace("exceptions", "records/uploads")).json()["items"]
    assert [(item["file_name"], item["state"]) for item in records] == [("g.csv", "processing")]


def test_an_upload_is_taken_back_by_its_id(staff: Any, backend: Any) -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    key = f"exceptions/{COURSE}/list.csv"
    begun = backend.uploads.begin(COURSE, "1" * 32, object_key=key, etag="1", size=1, arrived_at=at)
    assert staff("DELETE", f"{EXCEPTIONS}/uploads/{'1' * 32}").refusal == (409, "upload-not-finished")
    backend.uploads.finish(begun, report_key=None, now=at)
    taken = staff("DELETE", f"{EXCEPTIONS}/uploads/{'1' * 32}")
    assert (taken.status, taken.json()) == (200, {"upload_id": "1" * 32, "removed": [], "more": False})
    assert staff("DELETE", f"{EXCEPTIONS}/uploads/nothing").refusal == (404, "unknown-upload")


def test_a_file_that_may_still_arrive_is_not_taken_back(staff: Any) -> None:
    upload = f"{EXCEPTIONS}/uploads/{staff('POST', f'{EXCEPTIONS}/uploads').json()['upload_id']}"
    assert staff("DELETE", upload).refusal == (409, "upload-not-finished")
    [listed] = staff("GET", f"{EXCEPTIONS}/uploads").json()["items"] or [{"taken_back_at": None}]
    assert listed["taken_back_at"] is None


def test_an_upload_of_lms_records_is_not_one_of_exceptions(staff: Any) -> None:
    records = staff("POST", f"/course-runs/{encoded(COURSE)}/records/uploads").json()
    assert staff("GET", f"{EXCEPTIONS}/uploads/{records['upload_id']}").refusal == (404, "unknown-upload")
