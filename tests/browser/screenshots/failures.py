"""The pages about errors of the product. A running product has none of these errors: the pages are made here, from the
product’s own templates, and the browser gets them in place of an answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Route

from certificates.access import Session
from certificates.errors import Overloaded
from certificates.pages.answers import Page
from certificates.pages.failures import about_error, refused
from certificates.pages.languages import negotiated
from certificates.pages.visit import Visit
from tests.browser.screenshots.states import Open, Scene, State, at, teach
from tests.cloud.people import COURSE_STAFF, person

REFERENCE = "b3c0de8f-6a1e-4a57-9f0e-3d7f8f7c2a11"

Failure = Callable[[Visit], Page]


def throttled(visit: Visit) -> Page:
    return refused(visit, Overloaded())


def settings(site: dict[str, str], address: str) -> None:
    """The settings of the functions that serve pages."""
    names = {"SITE_NAME": "Lyceum", "PUBLIC_BASE_URL": address, "LINKEDIN_ORGANIZATION_ID": ""}
    links = {name: site[name.title().replace("_", "")] for name in ("PRIVACY_URL", "HELP_URL", "PROFILE_URL")}
    os.environ.update({**names, **links})


def looking(failure: Failure) -> Open:
    """The failure in place of a page."""

    def look(scene: Scene) -> None:
        scene.seen.page.route("**/learn", partial(answer, failure))
        scene.go("/learn")

    return look


def sending(failure: Failure) -> Open:
    """The failure in place of the answer to a form. The page keeps the typed values."""

    def send(scene: Scene) -> None:
        teach("exceptions")(scene)
        page = scene.seen.page
        page.locator("#learner").fill("zoe.k")
        page.route("**/exceptions", partial(answer, failure))
        scene.press("form:has(#learner) button")
        page.locator("main form[action*='/exceptions'] input[name=learner][type=hidden]").wait_for(state="attached")

    return send


def answer(failure: Failure, route: Route) -> None:
    asked, now = route.request, datetime.now(UTC)
    address = urlsplit(asked.url)
    about = {"domainName": address.netloc, "http": {"method": asked.method}, "requestId": REFERENCE}
    visit = Visit(
        event={
            "rawPath": address.path,
            "rawQueryString": address.query,
            "headers": asked.all_headers(),
            "requestContext": about,
        },
        now=now,
        language=negotiated(None, asked.header_value("accept-language")),
        session=Session(
            username=COURSE_STAFF,
            name=person(COURSE_STAFF).name,
            global_staff=False,
            expires_at=now + timedelta(hours=1),
            session_id="1",
        ),
        form=parse_qs(asked.post_data or ""),
    )
    page = failure(visit)
    route.fulfill(status=page.status, headers=dict(page.headers), content_type=page.content_type, body=page.body)


FAILURES = (
    State("error", COURSE_STAFF, looking(partial(about_error, too_slow=False))),
    State("error-too-slow", COURSE_STAFF, looking(partial(about_error, too_slow=True))),
    State("error-of-a-form", COURSE_STAFF, sending(partial(about_error, too_slow=False))),
    State("error-throttled", COURSE_STAFF, looking(throttled)),
    State("error-throttled-form", COURSE_STAFF, sending(throttled)),
    State("error-no-such-page", None, at("/certificate-of-mine")),
    State("error-sign-in", None, at("/signed-in?state=of-another-attempt")),
)
