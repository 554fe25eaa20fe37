"""Long forms in a real browser: changes are marked, nothing is lost by mistake, and everything can be reached."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest
from playwright.sync_api import Route

from tests.browser.chromium import PHONE
from tests.browser.test_staff import EXCEPTIONS, TABS, tab_to
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF
from tests.cloud.sample import path

COURSE_ID = "course-v1:Lyceum+BOT101+forms"
TEACH = f"/teach/{quote(COURSE_ID, safe='')}"
MOST_STEPS = 6
MOST_SECONDS = 120
NARROWEST = {"width": 320, "height": 640}

SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary, textarea")]
  .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.matches(".skip, .unseen"))
  .filter((control) => control.type !== "hidden")
  // A link in a line of text is as high as the line.
  .filter((control) => !control.matches("p a, small a, li a, dd a, .hint a") ||
    control.parentElement.textContent.trim() === control.textContent.trim())
  .map((control) => control.closest("label") ?? control)
  .filter((control) => control.getBoundingClientRect().height < 43.5)
  .map((control) => `${control.outerHTML.slice(0, 120)} ${control.getBoundingClientRect().height}`)
"""
"""The controls that are not high enough for a thumb."""


COVERED = """() => [...document.querySelectorAll("main input, main select")]
  .filter((field) => field.checkVisibility() && !field.closest(".save"))
  .filter((field) => {
    // As some browsers do for a field that gets the focus.
    scrollTo(0, 0);
    field.scrollIntoView({ block: "nearest" });
    return field.getBoundingClientRect().bottom > document.querySelector(".save").getBoundingClientRect().top;
  })
  .map((field) => field.outerHTML.slice(0, 120))
"""
"""The fields that are under the bar with the changes when they come into view from below."""


def test_a_new_instructor_gets_from_a_file_of_names_to_certificates_in_few_steps(
    cloud: LocalCloud, as_person: Any
) -> None:
    """Begins where the sign-in leads, and uses only visible controls. Every press and every file counts as a step."""
    page = as_person(COURSE_STAFF, "/teach").page
    began, steps = time.monotonic(), 0

    def press(role: str, name: str | re.Pattern[str], inside: Any = page) -> None:
        nonlocal steps
        steps += 1
        inside.get_by_role(role, name=name).click()

    press("link", re.compile("Botany"))
    press("link", re.compile("^Exceptions"), page.get_by_role("navigation", name="Certificates of this run"))
    page.locator("[data-drop] input[type=file]").set_input_files(EXCEPTIONS)
    steps += 1
    page.get_by_role("heading", name=re.compile("learners? added")).wait_for()
    press("button", "See what would happen")
    press("button", re.compile("Generate [0-9]+ certificates?"))
    page.get_by_role("heading", name=re.compile("[0-9]+ certificates? issued")).wait_for()
    assert steps <= MOST_STEPS
    assert time.monotonic() - began < MOST_SECONDS


