"""Every state of every page: the person who sees the state, and the steps to reach it. Buttons are found in any
language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from PIL import Image

from tests.browser.chromium import Watched
from tests.browser.screenshots.runs import BETA_TESTER, GLASS, MAPS, TIDES, UNPRINTABLE, WELSH, Known
from tests.cloud.cloud import ROOT
from tests.cloud.people import COURSE_STAFF
from tests.cloud.sample import COURSE_ID

FOLDER = ROOT / ".build" / "screenshots"
FILES = FOLDER / "files"
ZEROS = "0" * 32
MISTYPED = "0b98b5e5-ff6d8944-a24fd4f9-6621efc"
IN_PATH = quote(COURSE_ID, safe="")


@dataclass(frozen=True)
class Scene:
    """Open a page in a new browser, at an address of the product."""

    seen: Watched
    address: str
    known: Known

    def go(self, path: str) -> None:
        """Opens a page. The page may answer with an error."""
        whole = path if path.startswith("http") else f"{self.address}{path}"
        self.seen.expected.add(whole)
        self.seen.page.goto(whole)
        self.seen.ready()

    def press(self, selector: str) -> None:
        """Presses a button. The answer may be an error."""
        self.seen.expected.add(self.seen.page.url)
        self.seen.page.locator(selector).first.click()


Open = Callable[[Scene], None]


@dataclass(frozen=True)
class State:
    """`window`: the picture shows only the window, such as a dialog over its page."""

    name: str
    who: str | None
    open: Open
    window: bool = False


def at(path: str) -> Open:
    return lambda scene: scene.go(path)


def learn(course_id: str = COURSE_ID) -> Open:
    return at(f"/learn/{quote(course_id, safe='')}")


def teach(tab: str, course_id: str = COURSE_ID) -> Open:
    return at(f"/teach/{quote(course_id, safe='')}/{tab}")


def page_of(holder: str) -> Open:
    return lambda scene: scene.go(scene.known.page_of[holder])


def webhook(shows: str) -> Open:
    return lambda scene: teach(f"webhooks?webhook={scene.known.webhooks[shows]}")(scene)


def adding_a_webhook(scene: Scene) -> None:
    """A run takes an address once, so each pass adds another one."""
    teach("webhooks", MAPS)(scene)
    page = scene.seen.page
    own = page.evaluate("`${navigator.language}-${innerWidth}`")
    page.locator("#url").fill(f"https://hooks.example.org/certificates/{own}")
    scene.press("form:has(#url) .filled")
    page.locator("#secret").wait_for()


def refused_webhook(scene: Scene) -> None:
    teach("webhooks")(scene)
    scene.seen.page.locator("#url").fill("http://hooks.example.org/")
    scene.press("form:has(#url) .filled")
    scene.seen.page.locator("main [role=alert]:visible").wait_for()


def removing_a_webhook(scene: Scene) -> None:
    webhook("delivered")(scene)
    scene.press("form[data-ask] button")
    scene.seen.page.locator("dialog[open] [data-keep]").wait_for()


def ending_mails(scene: Scene) -> None:
    """The page behind the last link of each mail."""
    teach("mails")(scene)
    address = (scene.seen.page.locator("pre.letter").text_content() or "").split()[-1]
    scene.go(urlsplit(address).path)


def dropped(file: str) -> Open:
    def check(scene: Scene) -> None:
        scene.go("/verify")
        scene.seen.page.locator("input[type=file]").set_input_files(scene.known.files / file)
        scene.seen.page.locator("[data-verdict]:not([data-verdict=reading]):visible").first.wait_for()

    return check


def requesting(scene: Scene) -> None:
    """Press a button whose request gets no answer."""
    learn()(scene)
    scene.seen.page.route("**/learn/**", lambda route: None)
    scene.press("[data-request] button")


def requesting_slowly(scene: Scene) -> None:
    requesting(scene)
    scene.seen.page.locator("[data-slow]").wait_for()


def request_failed(scene: Scene) -> None:
    learn()(scene)
    scene.seen.page.route("**/learn/**", lambda route: route.abort())
    scene.press("[data-request] button")
    scene.seen.page.locator("[data-failed]").wait_for()


def signed_out(scene: Scene) -> None:
    teach("exceptions")(scene)
    scene.seen.page.locator("#learner").fill("zoe.k")
    scene.seen.page.context.clear_cookies()
    scene.press("form:has(#learner) button")
    scene.seen.page.locator("form[action*='/teach/'] input[name=learner][type=hidden]").wait_for(state="attached")


def dry_run(tab: str, form: str, job: str, choose: str = "") -> Open:
    """The dialog of a finished dry run. Its page is the answer to the form."""

    def ask(scene: Scene) -> None:
        teach(tab)(scene)
        page = scene.seen.page
        language = {"accept-language": page.evaluate("navigator.language")}
        path = f"/teach/{IN_PATH}/jobs/{scene.known.jobs[job]}"
        ended = page.context.request.get(f"{scene.address}{path}", headers=language)
        page.route("**/generate", lambda route: route.fulfill(response=ended))
        if choose:
            page.locator(choose).check()
        page.locator(form).first.click()
        page.locator("dialog [data-keep]").wait_for()

    return ask


def asked(tab: str, link: str) -> Open:
    """The dialog that asks for a confirmation."""

    def ask(scene: Scene) -> None:
        teach(tab)(scene)
        scene.seen.page.locator(link).first.click()
        scene.seen.page.locator("dialog [data-keep]").wait_for()

    return ask


def invalidating(scene: Scene) -> None:
    teach("invalidations")(scene)
    scene.seen.page.locator("#learner").fill("mlopez")
    scene.seen.page.locator("#note").fill("Exam sat by another person, see case 131")
    scene.press("form[data-ask] button")
    scene.seen.page.locator("dialog [data-keep]").wait_for()


def cancelling(scene: Scene) -> None:
    of_job("running", TIDES)(scene)
    scene.seen.page.locator("a[href*='cancel']").first.click()
    scene.seen.page.locator("dialog [data-keep]").wait_for()


def of_job(name: str, course_id: str = COURSE_ID) -> Open:
    return lambda scene: teach(f"jobs/{scene.known.jobs[name]}", course_id)(scene)


def of_upload(tab: str, name: str) -> Open:
    return lambda scene: teach(f"{tab}?upload={scene.known.uploads[name]}")(scene)


def history_of(username: str) -> Open:
    return lambda scene: teach(f"learners/{scene.known.user_ids[username]}")(scene)


def conflict(scene: Scene) -> None:
    """Save over settings that are no longer stored, as if somebody else had saved in the meantime."""
    teach("settings")(scene)
    page = scene.seen.page
    page.locator("[name=version]").evaluate("(field) => { field.value = '0'; }")
    page.locator("[name=passing_grade]").fill("55")
    scene.press(".save .filled")
    page.locator("main [role=alert]:visible").wait_for()


def would_hide(scene: Scene) -> None:
    teach("settings")(scene)
    page = scene.seen.page
    page.locator("[name=pacing][value=instructor]").check()
    page.locator("[name=display][value=end_with_date]").check()
    page.locator("[name=available_on]").fill("2027-02-01T00:00")
    scene.press(".save .filled")
    page.locator("[name=hide_shown]").wait_for()


def coarse_signature(scene: Scene) -> None:
    image = scene.known.files / "coarse.png"
    Image.new("RGBA", (180, 60), (0, 0, 90, 90)).save(image)
    teach("design")(scene)
    page = scene.seen.page
    page.locator("[name=signatory]").first.fill("Dr. Jonas Aalto")
    page.locator("[name=signature-1]").set_input_files(image)
    scene.press(".save .filled")
    page.locator(".fault:visible").first.wait_for()


PUBLIC = (
    State("certificate-valid", None, page_of("mlopez")),
    State("certificate-valid-other-script", None, page_of("parisa")),
    State("certificate-expired", None, page_of("eleni")),
    State("certificate-invalidated", None, page_of("kamala")),
    State("certificate-withdrawn", None, page_of("withdrawn")),
    State("certificate-not-shown-yet", None, page_of("later")),
    State("certificate-mistyped", None, at(f"/verify?id={MISTYPED}")),
    State("certificate-unknown", None, at(f"/certificates/{ZEROS}")),
    State("verify", None, at("/verify")),
    State("verify-genuine", None, dropped("certificate.pdf")),
    State("verify-altered", None, dropped("altered.pdf")),
    State("verify-revoked", None, dropped("revoked.pdf")),
    State("verify-expired", None, dropped("expired.pdf")),
    State("verify-without-credential", None, dropped("holiday.png")),
    State("sign-in-development", None, at("/sign-in")),
    State("signed-in-again", "amara", at("/signed-in-again")),
)
LEARNERS = (
    State("learn-requestable", "amara", learn()),
    State("learn-requestable-long-name", "long_name", learn()),
    State("learn-requestable-other-script", "layla", learn()),
    State("learn-requesting", "amara", requesting),
    State("learn-requesting-slowly", "amara", requesting_slowly),
    State("learn-request-failed", "amara", request_failed),
    State("learn-available", "mlopez", learn()),
    State("learn-expired", "eleni", learn()),
    State("learn-not-passing", "anjali_n", learn()),
    State("learn-identity-missing", "noam", learn()),
    State("learn-track-without-certificate", "audit_only", learn()),
    State("learn-not-enrolled", "nobody", learn()),
    State("learn-invalidated", "kamala", learn()),
    State("learn-beta-tester", BETA_TESTER, learn()),
    State("learn-unprintable-name", UNPRINTABLE, learn()),
    State("learn-earned-available-later", "mlopez", learn(TIDES)),
    State("learn-not-earned-known-later", "anjali_n", learn(TIDES)),
    State("learn-issued-at-end", "mlopez", learn(MAPS)),
    State("learn-on-hold", "mlopez", learn(WELSH)),
    State("learn-all", "mlopez", at("/learn")),
    State("learn-all-expired", "eleni", at("/learn")),
    State("learn-all-none", "nobody", at("/learn")),
    State("learn-unknown-run", "amara", learn("course-v1:No+Such+Run")),
)
STAFF = (
    State("teach-my-runs", COURSE_STAFF, at("/teach")),
    State("teach-my-runs-none", "amara", at("/teach")),
    State("teach-not-staff", "amara", teach("learners")),
    State("teach-learners", COURSE_STAFF, teach("learners")),
    State("teach-learners-nobody-fits", COURSE_STAFF, teach("learners?status=&search=ilvis")),
    State("teach-learners-none", COURSE_STAFF, teach("learners", GLASS)),
    State("teach-history", COURSE_STAFF, history_of("kamala")),
    State("teach-history-expired", COURSE_STAFF, history_of("eleni")),
    State("teach-exceptions", COURSE_STAFF, teach("exceptions")),
    State("teach-exceptions-none", COURSE_STAFF, teach("exceptions", GLASS)),
    State("teach-exceptions-upload", COURSE_STAFF, of_upload("exceptions", "exceptions")),
    State("teach-exceptions-upload-to-look-at", COURSE_STAFF, of_upload("exceptions", "two-in-a-row")),
    State(
        "teach-exceptions-dry-run",
        COURSE_STAFF,
        dry_run("exceptions", "form[data-ask] .filled", "dry-run-of-exceptions", "[name=scope][value=all]"),
        window=True,
    ),
    State("teach-exceptions-remove", COURSE_STAFF, asked("exceptions", "a[href*='remove=']"), window=True),
    State("teach-exceptions-take-back", COURSE_STAFF, asked("exceptions", "a[href*='take-back=']"), window=True),
    State("teach-generate", COURSE_STAFF, teach("generate")),
    State("teach-generate-none", COURSE_STAFF, teach("generate", GLASS)),
    State(
        "teach-generate-dry-run", COURSE_STAFF, dry_run("generate", "form[data-ask] .filled", "dry-run"), window=True
    ),
    State("teach-job-running", COURSE_STAFF, of_job("running", TIDES)),
    State("teach-generate-job-running", COURSE_STAFF, teach("generate", TIDES)),
    State("teach-job-failed", COURSE_STAFF, of_job("failed", TIDES)),
    State("teach-job-finished", COURSE_STAFF, of_job("bulk", TIDES)),
    State("teach-job-cancel", COURSE_STAFF, cancelling, window=True),
    State("teach-job-dry-run", COURSE_STAFF, of_job("dry-run")),
    State("teach-invalidations", COURSE_STAFF, teach("invalidations")),
    State("teach-invalidations-none", COURSE_STAFF, teach("invalidations", GLASS)),
    State("teach-invalidate", COURSE_STAFF, invalidating, window=True),
    State("teach-records", COURSE_STAFF, teach("records")),
    State("teach-records-upload", COURSE_STAFF, of_upload("records", "records")),
    State("teach-records-upload-to-look-at", COURSE_STAFF, of_upload("records", "doubtful-name")),
    State("teach-records-refused", COURSE_STAFF, of_upload("records", "refused")),
    State("teach-design", COURSE_STAFF, teach("design")),
    State("teach-design-fault", COURSE_STAFF, coarse_signature),
    State("teach-settings", COURSE_STAFF, teach("settings")),
    State("teach-settings-conflict", COURSE_STAFF, conflict),
    State("teach-settings-would-hide", COURSE_STAFF, would_hide),
    State("teach-mails", COURSE_STAFF, teach("mails")),
    State("teach-mails-with-a-contact", COURSE_STAFF, teach("mails?kind=invalidated", TIDES)),
    State("mails-end", COURSE_STAFF, ending_mails),
    State("teach-webhooks", COURSE_STAFF, teach("webhooks")),
    State("teach-webhooks-none", COURSE_STAFF, teach("webhooks", GLASS)),
    State("teach-webhooks-refused", COURSE_STAFF, refused_webhook),
    State("teach-webhook", COURSE_STAFF, webhook("delivered")),
    State("teach-webhook-ended", COURSE_STAFF, webhook("ended")),
    State("teach-webhook-secret", COURSE_STAFF, adding_a_webhook),
    State("teach-webhook-remove", COURSE_STAFF, removing_a_webhook, window=True),
    State("teach-signed-out", COURSE_STAFF, signed_out),
)
GROUPS = {"public": PUBLIC, "learn": LEARNERS, "teach": STAFF}
