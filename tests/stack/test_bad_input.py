"""Every fault of a request has its own problem, and nothing changes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF, LEARNER
from tests.cloud.sample import RUN, SAMPLES, SETTINGS, upload

UNKNOWN_RUN = "/course-runs/course-v1%3ANo%2BSuch%2BRun"
MALFORMED_RUN = "/course-runs/course-v1-nothing-of-the-kind"

Problem = tuple[int, str]


def said(answer: httpx.Response) -> Problem:
    """The status and reason of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["type"].removeprefix("urn:certificates:problem:")


@pytest.mark.parametrize(
    ("username", "method", "path", "problem"),
    [
        (LEARNER, "POST", f"{UNKNOWN_RUN}/certificate", (404, "unknown-course-run")),
        (LEARNER, "POST", f"{MALFORMED_RUN}/certificate", (404, "malformed-course-id")),
        (LEARNER, "GET", "/me/certificates?limit=0", (400, "bad-limit")),
        (LEARNER, "GET", "/me/certificates?cursor=forged", (400, "bad-cursor")),
        (LEARNER, "PUT", RUN, (403, "not-course-staff")),
        (LEARNER, "POST", f"{RUN}/records/uploads", (403, "not-course-staff")),
        (COURSE_STAFF, "PUT", f"{RUN}/staff", (403, "not-global-staff")),
        (COURSE_STAFF, "GET", UNKNOWN_RUN, (403, "not-course-staff")),
        (COURSE_STAFF, "GET", f"{RUN}/records/uploads/none", (404, "unknown-upload")),
        (None, "GET", "/certificates/none", (404, "unknown-certificate")),
        (None, "GET", "/certificates/none/pdf", (404, "unknown-certificate")),
    ],
)
def test_missing_objects_and_objects_of_others(
    sample_run: LocalCloud, username: str | None, method: str, path: str, problem: Problem
) -> None:
    body = {"PUT": SETTINGS if path == RUN else {"usernames": []}}.get(method)
    with sample_run.http(username) as http:
        answer = http.request(method, path, json=body, headers={"Accept": "application/json"})
    assert said(answer) == problem


class TestSettings:
    """Bad settings of a run are refused by reason, and the run stays as it was."""

    @pytest.fixture
    def unchanged(self, sample_run: LocalCloud) -> Any:
        """Send a request to the run's settings, check that nothing changed, and return the answer."""
        with sample_run.http(COURSE_STAFF) as http:
            before = http.get(RUN)

            def send(content: str | bytes, **headers: str) -> httpx.Response:
                headers = {"If-Match": before.headers["etag"], "Content-Type": "application/json", **headers}
                answer = http.put(RUN, content=content, headers=headers)
                after = http.get(RUN)
                assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])
                return answer

            yield send

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"display": "end", "end": None}, "never-shown"),
            ({"display": "end_with_date", "available_on": None}, "never-shown"),
            ({"end": "2026-08-01T00:00:00Z"}, "end-not-after-start"),
            ({"end": "2026-12-01T00:00:00"}, "time-without-offset"),
            ({"eligible_modes": ["verified", "audit"]}, "audit-never-eligible"),
            ({"eligible_modes": []}, "no-eligible-modes"),
            ({"title": "  "}, "text-missing"),
            ({"passing_grade": 0}, "passing-grade-out-of-range"),
            ({"passing_grade": 60}, "passing-grade-out-of-range"),
            ({"self_generatoin": True}, "unknown-field"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_that_make_no_sense(self, unchanged: Any, changed: dict[str, Any], reason: str) -> None:
        settings = {**SETTINGS, "pacing": "instructor", **changed}
        assert said(unchanged(json.dumps(settings))) == (400, reason)

    def test_that_are_not_json(self, unchanged: Any) -> None:
        assert said(unchanged("title: Botany")) == (400, "not-json")

    def test_that_are_too_large(self, unchanged: Any) -> None:
        assert said(unchanged(json.dumps({**SETTINGS, "title": "x" * 70_000}))) == (413, "body-too-large")

    def test_made_from_an_older_version(self, unchanged: Any) -> None:
        assert said(unchanged(json.dumps(SETTINGS), **{"If-Match": '"99"'})) == (412, "changed-meanwhile")


GRADES = (SAMPLES / "grade_report.csv").read_bytes()


class TestFiles:
    """A file with a fault is refused whole, with the reason."""

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            pytest.param(b"\n", "empty-file", id="blank"),
            pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00\x00", "not-text", id="binary"),
            pytest.param(b"Dear colleague,\nplease find the grades below.\n", "wrong-kind", id="a letter"),
            pytest.param((SAMPLES / "exceptions_spreadsheet.csv").read_bytes(), "wrong-kind", id="another kind"),
            pytest.param(GRADES.replace(b",Grade,", b",Mark,", 1), "missing-columns", id="without its grades"),
        ],
    )
    def test_is_refused(self, sample_run: LocalCloud, tmp_path: Any, content: bytes, reason: str) -> None:
        file = tmp_path / "file.csv"
        file.write_bytes(content)
        with sample_run.http(COURSE_STAFF) as http:
            result = upload(http, file)
            sample_run.wait_until(lambda: http.get(result).json()["state"] == "refused")
            found = http.get(result).json()
        assert (found["problem"]["reason"], found["applied"]) == (reason, 0)


def test_only_global_staff_make_runs(sample_run: LocalCloud) -> None:
    with sample_run.http(COURSE_STAFF) as course_staff, sample_run.http(GLOBAL_STAFF, administrator=True) as admin:
        assert said(course_staff.put(UNKNOWN_RUN, json=SETTINGS)) == (403, "not-course-staff")
        assert said(admin.get(UNKNOWN_RUN)) == (404, "unknown-course-run")
