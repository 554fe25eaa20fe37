"""Learners, and people who check a certificate, in a real browser."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest

from tests.browser.chromium import FAULTLESS, PHONE
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import GLOBAL_STAFF
from tests.cloud.sample import path

COURSE_ID = "course-v1:Lyceum+BOT101+people"
RUN = path(COURSE_ID)
PROGRESS = f"/learn/{quote(COURSE_ID, safe='')}"
FIRST_VIEW_BYTES = 60_000


@pytest.fixture(scope="module")
def certificate(cloud: LocalCloud) -> str:
    """The address of a valid certificate."""
    with cloud.http("parisa") as http:
        return str(http.post(f"{RUN}/certificate").json()["links"]["page"])


@pytest.fixture(scope="module")
def invalidated(cloud: LocalCloud) -> str:
    with cloud.http("kamala") as http:
        page = str(http.post(f"{RUN}/certificate").json()["links"]["page"])
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        assert http.post(f"{RUN}/invalidations", json={"learner": "kamala", "note": ""}).status_code == 201
    return page


@pytest.fixture(scope="module")
def withdrawn(cloud: LocalCloud) -> str:
    """A certificate that an exception gave, and that was withdrawn when the exception was removed."""
    with cloud.http(GLOBAL_STAFF, administrator=True) as http:
        assert http.post(f"{RUN}/exceptions", json={"learner": "hetal", "note": ""}).status_code == 201
        asked = {"kind": "exceptions", "scope": "without-certificate"}
        job = f"{RUN}/jobs/{http.post(f'{RUN}/jobs', json=asked).json()['job_id']}"
        cloud.wait_until(lambda: http.get(job).json()["state"] == "finished")
        found = http.get(f"{RUN}/certificates", params={"search": "hetal"}).json()["items"][0]
        http.delete(f"{RUN}/exceptions/{found['user_id']}").raise_for_status()
    return f"{cloud.api_url}/certificates/{found['verify_uuid']}"


def test_a_press_makes_the_certificate_appear_in_place(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person("amara")
    page = seen.open(f"{cloud.api_url}{PROGRESS}")
    assert page.locator(".name").inner_text() == "Amara Obi"
    page.get_by_role("button", name="Request certificate").click()
    heading = page.get_by_role("heading", name="Your certificate is ready.")
    heading.wait_for()
    assert page.evaluate("document.activeElement.textContent") == heading.inner_text()
    assert page.locator("[data-live-region]").inner_text() == "Your certificate is ready."
    picture = page.locator(".paper img")
    cloud.wait_until(lambda: picture.evaluate("(image) => image.naturalWidth") > 1000)
    assert seen.faults() == []
    page.reload()
    heading.wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    assert download.value.suggested_filename.startswith("certificate-")
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_without_a_script_a_press_does_the_same(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("eleni", java_script_enabled=False).open(f"{cloud.api_url}{PROGRESS}")
    page.get_by_role("button", name="Request certificate").click()
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()
    page.get_by_role("link", name="View certificate").click()
    page.get_by_role("heading", name="This certificate is valid.").wait_for()


def test_a_press_before_the_script_has_come_is_not_lost(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("orri").page
    late: list[Any] = []
    page.route("**/learn.js", lambda route: late.append(route))
    page.goto(f"{cloud.api_url}{PROGRESS}", wait_until="commit")
    page.get_by_role("button", name="Request certificate").click(no_wait_after=True)
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()
    with cloud.http("orri") as http:
        assert http.get(f"{RUN}/certificate").json()["certificate"]["revision"] == 1
    for route in late:
        route.abort()


def test_the_keyboard_alone_requests_a_certificate(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("tamil_selvi").open(f"{cloud.api_url}{PROGRESS}")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Request certificate":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()


def test_without_an_answer_the_page_says_so_and_a_second_try_works(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person("agnes")
    page = seen.open(f"{cloud.api_url}{PROGRESS}")
    seen.expected.add(page.url)
    page.route("**/learn/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Request certificate").click()
    page.get_by_text("No answer came.").first.wait_for()
    page.unroute("**/learn/**")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()


def test_a_session_that_ends_before_the_press_is_said_and_has_the_focus(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person("mlopez")
    page = seen.open(f"{cloud.api_url}{PROGRESS}")
    page.context.clear_cookies()
    seen.expected.add(page.url)
    page.get_by_role("button", name="Request certificate").click()
    page.get_by_role("heading", name="You have been signed out.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "You have been signed out."
    assert page.locator("[data-live-region]").text_content() == "You have been signed out."
    assert page.title().startswith("You have been signed out.")
    assert seen.faults() == []
    page.get_by_role("link", name="Sign in and go on").click()
    page.locator("summary").click()
    page.get_by_label("Username").fill("mlopez")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Request certificate").wait_for()


def test_a_busy_page_tries_again_by_itself(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person("lukasz")
    page = seen.open(f"{cloud.api_url}{PROGRESS}")
    seen.expected.add(page.url)
    answers = iter([503, 503])

    def away(route: Any) -> None:
        status = next(answers, None) if route.request.method == "POST" else None
        if status is None:
            route.continue_()
        else:
            route.fulfill(status=status, headers={"retry-after": "1"}, body="<p>Later.</p>", content_type="text/html")

    page.route("**/learn/**", away)
    page.get_by_role("button", name="Request certificate").click()
    page.get_by_text("this page tries again by itself").first.wait_for()
    assert page.get_by_role("button", name="Requesting …").is_visible()
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()


def test_a_page_with_earlier_facts_reloads_by_itself(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("anjali_n").open(f"{cloud.api_url}{PROGRESS}")
    part = '<div class="learn" data-part="">'
    notice = '<div data-look-again-after="1">Outdated.<span data-by-itself hidden></span></div>'
    outdated = page.content().replace(part, part + notice)
    page.route("**/learn/**", lambda route: route.fulfill(body=outdated, content_type="text/html"), times=1)
    page.reload()
    page.get_by_text("Outdated.").wait_for()
    page.get_by_text("Outdated.").wait_for(state="detached")
    page.get_by_role("heading", name="Not passing yet.").wait_for()


def test_on_a_slow_network_a_request_shows_its_progress_and_succeeds(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("sato_h").open(f"{cloud.api_url}{PROGRESS}")
    held: list[Any] = []
    page.route("**/learn/**", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Request certificate").click()
    page.get_by_role("button", name="Requesting …").wait_for()
    page.get_by_text("Still being made.").first.wait_for()
    held[0].continue_()
    page.get_by_role("heading", name="Your certificate is ready.").wait_for()
    assert len(held) == 1


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("anjali_n", "Not passing yet."),
        ("audit_only", "Your track carries no certificate."),
        ("noam", "Your identity is not verified yet."),
        ("nobody", "You are not enrolled."),
        ("long_name", "You have earned a certificate."),
        ("layla", "You have earned a certificate."),
    ],
)
def test_every_state_is_free_of_serious_faults(cloud: LocalCloud, as_person: Any, username: str, said: str) -> None:
    seen = as_person(username, viewport=PHONE, color_scheme="dark")
    page = seen.open(f"{cloud.api_url}{PROGRESS}")
    page.get_by_role("heading", name=said).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert seen.faults() == []


def test_a_grade_fills_its_bar_from_the_reading_side(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("anjali_n", locale="ar").open(f"{cloud.api_url}{PROGRESS}")
    track, fill = (page.locator(f".bar-of-grade .{part}").bounding_box() for part in ("track", "fill"))
    assert abs(track["x"] + track["width"] - fill["x"] - fill["width"]) < 3
    assert fill["x"] - track["x"] > 50


@pytest.mark.parametrize("username", ["anjali_n", "long_name"])
def test_the_first_view_is_light_and_nothing_moves(cloud: LocalCloud, as_person: Any, username: str) -> None:
    page = as_person(username).open(f"{cloud.api_url}{PROGRESS}")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
        ".map((entry) => [entry.name, entry.transferSize || entry.encodedBodySize])"
    )
    assert sum(size for _, size in sizes) < FIRST_VIEW_BYTES, sizes
    shifts = """new Promise((done) => { let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((shift) => { sum += shift.value; }))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => done(sum), 300); })"""
    assert page.evaluate(shifts) < 0.01


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_the_public_pages_are_free_of_serious_faults_in_light_and_dark(
    cloud: LocalCloud, visit: Any, certificate: str, invalidated: str, withdrawn: str, locale: str
) -> None:
    seen = visit(locale=locale)
    for address, status in (
        (certificate, 200),
        (invalidated, 200),
        (withdrawn, 200),
        (f"{cloud.api_url}/certificates/{'0' * 32}", 404),
        (f"{cloud.api_url}/verify", 200),
    ):
        page = seen.open(address, status)
        assert page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
        assert seen.faults_by_colours() == FAULTLESS, address


@pytest.mark.parametrize(("username", "locale"), [("parisa", "en-GB"), ("long_name", "en-GB"), ("long_name", "ar")])
def test_a_certificate_is_printed_on_one_page(cloud: LocalCloud, visit: Any, username: str, locale: str) -> None:
    with cloud.http(username) as http:
        certificate = http.post(f"{RUN}/certificate").json()["links"]["page"]
    page = visit(locale=locale).open(certificate)
    page.wait_for_load_state("networkidle")
    assert len(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))) == 1


def test_buttons_beside_one_another_are_of_one_height(cloud: LocalCloud, as_person: Any) -> None:
    """On a narrow phone, the words of one take two lines."""
    with cloud.http("parisa") as http:
        http.post(f"{RUN}/certificate")
    seen = as_person("parisa", viewport={"width": 320, "height": 640}, locale="ar")
    for address in (PROGRESS, "/learn"):
        page = seen.open(f"{cloud.api_url}{address}")
        boxes = [box for button in page.locator(".actions .button:visible").all() if (box := button.bounding_box())]
        beside = [
            (one["y"], one["height"], other["y"], other["height"])
            for one, other in combinations(boxes, 2)
            if one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
        ]
        assert beside
        assert [pair for pair in beside if pair[:2] != pair[2:]] == []


def test_an_id_from_paper_is_looked_up_by_thumb(cloud: LocalCloud, visit: Any, certificate: str) -> None:
    page = visit(viewport=PHONE, has_touch=True).open(f"{cloud.api_url}/verify")
    plain = certificate.rpartition("/")[2]
    page.get_by_label("Certificate id").fill(f"{plain[:16].upper()}-{plain[16:]} ")
    page.get_by_role("button", name="Check").tap()
    page.get_by_role("heading", name="This certificate is valid.").wait_for()
    assert page.url == certificate


def test_signing_out_leaves_nothing_to_go_back_to(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person("orri", anew=True).page
    page.locator("summary").nth(1).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{cloud.api_url}/verify")
    page.goto(f"{cloud.api_url}/learn")
    page.get_by_role("heading", name="Who would you like to be?").wait_for()
