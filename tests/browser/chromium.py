"""Debian's Chromium, driven by Playwright, and watched: an error on the console or against the policy is a failure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}

VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) =>
  console.error("policy", violation.violatedDirective, violation.blockedURI, violation.sample));
"""


@dataclass
class Watched:
    """A page, and what went wrong on it. `expected` are addresses that are to answer with an error."""

    page: Page
    expected: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str, status: int = 200) -> Page:
        if status >= 400:
            self.expected.add(address)
        answer = self.page.goto(address)
        assert answer is not None and answer.status == status, (address, answer and answer.status)
        return self.page

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and message.location.get("url") not in self.expected:
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def faults(self) -> list[str]:
        """What axe finds serious on the page as it is now."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{fault['id']}: {node['html'][:160]}"
            for fault in found
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]


@contextmanager
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "chromium is missing: `make tools` installs it"
    with sync_playwright() as playwright:
        # A container has no namespaces to give to Chromium's own sandbox.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(browser: Browser, **context: Any) -> Iterator[Watched]:
    """A page of its own, whose errors fail the test when it closes."""
    opened = browser.new_context(**({"viewport": DESKTOP, "locale": "en-GB"} | context))
    try:
        page = opened.new_page()
        page.set_default_timeout(60_000)
        if context.get("java_script_enabled", True):
            page.add_init_script(VIOLATIONS)
        found = Watched(page)
        page.on("console", found.note)
        page.on("pageerror", lambda error: found.errors.append(str(error)))
        yield found
        assert not found.errors, found.errors
    finally:
        opened.close()