def test_changes_of_settings_are_marked_counted_and_not_left_by_mistake(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/settings")
    marks = page.locator(".mark:visible")
    assert marks.count() == 0
    page.get_by_label("Title").fill("Botany, revised")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    assert marks.count() == 2
    assert page.locator("[data-list]").inner_text() == "Course · Time zone"
    page.get_by_role("button", name="Save the changes: 2").wait_for()
    assert seen.faults() == []
    warned: list[str] = []

    def stay(dialog: Any) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Design").click(no_wait_after=True)
    cloud.wait_until(lambda: warned)
    assert warned == ["beforeunload"]
    assert page.get_by_label("Title").input_value() == "Botany, revised"
    page.get_by_label("Time zone").fill("")
    assert marks.count() == 1
    page.get_by_role("link", name="Discard").click()
    page.wait_for_function("!document.querySelector('form[data-changed]')")
    assert page.get_by_label("Title").input_value() != "Botany, revised"
    assert len(warned) == 1, "who discards is not asked again"


@pytest.mark.parametrize("tab", ["settings", "design"])
def test_the_bar_with_the_changes_covers_no_field_that_comes_into_view(
    cloud: LocalCloud, as_person: Any, tab: str
) -> None:
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/{tab}")
    assert page.evaluate(COVERED) == []


def test_a_bad_value_has_its_message_at_the_field_and_the_focus_goes_there(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF, viewport=PHONE, color_scheme="dark")
    page = seen.open(f"{cloud.api_url}{TEACH}/settings")
    page.get_by_label("Passing grade").fill("sixty")
    page.locator("#column_name-1").fill("project")
    page.locator("#column_heading-1").fill("Final Project")
    seen.expected.add(page.url)
    page.get_by_role("button", name=re.compile("Save the changes")).click()
    page.get_by_text("This is no number.").first.wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator("#column_heading-1").input_value() == "Final Project"
    assert page.locator(".mark:visible").count() == 2
    assert seen.faults() == []
    page.get_by_role("link", name="Passing grade").click()
    page.get_by_label("Passing grade").fill("60")
    page.locator("#column_name-1").fill("")
    page.locator("#column_heading-1").fill("")
    assert page.locator(".mark:visible").count() == 0


def test_the_sample_follows_the_form_with_the_name_that_is_chosen(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/design")
    picture = page.locator("[data-sample] img")
    cloud.wait_until(lambda: picture.evaluate("(image) => image.naturalWidth") == 1600)
    saved = picture.get_attribute("src")
    page.get_by_label("Name on the sample").select_option(label="ليلى عبد الرحمن")
    page.get_by_text("also what is not saved").wait_for()
    first = picture.get_attribute("src")
    assert first != saved
    page.get_by_label("Title of the certificate").fill("Diploma of Leaves")
    cloud.wait_until(lambda: picture.get_attribute("src") != first)
    assert page.locator(".mark:visible").count() == 1
    assert seen.faults() == []
    seen.expected.add(page.url)
    page.locator("[name=signatory_title]").last.fill("Dean")
    page.locator("figcaption").get_by_text("A signatory has a name.").wait_for()


def test_a_session_that_ends_on_a_long_form_says_so_and_keeps_everything(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/design")
    page.get_by_label("Title of the certificate").fill("Diploma of Roots")
    page.context.clear_cookies()
    seen.expected.add(page.url)
    page.get_by_label("Name on the sample").select_option("long")
    page.get_by_text("What you typed is still here.").wait_for()
    assert page.get_by_label("Title of the certificate").input_value() == "Diploma of Roots"
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    opened.value.locator(f'button[value="{COURSE_STAFF}"]').click()
    opened.value.get_by_role("heading", name="You are signed in.").wait_for()
    page.get_by_label("Name on the sample").select_option("short")
    page.get_by_text("also what is not saved").wait_for()
    assert not page.get_by_text("What you typed is still here.").is_visible()
    page.get_by_role("button", name="Save the changes: 1").click()
    page.get_by_text("The design is saved.").wait_for()
    assert page.get_by_label("Title of the certificate").input_value() == "Diploma of Roots"


def test_a_session_that_ends_before_a_dry_run_leaves_the_page_as_it_is(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    page.get_by_label("Already received").check()
    page.context.clear_cookies()
    seen.expected.add(page.url)
    page.get_by_role("button", name="See what would happen").last.click()
    page.get_by_text("What you typed is still here.").wait_for()
    assert page.get_by_label("Already received").is_checked()
    assert page.get_by_role("dialog").count() == 0


def test_reading_a_file_on_the_page_does_not_disturb_typing(cloud: LocalCloud, as_person: Any, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("".join(f"nobody{number}\n" for number in range(20)))
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/exceptions")
    page.locator("[data-drop] input[type=file]").set_input_files(file)
    page.wait_for_url(re.compile("upload="))
    page.get_by_label("Username or e-mail").fill("zoe")
    page.get_by_role("heading", name="0 learners added").wait_for()
    assert page.get_by_label("Username or e-mail").input_value() == "zoe"


def test_lists_are_printed_as_tables_without_the_controls_of_the_page(cloud: LocalCloud, as_person: Any) -> None:
    """Paper is as narrow as a small screen, but nobody scrolls it: sixty learners are a few sheets."""
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/learners")
    assert len(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))) <= 4
    page.set_viewport_size({"width": 690, "height": 900})
    page.emulate_media(media="print")
    row = page.locator("tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "table-row"
    assert page.locator("thead").bounding_box()["height"] > 10
    for control in (".tabs", ".filters", ".search", "tbody .links"):
        assert not page.locator(control).first.is_visible()


def test_a_typed_time_is_followed_by_the_time_in_the_zone_of_the_run(cloud: LocalCloud, as_person: Any) -> None:
    """The browser's own zone has no part in it."""
    course_id = "course-v1:Lyceum+ZONES+2026"
    with cloud.http("admin", administrator=True) as http:
        run = f"/course-runs/{quote(course_id, safe='')}"
        settings = {"title": "Zones", "organization": "Lyceum", "pacing": "self", "time_zone": "Pacific/Auckland"}
        assert http.put(run, json=settings).status_code == 201
        assert http.put(f"{run}/staff", json={"usernames": [COURSE_STAFF]}).status_code == 200
    seen = as_person(COURSE_STAFF, "/teach", timezone_id="America/Lima")
    page = seen.open(f"{cloud.api_url}/teach/{quote(course_id, safe='')}/settings")
    assert not page.locator("#end-zoned").is_visible()
    page.fill("#end", "2027-01-31T11:00")
    page.locator("#end-zoned").get_by_text("1 February 2027 at 00:00 in Pacific/Auckland").wait_for()
    page.fill("#end", "")
    page.locator("#end-zoned").wait_for(state="hidden")
    page.get_by_role("button", name="Discard").or_(page.get_by_role("link", name="Discard")).click()


DROPPED = """([selector, names]) => {
  const dataTransfer = new DataTransfer();
  for (const name of names) dataTransfer.items.add(new File(["zoe"], name));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(drop);
  return drop.defaultPrevented;
}
"""
"""Drops files on an element. Returns whether the browser stays on the page."""


def test_a_file_that_cannot_be_sent_is_refused_on_the_page(cloud: LocalCloud, as_person: Any, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/exceptions")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    for content, words in ((b"", "The file is empty."), (b"x" * (10 * 2**20 + 1), "The file has more than 10 MB.")):
        file.write_bytes(content)
        page.locator("[data-drop] input[type=file]").set_input_files(file)
        page.locator("[data-drop] .fault").get_by_text(f"{words} Nothing was sent.").wait_for()
    assert page.evaluate(DROPPED, ["[data-drop]", ["a.csv", "b.csv"]])
    page.locator("[data-drop] .fault").get_by_text("One file at a time.").wait_for()
    assert page.evaluate(DROPPED, ["main h1", ["a.csv"]])
    assert sent == []
    page.evaluate(DROPPED, ["[data-drop]", ["a.csv"]])
    page.wait_for_url(re.compile("upload="))


def test_a_signature_that_is_too_large_is_refused_on_the_page(
    cloud: LocalCloud, as_person: Any, tmp_path: Path
) -> None:
    """The photograph of a telephone is longer than a form may be: sent, it would be answered without a page."""
    photograph = tmp_path / "photograph.jpg"
    photograph.write_bytes(b"\xff\xd8\xff" + bytes(11 * 2**20))
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/design")
    with page.expect_response(lambda answer: answer.request.method == "POST") as drawn:
        page.locator("#signature-2").set_input_files(photograph)
    assert drawn.value.ok
    page.locator(".signature .fault").get_by_text("A signature has at most 512 KB.").wait_for()
    assert page.locator("#signature-2").evaluate("field => field.files.length") == 0
    assert page.locator("form[data-changed]").count() == 0


def test_a_dialog_opened_by_keyboard_gives_the_focus_back(cloud: LocalCloud, as_person: Any) -> None:
    with cloud.http("admin", administrator=True) as http:
        http.post(f"{path(COURSE_ID)}/exceptions", json={"learner": "hetal", "note": ""})
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/exceptions")
    for selector in ("a[data-ask]", "form[action$='/generate'] button"):
        tab_to(page, selector)
        asker = page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.locator("[data-keep]").wait_for()
        page.wait_for_function("document.activeElement.matches('dialog [data-keep]')")
        for _ in range(4):
            page.keyboard.press("Tab")
            # Behind the last control of the dialog comes the browser itself, which is no element of the page.
            assert page.evaluate("document.activeElement.matches('dialog *, body')")
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        assert page.evaluate("document.activeElement.outerHTML") == asker


def test_tabs_and_menus_are_used_by_keyboard(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/learners")
    tab_to(page, ".menu summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.menu[open] a')")
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('.menu summary')")
    tab_to(page, ".tabs a[href$='/records']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records")
    tab_to(page, "[data-drop] input[type=file]")


def test_everything_on_every_tab_is_large_enough_for_a_thumb(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF, viewport=PHONE, has_touch=True)
    small, width = {}, {}
    for address in ("/teach", *(f"{TEACH}/{tab}" for tab in TABS)):
        page = seen.open(f"{cloud.api_url}{address}")
        small[address] = page.evaluate(SMALL)
        width[address] = page.evaluate("document.documentElement.scrollWidth")
    assert not any(small.values()), small
    assert max(width.values()) <= PHONE["width"], width


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_pages_fit_on_the_narrowest_phone(cloud: LocalCloud, as_person: Any, locale: str) -> None:
    seen = as_person(COURSE_STAFF, locale=locale, viewport=NARROWEST, has_touch=True)
    for address in ("/teach", "/verify", f"{TEACH}/exceptions", f"{TEACH}/settings"):
        page = seen.open(f"{cloud.api_url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"], address


def test_controls_below_a_tab_are_large_enough_for_a_thumb(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF, viewport=PHONE, has_touch=True)
    page = seen.open(f"{cloud.api_url}{TEACH}/learners")
    page.get_by_role("link", name=re.compile("^History")).first.tap()
    page.get_by_role("region", name="History").wait_for()
    assert page.evaluate(SMALL) == []
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    page.get_by_role("button", name="See what would happen").first.tap()
    page.get_by_role("dialog").get_by_role("link", name="Go back").wait_for()
    assert page.evaluate(SMALL) == []
    assert seen.faults() == []
    page.get_by_role("dialog").get_by_role("link", name="Go back").tap()
    page.locator(".menu summary").first.tap()
    assert page.evaluate(SMALL) == []


def test_the_tab_generate_plans_a_date_of_bulk_issuance(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    page.get_by_label("Date and time of the bulk issue").fill("2035-12-15T06:00")
    assert page.get_by_label("At a date", exact=True).is_checked(), "a date is a choice"
    page.get_by_role("button", name="See what would happen").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Generate certificates on 15 December 2035, 06:00 UTC?").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Go back"
    assert seen.faults() == []
    dialog.get_by_role("button", name="Save the date").click()
    page.get_by_text("The date is saved.").wait_for()
    page.get_by_text("15 December 2035, 06:00 UTC, by schedule").wait_for()
    seen.open(f"{cloud.api_url}{TEACH}/settings")
    assert page.get_by_label("Bulk issuance (UTC)").input_value() == "2035-12-15T06:00"
    page.get_by_label("At the end of the run").last.check()
    page.get_by_role("button", name="Save the changes: 1").click()
    page.get_by_text("The settings are saved.").wait_for()


def test_the_list_of_uploads_shows_the_name_of_the_file(cloud: LocalCloud, as_person: Any, tmp_path: Path) -> None:
    file = tmp_path / "Ausnahmen Frühling & <b>Herbst<b>.csv"
    file.write_text("nobody-of-this-name\n")
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/exceptions")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download a sample file").click()
    assert download.value.suggested_filename == "sample-exceptions.csv"
    page.locator("[data-drop] input[type=file]").set_input_files(file)
    page.get_by_role("heading", name="0 learners added").wait_for()
    assert page.get_by_role("cell").filter(has_text=file.name).count() == 1


def test_the_list_of_runs_follows_a_running_job_to_its_end(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person(COURSE_STAFF).page
    # Jobs of this run end before anybody could look: one page shows a job, the next one shows that no job is running.
    page.route("**/teach", with_running_job, times=1)
    page.goto(f"{cloud.api_url}/teach")
    page.get_by_text("Generating certificates").wait_for()
    page.locator('[data-live="ended"]').wait_for()
    assert page.get_by_text("Generating certificates").count() == 0
    assert page.locator("[data-live-region]").text_content() == "No job is running any more."


def with_running_job(route: Route) -> None:
    """The list of runs with a running job."""
    changed(
        route, 'data-live="ended"', 'data-live="running"', "<tbody>", "<tbody><tr><td>Generating certificates</td></tr>"
    )


def changed(route: Route, *replaced: str) -> None:
    """Answer with the page in which the first of each two texts is replaced by the second."""
    answer = route.fetch()
    page = answer.text()
    for before, after in zip(replaced[::2], replaced[1::2], strict=True):
        page = page.replace(before, after, 1)
    headers = {name: value for name, value in answer.headers.items() if name != "content-encoding"}
    route.fulfill(status=answer.status, headers=headers, body=page)


def test_a_page_follows_a_running_job_and_offers_its_buttons_when_the_job_ends(
    cloud: LocalCloud, as_person: Any
) -> None:
    page = as_person(COURSE_STAFF).page
    page.route("**/generate", where_a_job_runs, times=1)
    page.goto(f"{cloud.api_url}{TEACH}/generate")
    page.get_by_role("heading", name="A job is running").wait_for()
    page.get_by_label("Already received").check()
    page.locator("[data-live=running]").wait_for(state="detached")
    assert page.get_by_label("Already received").is_checked()
    assert page.evaluate("document.activeElement.value") == "received"
    assert page.locator("[data-live-region]").text_content() == "The job has ended."
    assert page.get_by_role("button", name="See what would happen").count() == 2


def test_a_job_that_a_dialog_began_is_on_the_page_when_the_dialog_closes(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/generate")
    jobs = page.locator(".table tbody tr")
    before = jobs.count()
    page.get_by_label("Identity missing").check()
    page.get_by_role("button", name="See what would happen").last.click()
    page.get_by_role("dialog").get_by_role("link", name="Go back").click()
    cloud.wait_until(lambda: jobs.count() == before + 1)
    assert page.get_by_label("Identity missing").is_checked()
    assert page.evaluate("document.activeElement.textContent") == "See what would happen"


def test_a_refusal_that_stands_far_above_the_pressed_button_has_the_focus(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF, viewport=PHONE)
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    seen.expected.add(page.url)
    page.get_by_role("button", name="See what would happen").last.click()
    said = page.get_by_role("alert").filter(has_text="Choose one group at least.")
    said.wait_for()
    assert page.evaluate("document.activeElement.textContent") == said.text_content()
    box = said.bounding_box()
    assert box is not None and 0 <= box["y"] < PHONE["height"]


def test_an_answer_that_is_no_page_is_said_and_the_choice_stays(cloud: LocalCloud, as_person: Any) -> None:
    """If API Gateway cannot reach the function, its own answer is JSON."""
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    page.get_by_label("Already received").check()
    seen.expected.add(page.url)
    page.route("**/generate", lambda route: route.fulfill(status=503, json={"message": "Service Unavailable"}), times=1)
    page.get_by_role("button", name="See what would happen").last.click()
    said = page.locator("main").get_by_text("This page is as you left it. Try again.")
    said.wait_for()
    assert page.get_by_label("Already received").is_checked()
    page.get_by_role("button", name="See what would happen").last.click()
    page.get_by_role("dialog").get_by_role("link", name="Go back").wait_for()
    assert not said.is_visible()


def where_a_job_runs(route: Route) -> None:
    job = '<div data-live="running" data-ended="The job has ended."><h2>A job is running</h2></div>'
    changed(route, '<div class="pair">', f'{job}<div class="pair">')
