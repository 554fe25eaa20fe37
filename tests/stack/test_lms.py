"""The deployed stack with an LMS: sign in there, request, get the PDF; and an instructor who is only in the LMS."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.cloud import sample_lms
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, LEARNER
from tests.cloud.sample import COURSE_ID
from tests.cloud.server import free_port
from tests.lms.fake import FakeLms, running
from tests.stack import test_roles as roles

PATH = quote(COURSE_ID, safe="")


@pytest.fixture(scope="module")
def lms() -> Iterator[FakeLms]:
    with running(free_port()) as fake:
        yield fake


@pytest.fixture(scope="module")
def cloud(lms: FakeLms) -> Iterator[LocalCloud]:
    with sample_lms.sample_cloud(lms) as made:
        yield made


def signed_in(cloud: LocalCloud, lms: FakeLms, username: str) -> httpx.Client:
    """A browser after signing in at the LMS."""
    browser = httpx.Client(base_url=cloud.api_url)
    asked = browser.get("/sign-in?to=/learn")
    left = urlsplit(asked.headers["location"])
    assert f"{left.scheme}://{left.netloc}" == lms.url
    back = urlsplit(lms.signed_in(username).get(f"{left.path}?{left.query}").headers["location"])
    arrived = browser.get(f"{back.path}?{back.query}", headers={"cookie": cookies_of(asked)})
    assert arrived.status_code == 303, arrived.text
    kept = {"cookie": cookies_of(arrived), "sec-fetch-site": "same-origin"}
    return httpx.Client(base_url=cloud.api_url, headers=kept)


def cookies_of(answer: httpx.Response) -> str:
    """The cookies are only for TLS. Browsers also send them to loopback, httpx does not."""
    return "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_list("set-cookie"))


def test_a_learner_signs_in_at_the_lms_requests_and_has_the_pdf(cloud: LocalCloud, lms: FakeLms) -> None:
    browser = signed_in(cloud, lms, LEARNER)
    assert "You have earned a certificate." in browser.get(f"/learn/{PATH}").text
    assert browser.post(f"/learn/{PATH}").status_code == 303
    shown = browser.get(f"/learn/{PATH}").text
    assert "Your certificate is ready." in shown
    page = shown.split('class="button filled" href="')[1].split('"')[0]
    document = httpx.get(f"{page}/pdf", follow_redirects=True)
    assert document.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "attempt", [roles.scan_table, roles.delete_bucket, roles.read_secret, roles.read_certificate, roles.read_report]
)
def test_the_function_that_reads_the_lms_does_not_reach_beyond(cloud: LocalCloud, attempt: roles.Attempt) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        attempt(cloud, "Reconciliation")


def test_an_instructor_whom_only_the_lms_knows_manages_the_run(cloud: LocalCloud, lms: FakeLms) -> None:
    browser = signed_in(cloud, lms, COURSE_STAFF)
    assert COURSE_ID in browser.get("/teach").text
    assert browser.post(f"/teach/{PATH}/sync").status_code == 303
    assert browser.get(f"/teach/{PATH}/records").status_code == 200
    assert signed_in(cloud, lms, LEARNER).get(f"/teach/{PATH}/records").status_code == 403
