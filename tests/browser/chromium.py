"""Debian's Chromium, driven by Playwright. An error on the console or against the policy fails the test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from tests.browser import fonts

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FAULTLESS: dict[str, list[str]] = {colours: [] for colours in COLOURS}

# A container has no namespaces for Chromium's sandbox, little shared memory, and no graphics processor.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]

# For each page, Chromium draws two hidden pages of suggestions below the address: half of all that a test costs.
SUGGESTIONS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# Chromium obeys only the last list, so all that Playwright switches off is here as well.
BY_PLAYWRIGHT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    "msForceBrowserSignIn",
)
# For each page, Chromium begins a second process in case another site opens. A test has a new page, and one site.
SPARE = "SpareRendererForSitePerProcess"
FLAGS.append(f"--disable-features={','.join((*BY_PLAYWRIGHT, *SUGGESTIONS, SPARE))}")

LISTENS = """() => !document.querySelector("script[type=module]") || document.documentElement.dataset.script === "ready"
"""

AXE_IS_THERE = "typeof axe === 'object'"

# For each text, axe reads the colours of all that lies behind it: thousands of times the same dozen words, which takes
# longer than most rules. Only what could be read is remembered: axe notes a colour that it cannot read.
READ_EACH_COLOUR_ONCE = """() => {
  const { prototype } = axe.commons.color.Color;
  const { parseString } = prototype;
  const read = new Map();
  prototype.parseString = function (words) {
    if (!read.has(words)) {
      parseString.call(this, words);
      read.set(words, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = read.get(words);
    return this;
  };
}"""

VIOLATIONS_OF_AXE = "(options) => axe.run(options).then((found) => found.violations)"

VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) =>
  console.error("policy", violation.violatedDirective, violation.blockedURI, violation.sample));
"""


@dataclass
class Watched:
    """A page with its errors. `expected` are addresses that must answer with an error."""

    page: Page
    scripts: bool = True
    expected: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str, status: int = 200) -> Page:
        if status >= 400:
            self.expected.add(address)
        answer = self.page.goto(address)
        assert answer is not None and answer.status == status, (address, answer and answer.status)
        self.ready()
        return self.page

    def ready(self) -> None:
        """Wait until the page's script listens, if the page has a script and the browser runs it."""
        if self.scripts:
            self.page.wait_for_function(LISTENS)

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and message.location.get("url") not in self.expected:
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def faults(self) -> list[str]:
        """The serious faults that axe finds on the present page."""
        # A page keeps axe until another page opens. Sending and reading axe takes as long as a check.
        if not self.page.evaluate(AXE_IS_THERE):
            self.page.evaluate(AXE_SCRIPT)
            self.page.evaluate(READ_EACH_COLOUR_ONCE)
        found = self.page.evaluate(VIOLATIONS_OF_AXE, DEFAULT_OPTIONS)
        return [
            f"{fault['id']}: {node['html'][:160]}"
            for fault in found
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]

    def faults_by_colours(self) -> dict[str, list[str]]:
        """The serious faults in each scheme of colours. Only styles depend on the scheme, so one page shows both."""
        found = {}
        for colours in COLOURS:
            self.page.emulate_media(color_scheme=colours)
            found[colours] = self.faults()
        return found


@dataclass
class Chromium:
    """One browser for many tests. A dead browser is replaced, so only one test fails."""

    playwright: Playwright
    home: str
    launched: Browser | None = None

    def browser(self) -> Browser:
        if self.launched is None or not self.launched.is_connected():
            executable = shutil.which("chromium")
            assert executable, "chromium is missing: `make tools` installs it"
            self.launched = self.playwright.chromium.launch(
                executable_path=executable, args=FLAGS, env=environment(self.home)
            )
        return self.launched

    def close(self) -> None:
        if self.launched is not None and self.launched.is_connected():
            self.launched.close()


def environment(home: str) -> dict[str, str | float | bool]:
    """The whole environment of the browser. Rendering sets `FONTCONFIG_FILE` in the process of the tests, and Chromium
    dies without fonts."""
    own = {"HOME": home, "TMPDIR": home, "FONTCONFIG_FILE": fonts.configured(Path(home))}
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **own}


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as home:
        running = Chromium(playwright, home)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def watched(running: Chromium, **context: Any) -> Iterator[Watched]:
    """A new page. Its errors fail the test when it closes."""
    opened = running.browser().new_context(**({"viewport": DESKTOP, "locale": "en-GB"} | context))
    try:
        page = opened.new_page()
        page.set_default_timeout(60_000)
        found = Watched(page, scripts=bool(context.get("java_script_enabled", True)))
        if found.scripts:
            page.add_init_script(VIOLATIONS)
        page.on("console", found.note)
        page.on("pageerror", lambda error: found.errors.append(str(error)))
        yield found
        assert not found.errors, found.errors
    finally:
        opened.close()
