"""A real browser with an LMS: sign-in on the LMS's page, and the pages for staff about readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.chromium import DESKTOP, PHONE, Watched
from tests.cloud import sample_lms
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, LEARNER
from tests.cloud.sample import COURSE_ID
from tests.cloud.server import free_port
from tests.lms.fake import FakeLms, running

PATH = quote(COURSE_ID, safe="")
RECORDS = f"/teach/{PATH}/records"
HOLDER = "mlopez"
NEW = "course-v1:Lyceum+ANA2+2026"
"""A run that exists in the LMS, and not here yet."""

OLD = "5f0c" * 8
"""The id of the certificate that the LMS has issued to HOLDER."""


@pytest.fixture(scope="module")
def lms() -> Iterator[FakeLms]:
    with running(free_port()) as fake:
        yield fake


@pytest.fixture(scope="module")
def cloud(lms: FakeLms) -> Iterator[LocalCloud]:
    held = {"username": HOLDER, "course_id": COURSE_ID, "uuid": OLD}
    with sample_lms.sample_cloud(lms, certificates=[held]) as made:
        yield made


@pytest.fixture
def arrived(cloud: LocalCloud, lms: FakeLms, visit: Any) -> Callable[..., Watched]:
    """`arrived("amara", "/learn")`: signed in on the LMS's page, and back at this page."""

    def person(username: str, to: str, **context: Any) -> Watched:
        found: Watched = visit(**context)
        found.expected.add(f"{lms.url}/favicon.ico")
        found.page.goto(f"{cloud.api_url}/sign-in?to={quote(to)}")
        assert found.page.url.startswith(lms.url)
        found.page.locator(f'button[value="{username}"]').click()
        found.page.wait_for_url(f"{cloud.api_url}{to}")
        found.ready()
        return found

    return person


def test_a_learner_signs_in_at_the_lms_requests_and_has_the_pdf(arrived: Any) -> None:
    page = arrived(LEARNER, f"/learn/{PATH}").page
    page.get_by_role("button", name="Request certificate").click()
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_an_instructor_whom_only_the_lms_knows_makes_a_run_and_brings_one_into_step(
    cloud: LocalCloud, lms: FakeLms, arrived: Any
) -> None:
    new = {**sample_lms.world()["runs"][0], "course_id": NEW, "name": "Anatomy II"}
    roles = [*sample_lms.world()["roles"], {"username": COURSE_STAFF, "org": "Lyceum", "role": "staff"}]
    lms.knows(runs=[new], roles=[*roles, {**roles[0], "course_id": NEW}])
    seen = arrived(COURSE_STAFF, "/teach")
    seen.page.get_by_role("button", name=f"Take over: {NEW}").click()
    seen.page.get_by_text("The settings are as the LMS has them.").wait_for()
    assert seen.page.get_by_label("Title").input_value() == "Anatomy II"
    page = seen.open(f"{cloud.api_url}/teach/{PATH}/settings")
    page.get_by_role("button", name="Read from the LMS").click()
    page.get_by_text("The settings are as the LMS has them.").wait_for()
    lms.knows(forget_certificates=[[HOLDER, COURSE_ID]])
    page = seen.open(f"{cloud.api_url}{RECORDS}")
    page.get_by_role("button", name="Read all learners now").click()
    page.get_by_text("The learners are being read from the LMS.").first.wait_for()
    differs = page.get_by_text("Holds a certificate of the LMS’s own; the LMS no longer lists it")
    cloud.wait_until(lambda: page.reload() and differs.count() == 1, seconds=120)
    assert page.get_by_role("cell", name=HOLDER).count() == 1


@pytest.mark.parametrize(
    "context",
    [
        {"viewport": DESKTOP, "color_scheme": "light"},
        {"viewport": DESKTOP, "color_scheme": "dark"},
        {"viewport": PHONE, "color_scheme": "light"},
        {"viewport": PHONE, "locale": "ar"},
    ],
    ids=["desktop", "dark", "phone", "arabic"],
)
def test_pages_with_an_lms_have_no_serious_accessibility_faults(
    cloud: LocalCloud, arrived: Any, context: dict[str, Any]
) -> None:
    seen = arrived(COURSE_STAFF, "/teach", **context)
    assert seen.faults() == []
    for address in (RECORDS, f"/teach/{PATH}/settings", f"/teach/{PATH}/learners", f"/certificates/{OLD}"):
        page = seen.open(f"{cloud.api_url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= context["viewport"]["width"], address
        assert seen.faults() == [], address


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_holder_of_a_certificate_of_the_lms_finds_it(
    cloud: LocalCloud, arrived: Any, viewport: dict[str, int]
) -> None:
    seen = arrived(HOLDER, "/learn", viewport=viewport)
    assert seen.faults() == []
    assert seen.page.get_by_text("Its PDF is not here.").count() == 1
    page = seen.open(f"{cloud.api_url}/learn/{PATH}")
    assert seen.faults() == []
    page.get_by_role("link", name="View certificate").click()
    page.get_by_role("heading", name="This certificate is on record.").wait_for()
    assert page.url.endswith(f"/certificates/{OLD}")
