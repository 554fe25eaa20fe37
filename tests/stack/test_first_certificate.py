"""The first certificate: from the LMS's files to a learner's PDF, over HTTP, in the deployed stack."""

from __future__ import annotations

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, LEARNER
from tests.cloud.sample import COURSE_ID, RUN
from tests.stack.people import passing_learner

CERTIFICATE = f"{RUN}/certificate"
AT_ONCE = 20


def words(pdf: bytes) -> str:
    """The text of the first page."""
    return str(pypdfium2.PdfDocument(io.BytesIO(pdf))[0].get_textpage().get_text_range())


def download(link: str) -> httpx.Response:
    return httpx.get(link, follow_redirects=True)


def test_a_learner_sees_requests_downloads_and_shows_their_certificate(sample_run: LocalCloud) -> None:
    with sample_run.http(LEARNER) as http:
        before = http.get(CERTIFICATE).json()
        assert (before["state"], before["can_request"]) == ("requestable", True)

        requested = http.post(CERTIFICATE)
        assert requested.status_code == 201
        certificate = requested.json()
        pdf = download(certificate["links"]["pdf"])
        assert pdf.headers["content-type"] == "application/pdf"
        assert "Amara Obi" in words(pdf.content)

        again = http.post(CERTIFICATE)
        assert (again.status_code, again.json()) == (200, certificate)

        after = http.get(CERTIFICATE).json()
        assert (after["state"], after["certificate"]) == ("available", certificate)

        mine = http.get("/me/certificates").json()["items"]
        assert [(held["course"]["course_id"], held["verify_uuid"]) for held in mine] == [
            (COURSE_ID, certificate["verify_uuid"])
        ]


def test_the_files_of_the_lms_are_loaded_without_an_error(sample_run: LocalCloud) -> None:
    printed = [json.loads(line) for line in sample_run.logs("LearnerRecords") if line.startswith("{")]
    assert [line for line in printed if line.get("level") == "ERROR"] == []


def test_anyone_checks_a_certificate_as_page_and_as_json(sample_run: LocalCloud) -> None:
    with sample_run.http("mlopez") as http:
        certificate = http.post(CERTIFICATE).json()

    page = httpx.get(certificate["links"]["page"], headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "María José López Núñez" in page.text

    checked = httpx.get(certificate["links"]["page"], headers={"Accept": "application/json"}).json()
    assert (checked["status"], checked["name"], checked["revision"]) == ("valid", "María José López Núñez", 1)


def test_a_learner_who_may_not_have_a_certificate_sees_why(sample_run: LocalCloud) -> None:
    refused = {
        "zoe.k": (409, "not-passing"),
        "noam": (409, "identity-missing"),
        "audit_only": (403, "mode-not-eligible"),
        "stranger": (403, "not-enrolled"),
    }
    for username, (status, reason) in refused.items():
        with sample_run.http(username) as http:
            answer = http.post(CERTIFICATE)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:certificates:problem:{reason}")
        assert answer.headers["content-type"] == "application/problem+json"


def test_twenty_requests_at_once_make_one_certificate(sample_run: LocalCloud) -> None:
    passing_learner(sample_run, "twenty_times", "Ana Lima")

    def request(_: int) -> httpx.Response:
        with sample_run.http("twenty_times") as http:
            return http.post(CERTIFICATE)

    with ThreadPoolExecutor(AT_ONCE) as learners:
        answers = list(learners.map(request, range(AT_ONCE)))

    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.text for answer in answers}) == 1
    certificate = answers[0].json()
    assert certificate["revision"] == 1
    assert len(stored(sample_run, certificate["verify_uuid"])) == 1


def stored(cloud: LocalCloud, verify_uuid: str) -> list[str]:
    listed = cloud.client("s3").list_objects_v2(Bucket=cloud.name("Bucket"), Prefix=f"certificates/{verify_uuid}/")
    return [entry["Key"] for entry in listed.get("Contents", [])]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"exp": 1_600_000_000}, id="expired"),
        pytest.param({"aud": "another-client"}, id="wrong audience"),
        pytest.param({"iss": "https://elsewhere.example"}, id="wrong issuer"),
    ],
)
def test_an_invalid_token_signs_nobody_in(cloud: LocalCloud, changed: dict[str, Any]) -> None:
    token = cloud.issuer.token(LEARNER, **changed)
    with cloud.http() as http:
        for path in (CERTIFICATE, "/me/certificates", RUN):
            answer = http.get(path, headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_learner_is_not_staff_whether_or_not_the_run_exists(sample_run: LocalCloud) -> None:
    with sample_run.http(LEARNER) as http:
        known = http.get(RUN)
        unknown = http.get("/course-runs/course-v1%3ANo%2BSuch%2BRun")
    assert known.status_code == unknown.status_code == 403
    assert known.json()["type"] == unknown.json()["type"]


class TestUploads:
    """A presigned POST accepts its own file and no other."""

    @pytest.fixture
    def form(self, sample_run: LocalCloud) -> dict[str, Any]:
        with sample_run.http(COURSE_STAFF) as http:
            return dict(http.post(f"{RUN}/records/uploads").json())

    def post(self, form: dict[str, Any], **changed: str) -> int:
        fields = {**form["fields"], **changed}
        return httpx.post(form["url"], data=fields, files={"file": ("grades.csv", b"a,b\n", "text/csv")}).status_code

    def test_under_another_key(self, form: dict[str, Any]) -> None:
        assert self.post(form, key="certificates/forged.pdf") == 403

    def test_of_another_type(self, form: dict[str, Any]) -> None:
        assert self.post(form, **{"Content-Type": "text/html"}) == 403

    def test_with_a_policy_of_ones_own(self, form: dict[str, Any]) -> None:
        assert self.post(form, policy="eyJjb25kaXRpb25zIjpbXX0=") == 403

    def test_with_nothing_in_it(self, form: dict[str, Any]) -> None:
        assert httpx.post(form["url"], data=form["fields"], files={"file": ("grades.csv", b"")}).status_code == 400

    def test_larger_than_it_may_be(self, form: dict[str, Any]) -> None:
        limit = next(part for part in conditions(form) if part[0] == "content-length-range")
        assert limit == ["content-length-range", 1, form["max_bytes"]]


def conditions(form: dict[str, Any]) -> list[Any]:
    """The conditions of a form's policy that are lists."""
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    return [part for part in policy["conditions"] if isinstance(part, list)]
