"""Course staff in a real browser: every tab, with a mouse, a thumb, and without a script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from tests.browser.chromium import PHONE
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF
from tests.cloud.sample import SAMPLES, path
from tests.receiver import receiver

COURSE_ID = "course-v1:Lyceum+BOT101+staff"
TEACH = f"/teach/{quote(COURSE_ID, safe='')}"
TABS = ("learners", "exceptions", "generate", "invalidations", "records", "design", "mails", "settings", "webhooks")
EXCEPTIONS = SAMPLES / "exceptions_spreadsheet.csv"


def test_a_file_of_names_becomes_exception_certificates(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/exceptions")
    page.locator("[data-drop] input[type=file]").set_input_files(EXCEPTIONS)
    page.get_by_role("heading", name="added").wait_for()
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("link", name="Go back").wait_for()
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("heading", name="issued").wait_for()


def test_a_dry_run_is_a_dialog_that_is_left_with_the_safe_button_or_a_key(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    before = page.url
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.get_by_role("link", name="Go back").click()):
        page.get_by_label("Already received").check()
        page.get_by_role("button", name="See what would happen").last.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("link", name="Go back").wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Go back"
        assert seen.faults() == []
        leave()
        dialog.wait_for(state="detached")
        assert page.url == before


def test_the_keyboard_alone_excepts_a_learner_and_generates_the_certificate(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/exceptions")
    tab_to(page, "#learner")
    page.keyboard.type("hetal")
    tab_to(page, "#note")
    page.keyboard.type("Lab closed")
    page.keyboard.press("Enter")
    page.get_by_text("The learner is on the exception list.").wait_for()
    tab_to(page, "form[action$='/generate'] button")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="Go back").wait_for()
    tab_to(page, "dialog button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="issued").wait_for()


def test_the_keyboard_alone_invalidates_re_validates_and_regenerates_a_certificate(
    cloud: LocalCloud, as_person: Any
) -> None:
    with cloud.http("lukasz") as http:
        http.post(f"{path(COURSE_ID)}/certificate").raise_for_status()
    seen = as_person(COURSE_STAFF, "/learn")
    page = seen.page

    def follow(selector: str, leads_to: str) -> None:
        tab_to(page, selector)
        page.keyboard.press("Enter")
        page.wait_for_url(leads_to)
        seen.ready()

    follow(".bar nav a[href='/teach']", "**/teach")
    follow(".run-name", "**/learners")
    follow(".tabs a[href$='/invalidations']", "**/invalidations")
    tab_to(page, "#learner")
    page.keyboard.type("lukasz")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="Keep it valid").wait_for()
    tab_to(page, "dialog button")
    page.keyboard.press("Enter")
    page.get_by_text("The certificate is invalidated.").wait_for()
    tab_to(page, "td button")
    page.keyboard.press("Enter")
    page.get_by_text("The certificate is re-validated").wait_for()
    seen.ready()
    follow(".tabs a[href$='/generate']", "**/generate")
    tab_to(page, "[value=received]")
    page.keyboard.press("Space")
    tab_to(page, "form:has([value=received]) button")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="Go back").wait_for()
    tab_to(page, "dialog button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="issued").wait_for()


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


@pytest.mark.parametrize("locale", ["ar", "es"])
def test_every_tab_speaks_the_language_in_its_direction(cloud: LocalCloud, as_person: Any, locale: str) -> None:
    seen = as_person(COURSE_STAFF, "/teach", locale=locale, viewport=PHONE)
    for tab in TABS:
        page = seen.open(f"{cloud.api_url}{TEACH}/{tab}")
        assert page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], tab
        assert seen.faults() == [], tab


def test_a_signature_is_sent_with_the_design(cloud: LocalCloud, as_person: Any, tmp_path: Path) -> None:
    image = tmp_path / "signature.png"
    Image.new("RGBA", (800, 280), (0, 0, 90, 90)).save(image)
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/design")
    page.locator("[name=signatory]").first.fill("Dr. Ifeoma Lind")
    page.locator("[name=signature-1]").set_input_files(image)
    page.get_by_role("button", name="Save the changes: 1").click()
    page.get_by_text("The design is saved.").wait_for()
    shown = page.get_by_role("img", name="The signature of Dr. Ifeoma Lind")
    cloud.wait_until(lambda: shown.evaluate("(image) => image.naturalWidth") == 800)


def test_a_file_is_taken_back_in_a_dialog(cloud: LocalCloud, as_person: Any, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("chen_yt,Lab closed\nsiriporn\n")
    page = as_person(COURSE_STAFF).open(f"{cloud.api_url}{TEACH}/exceptions")
    page.locator("[data-drop] input[type=file]").set_input_files(file)
    page.get_by_role("heading", name="2 learners added").wait_for()
    page.get_by_role("link", name="Take back this upload").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back this upload").click()
    page.get_by_text("The learners whom the file added are off the list.").wait_for()
    assert page.get_by_text("chen_yt").count() == 0


def test_without_a_script_a_file_is_sent_and_its_rows_are_shown(cloud: LocalCloud, as_person: Any) -> None:
    page = as_person(COURSE_STAFF, java_script_enabled=False).open(f"{cloud.api_url}{TEACH}/records")
    page.get_by_role("button", name="Choose a file").click()
    page.get_by_label("Choose a file", exact=True).set_input_files(SAMPLES / "grade_report.csv")
    page.get_by_role("button", name="Send the file").click()
    page.wait_for_url(re.compile("/records[?]upload="))
    cloud.wait_until(lambda: page.reload() and page.get_by_text("Taken:").count())
    assert page.locator("[data-live] tbody tr").count() == 4


def test_a_certificate_is_invalidated_and_re_validated(cloud: LocalCloud, as_person: Any) -> None:
    with cloud.http("mlopez") as http:
        verified = http.post(f"{path(COURSE_ID)}/certificate").json()["links"]["page"]
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/invalidations")
    page.get_by_label("Username or e-mail").fill("mlopez")
    page.get_by_label("Note").fill("Work handed in twice")
    page.get_by_role("button", name="Invalidate Certificate").click()
    page.get_by_role("heading", name="Invalidate the certificate of María José López Núñez?").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Keep it valid"
    assert seen.faults() == []
    page.get_by_role("button", name="Invalidate 1 certificate").click()
    page.get_by_text("The certificate is invalidated.").wait_for()
    assert "This certificate was invalidated." in cloud.http().get(verified).text
    page.get_by_role("button", name="Re-validate").click()
    page.get_by_text("The certificate is re-validated").wait_for()


def test_staff_see_a_mail_send_it_to_themselves_and_its_link_ends_mails(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/settings")
    page.get_by_label("Contact", exact=True).fill("team@lyceum.example")
    page.get_by_role("button", name="Save the changes: 1").click()
    page.get_by_text("The settings are saved.").wait_for()
    page = seen.open(f"{cloud.api_url}{TEACH}/mails")
    page.get_by_role("link", name="It was invalidated").click()
    page.wait_for_url("**/mails?kind=invalidated")
    page.get_by_role("button", name="Send me a test mail").click()
    page.get_by_text("The mail is on its way to you.").wait_for()
    assert "kind=invalidated" in page.url
    [mail] = [mail for mail in cloud.mailbox.mails if mail.to == "team@lyceum.example"]
    assert mail.subject.endswith("was invalidated")
    page = seen.open(mail.text.split()[-1])
    page.get_by_role("button", name="Send me no more of these mails").click()
    page.get_by_text("You get no more mails about certificates.").wait_for()
    assert seen.faults() == []


def test_a_webhook_is_added_tried_and_removed(cloud: LocalCloud, as_person: Any) -> None:
    with receiver() as known:
        seen = as_person(COURSE_STAFF)
        page = seen.open(f"{cloud.api_url}{TEACH}/webhooks")
        page.get_by_label("Address").fill(known.url)
        page.get_by_role("button", name="Add the webhook").click()
        known.secret = page.get_by_label("Copy it now").input_value()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == known.secret
        assert seen.faults() == []
        page.get_by_role("button", name="Send a test event").click()
        page.get_by_text("A test event is on its way.").wait_for()
        assert page.locator("#secret").count() == 0
        # The page follows the delivery by itself.
        page.get_by_text("Delivered").first.wait_for()
        assert [message["type"] for message in known.verified] == ["webhook.test"]
        assert seen.faults() == []
        page.get_by_role("button", name="Remove the webhook").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("heading", name="Remove this webhook?").wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Keep the webhook"
        dialog.get_by_role("button", name="Remove the webhook").click()
        page.get_by_text("The webhook is removed.").wait_for()


def test_settings_are_saved_and_a_conflict_shows_both(cloud: LocalCloud, as_person: Any) -> None:
    first = as_person(COURSE_STAFF)
    second = as_person(COURSE_STAFF)
    for seen in (first, second):
        seen.open(f"{cloud.api_url}{TEACH}/settings")
    first.page.get_by_label("Passing grade").fill("61")
    first.page.get_by_role("button", name="Save the changes: 1").click()
    first.page.get_by_text("The settings are saved.").wait_for()
    second.expected.add(second.page.url)
    second.page.get_by_label("Passing grade").fill("60.5")
    second.page.get_by_role("button", name="Save the changes: 1").click()
    second.page.get_by_role("heading", name="You saved these settings yourself").wait_for()
    second.page.get_by_text("Changed by both: Passing grade.").wait_for()
    assert second.faults() == []
    for grade in ("60.5", "60"):
        second.page.get_by_label("Passing grade").fill(grade)
        second.page.get_by_role("button", name="Save the changes: 1").click()
        second.page.get_by_text("The settings are saved.").wait_for()


def test_a_sample_of_the_design_opens(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/design")
    seen.expected.add(f"{cloud.server.url}/favicon.ico")
    page.locator("[name=signatory]").first.fill("Dr. Ifeoma Lind")
    with page.expect_response(lambda answer: ".pdf" in answer.url and answer.status == 200):
        page.get_by_role("button", name="See a sample").evaluate("(button) => { button.formTarget = '_self'; }")
        page.get_by_role("button", name="See a sample").click()


def test_a_session_that_ends_during_typing_keeps_the_typed_values(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF)
    page = seen.open(f"{cloud.api_url}{TEACH}/exceptions")
    page.get_by_label("Username or e-mail").fill("zoe.k")
    page.get_by_label("Note").fill("Lab closed")
    page.context.clear_cookies()
    seen.expected.add(page.url)
    page.get_by_role("button", name="Add to Exception List").click()
    page.get_by_role("heading", name="You have been signed out.").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    opened.value.locator(f'button[value="{COURSE_STAFF}"]').click()
    opened.value.get_by_role("heading", name="You are signed in.").wait_for()
    page.get_by_role("button", name="Send it again").click()
    page.get_by_text("exception list").first.wait_for()
    assert "/exceptions" in page.url
