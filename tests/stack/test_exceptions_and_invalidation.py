"""Exceptions, by hand and by file, and invalidation: over HTTP in the deployed stack, with every role enforced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import SETTINGS, expect
from tests.samples import openedx_events as lms
from tests.stack.people import send

COURSE = "course-v1:Lyceum+BOT501+2026_T3"
RUN = f"/course-runs/{quote(COURSE, safe='')}"
STAFF = "exceptions_staff"
HOUR_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
LEARNERS = {510_000 + number: f"failing_{number}" for number in range(6)}


@pytest.fixture(scope="module")
def staff(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """Course staff of a run with automatic issuing on, where six learners are enrolled and none passes."""
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        settings = {**SETTINGS, "automatic_generation": True, "identity_required": False}
        expect(http.put(RUN, json=settings), 201)
        expect(http.put(f"{RUN}/staff", json={"usernames": [STAFF]}), 200)
    for user_id, username in LEARNERS.items():
        who = lms.user(user_id, username, f"{username}@example.com", f"Learner {username}")
        enrolled = lms.enrollment("created", mode="verified", at=HOUR_AGO, learner=who, course_id=COURSE)
        failed = lms.passing_status(False, at=HOUR_AGO, learner=who, course_id=COURSE)
        send(cloud, enrolled, failed)
    with cloud.http(STAFF) as http:
        cloud.wait_until(lambda: learners(http).keys() >= set(LEARNERS.values()))
        yield http


def learners(http: httpx.Client, query: str = "") -> dict[str, Any]:
    listed = expect_json(http.get(f"{RUN}/certificates{query}"), 200)
    return {item["username"]: item for item in listed["items"]}


def add(http: httpx.Client, learner: str, note: str = "") -> httpx.Response:
    return http.post(f"{RUN}/exceptions", json={"learner": learner, "note": note})


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:certificates:problem:")


def test_an_exception_is_issued_at_once_and_withdrawn_with_the_entry(cloud: LocalCloud, staff: httpx.Client) -> None:
    added = expect_json(add(staff, "FAILING_0@example.com", "was ill"), 201)
    assert added["decision"] == {"outcome": "issued", "reason": "issued"}
    assert reason(add(staff, "failing_0")) == (409, "already-listed")
    assert [item["note"] for item in staff.get(f"{RUN}/exceptions").json()["items"]] == ["was ill"]
    held = learners(staff, "?status=downloadable")["failing_0"]
    pdf = httpx.get(f"{cloud.api_url}/certificates/{held['verify_uuid']}/pdf", follow_redirects=True)
    assert pdf.content.startswith(b"%PDF-")

    assert staff.delete(f"{RUN}/exceptions/510000").status_code == 204
    assert learners(staff)["failing_0"]["status"] == "notpassing"
    changes = [item["change"] for item in staff.get(f"{RUN}/certificates/510000/history").json()["items"]]
    assert changes == ["exception-added", "issued", "exception-removed", "marked-notpassing"]


def test_a_file_by_form_lists_decides_and_answers_for_every_row(cloud: LocalCloud, staff: httpx.Client) -> None:
    form = expect_json(staff.post(f"{RUN}/exceptions/uploads"), 201)
    content = "username,note\nfailing_1,by file\nnobody,who\nFailing_1@example.com,the same\n".encode("utf-16")
    posted = httpx.post(form["url"], data=form["fields"], files={"file": ("list.csv", content, "text/csv")})
    assert posted.status_code == 204, posted.text

    def done() -> Any:
        found = staff.get(f"{RUN}/exceptions/uploads/{form['upload_id']}").json()
        return found if found["state"] == "done" else None

    result = cloud.wait_until(done)
    assert (result["added"], result["rows"], result["progress"]) == (1, 3, 1.0)
    assert [(error["row"], error["reason"]) for error in result["errors"]] == [
        (3, "unknown-learner"),
        (4, "duplicate-in-file"),
    ]
    report = httpx.get(result["report"]).content.decode("utf-8-sig").splitlines()
    assert report[0] == "row,identifier,result,message,user_id,username,email"
    assert report[1] == "2,failing_1,added,,510001,failing_1,failing_1@example.com"
    cloud.wait_until(lambda: learners(staff)["failing_1"]["status"] == "downloadable")
    counts = staff.get(f"{RUN}/certificates/counts").json()
    assert counts["exceptions"] == {"with_certificate": 1, "without_certificate": 0}


def test_a_file_copied_to_the_documented_prefix_is_read(cloud: LocalCloud, staff: httpx.Client) -> None:
    key = f"exceptions/{COURSE}/from-my-desk.csv"
    cloud.client("s3").put_object(Bucket=cloud.name("Bucket"), Key=key, Body=b"failing_2\tcopied\nfailing_3\tcopied\n")
    cloud.wait_until(lambda: learners(staff, "?status=downloadable").keys() >= {"failing_2", "failing_3"})
    assert learners(staff)["failing_2"]["exception"]["added_by"] == "a copy to the bucket"


def test_an_invalidated_certificate_is_gone_at_once_and_may_come_back(cloud: LocalCloud, staff: httpx.Client) -> None:
    expect_json(add(staff, "failing_4"), 201)
    assert reason(staff.post(f"{RUN}/invalidations", json={"learner": "failing_4"})) == (409, "on-exception-list")
    user = lms.user(510_004, "failing_4", "failing_4@example.com", "Learner failing_4")
    send(cloud, lms.passing_status(True, at=HOUR_AGO + timedelta(minutes=5), learner=user, course_id=COURSE))
    cloud.wait_until(lambda: learners(staff)["failing_4"]["passing"])
    assert staff.delete(f"{RUN}/exceptions/510004").status_code == 204
    held = learners(staff)["failing_4"]
    assert held["status"] == "downloadable"
    page = f"{cloud.api_url}/certificates/{held['verify_uuid']}"
    handed_out = httpx.get(f"{page}/pdf").headers["location"]
    assert httpx.get(handed_out).status_code == 200

    done = expect_json(staff.post(f"{RUN}/invalidations", json={"learner": "failing_4", "note": "copied"}), 201)
    assert done["active"] is True
    assert httpx.get(handed_out).status_code in {403, 404}
    assert httpx.get(page, headers={"Accept": "application/json"}).json()["status"] == "invalidated"
    assert httpx.get(f"{page}/pdf").status_code == 410
    kept = {"Bucket": cloud.name("Bucket"), "Prefix": f"certificates/{held['verify_uuid']}/"}
    assert cloud.client("s3").list_objects_v2(**kept).get("Contents", []) == []

    again = expect_json(staff.delete(f"{RUN}/invalidations/510004"), 200)
    assert (again["outcome"], again["certificate"]["revision"]) == ("issued", 3)
    assert httpx.get(f"{page}/pdf", follow_redirects=True).status_code == 200
    [closed] = staff.get(f"{RUN}/invalidations").json()["items"]
    assert (closed["active"], closed["revalidated_by"]) == (False, STAFF)


def test_a_document_that_no_certificate_names_is_removed_after_a_crash(cloud: LocalCloud, staff: httpx.Client) -> None:
    """The state after a crash: the certificate has changed, and its old document still exists."""
    expect_json(add(staff, "failing_5"), 201)
    held = learners(staff)["failing_5"]
    key = {"pk": {"S": f"RUN#{COURSE}#510005"}, "sk": {"S": "CERTIFICATE"}}
    cloud.client("dynamodb").update_item(
        TableName=cloud.name("Table"),
        Key=key,
        UpdateExpression="REMOVE document SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": "unavailable"}},
    )
    kept = {"Bucket": cloud.name("Bucket"), "Prefix": f"certificates/{held['verify_uuid']}/"}
    cloud.wait_until(lambda: not cloud.client("s3").list_objects_v2(**kept).get("Contents"))


@pytest.mark.parametrize(
    ("path", "accept"), [("certificates/report", "*/*"), ("exceptions", "text/csv"), ("invalidations", "text/csv")]
)
def test_reports_are_downloaded_by_a_link(staff: httpx.Client, path: str, accept: str) -> None:
    answer = staff.get(f"{RUN}/{path}", headers={"Accept": accept})
    assert answer.status_code == 302
    report = httpx.get(answer.headers["location"])
    assert report.status_code == 200
    assert report.text.startswith("\ufeffuser_id,username,email")
    assert "attachment" in report.headers["content-disposition"]


def expect_json(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()
