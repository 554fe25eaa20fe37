"""`python -m tests.browser.screenshots [NAME ...]`: the pages in every state, into .build/screenshots.

English, Spanish and Arabic; desktop and phone; light and dark. NAME is the beginning of a state's name, a language or a
size; without names, all pictures are made. Contact sheets show many pictures at once. The pictures of the README are
made too. If a state cannot be reached, it is reported, the other states are still shown, and the exit code is 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.chromium import DESKTOP, PHONE, Chromium, Watched, chromium, watched
from tests.browser.screenshots import of_an_lms, readme
from tests.browser.screenshots.failures import FAILURES, settings
from tests.browser.screenshots.of_an_lms import OF_AN_LMS, read_from_lms
from tests.browser.screenshots.runs import Known, prepared
from tests.browser.screenshots.sheets import sheets
from tests.browser.screenshots.states import FILES, FOLDER, GROUPS, Scene, State
from tests.cloud.cloud import ROOT, LocalCloud, deployed

LANGUAGES = {"english": "en-GB", "spanish": "es", "arabic": "ar"}
SIZES: dict[str, dict[str, Any]] = {"desktop": DESKTOP, "phone": PHONE}
SCHEMES = ("light", "dark")
COLUMNS = {"desktop": 3, "phone": 6}
SITE = {
    "HelpUrl": "https://lyceum.example/help",
    "PrivacyUrl": "https://lyceum.example/privacy",
    "ProfileUrl": "https://lyceum.example/account/settings",
    "Webhooks": "true",
    "MailFrom": "certificates@lyceum.example",
    "MailDelaySeconds": "1",
    "MailRate": "40",
}
PAGES = ROOT / "layers" / "certificates" / "python" / "certificates" / "pages"
STYLES = (PAGES / "assets" / "pages.css").read_text().replace("font-display: optional", "font-display: block")
"""A browser may show a first page without the display face. A picture waits for the face."""

AT_REST = """async () => {
  await document.fonts.ready;
  const shown = [...document.images].filter((image) => image.checkVisibility() && image.loading !== "lazy");
  await Promise.all(shown.map((image) => image.decode().catch(() => {})));
}"""


@dataclass(frozen=True)
class Pass:
    """One language and size. A page is opened once for both colour schemes."""

    language: str
    size: str

    def folder(self, scheme: str) -> Path:
        return FOLDER / f"{self.language}-{self.size}-{scheme}"

    @property
    def context(self) -> dict[str, Any]:
        return {"viewport": SIZES[self.size], "locale": LANGUAGES[self.language], "has_touch": self.size == "phone"}


@dataclass
class Studio:
    """A deployed product and a browser. People sign in once; their cookies are kept."""

    cloud: LocalCloud
    browser: Chromium
    known: Known
    cookies: dict[str, Any]

    @contextmanager
    def scene(self, who: str | None, **context: Any) -> Iterator[Scene]:
        kept = {"storage_state": self.cookies_of(who)} if who else {}
        with watched(self.browser, **context, **kept) as seen:
            seen.page.route("**/pages.css", lambda route: route.fulfill(body=STYLES, content_type="text/css"))
            yield Scene(seen, self.cloud.api_url, self.known)

    def cookies_of(self, username: str) -> Any:
        if username not in self.cookies:
            with watched(self.browser) as seen:
                if self.known.lms is not None:
                    seen.expected.add(f"{self.known.lms.url}/favicon.ico")
                    of_an_lms.sign_in(seen.page, self.cloud.api_url, username)
                else:
                    sign_in(seen, self.cloud, username)
                self.cookies[username] = seen.page.context.storage_state()
        return self.cookies[username]

    def take(self, state: State, taken: Pass) -> None:
        with self.scene(state.who, **taken.context) as scene:
            state.open(scene)
            scene.seen.ready()
            page = scene.seen.page
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.evaluate(AT_REST)
                if not state.window:
                    # As tall as the page: a part that sticks to the lower edge of the window is then at the end.
                    whole = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({**SIZES[taken.size], "height": max(whole, SIZES[taken.size]["height"])})
                page.screenshot(path=taken.folder(scheme) / f"{state.name}.png", animations="disabled")


def sign_in(seen: Watched, cloud: LocalCloud, username: str) -> None:
    seen.page.goto(f"{cloud.api_url}/sign-in?to=/learn")
    seen.page.locator("summary").click()
    seen.page.locator("#other").fill(username)
    seen.page.locator("details .button").click()
    seen.page.wait_for_url("**/learn")


def chosen(names: Sequence[str]) -> tuple[list[Pass], tuple[str, ...]]:
    """The passes, and the beginnings of the names of states. Without names, all of both."""
    languages = [language for language in LANGUAGES if language in names] or list(LANGUAGES)
    sizes = [size for size in SIZES if size in names] or list(SIZES)
    begun = tuple(name for name in names if name not in {*LANGUAGES, *SIZES})
    return [Pass(language, size) for language in languages for size in sizes], begun or ("",)


def take_all(studio: Studio, group: str, states: Sequence[State], passes: Sequence[Pass]) -> list[str]:
    """Take pictures of these states in every pass, and make contact sheets. Returns the pictures that could not be
    taken.
    """
    failed: list[str] = []
    for taken in passes if states else ():
        failed.extend(name for state in states if (name := attempt(studio, state, taken)))
        for folder in map(taken.folder, SCHEMES):
            pictures = [path for state in states if (path := folder / f"{state.name}.png").exists()]
            for sheet in sheets(pictures, COLUMNS[taken.size], folder.with_name(f"sheet-{folder.name}-{group}")):
                print(sheet.relative_to(ROOT), flush=True)
    return failed


def attempt(studio: Studio, state: State, taken: Pass) -> str | None:
    """The name of a picture that could not be taken. A picture from an earlier run is removed."""
    for scheme in SCHEMES:
        (taken.folder(scheme) / f"{state.name}.png").unlink(missing_ok=True)
    try:
        studio.take(state, taken)
    except Exception as error:  # The browser fails, a page never comes, or there is an error on the console.
        name = f"{taken.language} {taken.size} {state.name}"
        print(f"{name}: {error}", file=sys.stderr, flush=True)
        return name
    return None


def main() -> int:
    passes, begun = chosen(sys.argv[1:])
    every_group = {**GROUPS, "errors": FAILURES}
    groups = {group: [each for each in every if each.name.startswith(begun)] for group, every in every_group.items()}
    of_lms = [state for state in OF_AN_LMS if state.name.startswith(begun)]
    if not of_lms and not any(groups.values()):
        print(f"No state's name begins with {' or '.join(begun)}.", file=sys.stderr)
        return 2
    failed: list[str] = []
    with sync_playwright() as playwright, chromium(playwright) as browser:
        if any(groups.values()):
            with deployed(parameters=SITE) as cloud:
                settings(SITE, cloud.api_url)
                studio = Studio(cloud, browser, prepared(cloud, FILES), {})
                for group, states in groups.items():
                    failed += take_all(studio, group, states, passes)
        if of_lms:
            with read_from_lms(SITE) as (cloud, known):
                failed += take_all(Studio(cloud, browser, known, {}), "lms", of_lms, passes)
    readme.picture(FOLDER)
    print(*(f"not taken: {name}" for name in failed), sep="\n", end="\n" if failed else "", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
