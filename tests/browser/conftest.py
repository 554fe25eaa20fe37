"""One local cloud and one browser for all files, and people who sign in on the issuer's page.

Each file has a sample run of its own, so it finds no certificate of another file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

from certificates.pages.session import SESSION_COOKIE
from tests.browser.chromium import Chromium, Watched, chromium, watched
from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.people import GLOBAL_STAFF

Open = Callable[..., Watched]

SWITCHED_ON = {"Webhooks": "true", "MailFrom": "certificates@lyceum.example", "MailDelaySeconds": "1", "MailRate": "40"}


@pytest.fixture(scope="package")
def shared_cloud() -> Iterator[LocalCloud]:
    with deployed(parameters=SWITCHED_ON) as running:
        yield running


@pytest.fixture(scope="module")
def cloud(shared_cloud: LocalCloud, request: pytest.FixtureRequest) -> Iterator[LocalCloud]:
    """The shared cloud with the run of this file, `COURSE_ID`. The instructor is staff of no other run."""
    course_id = request.module.COURSE_ID
    sample.load(shared_cloud, course_id)
    yield shared_cloud
    with shared_cloud.http(GLOBAL_STAFF, administrator=True) as http:
        sample.expect(http.put(f"{sample.path(course_id)}/staff", json={"usernames": []}), 200)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's own process. A process of tests can have only one."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Chromium]:
    with chromium(playwright) as running:
        yield running


@pytest.fixture
def visit(browser: Chromium) -> Iterator[Open]:
    """`visit(java_script_enabled=False)`: a page without signing in."""
    with ExitStack() as open_pages:
        yield lambda **context: open_pages.enter_context(watched(browser, **context))


@pytest.fixture(scope="package")
def sessions(shared_cloud: LocalCloud) -> dict[str, Any]:
    """The session's cookie of each person who has signed in to the shared cloud. Each signs in once: the way over the
    issuer's page takes longer than most tests.
    """
    return {}


@pytest.fixture
def as_person(cloud: LocalCloud, visit: Open, sessions: dict[str, Any]) -> Callable[..., Watched]:
    """`as_person("amara", "/learn")`: signed in, and on this page. `anew=True`: in a session of its own."""

    def person(username: str, to: str | None = None, *, anew: bool = False, **context: Any) -> Watched:
        found = visit(**context)
        if anew or username not in sessions:
            sign_in(found, cloud, username, to or "/learn")
        else:
            found.page.context.add_cookies([sessions[username]])
            if to:
                found.open(f"{cloud.api_url}{to}")
        if to:
            assert found.page.url == f"{cloud.api_url}{to}"
        if not anew:
            [sessions[username]] = [one for one in found.page.context.cookies() if one["name"] == SESSION_COOKIE]
        return found

    return person


def sign_in(found: Watched, cloud: LocalCloud, username: str, to: str) -> None:
    found.open(f"{cloud.api_url}/sign-in?to={to}")
    button = found.page.locator(f'button[value="{username}"]')
    if button.count():
        button.click()
    else:
        found.page.locator("summary").click()
        found.page.get_by_label("Username").fill(username)
        found.page.get_by_role("button", name="Sign in", exact=True).click()
    found.page.wait_for_url(f"{cloud.api_url}{to}")
