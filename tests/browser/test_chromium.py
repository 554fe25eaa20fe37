"""The browser of the tests: after each test, the next one has a working browser."""

from __future__ import annotations

import re
from pathlib import Path

import playwright
import pytest

from certificates import rendering
from tests.browser.chromium import BY_PLAYWRIGHT, chromium

WITHOUT_FONTS = Path(rendering.__file__).with_name("no-system-fonts.conf")


def test_the_browser_has_fonts_after_the_rendering_has_switched_them_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", str(WITHOUT_FONTS))
    with chromium() as running:
        page = running.browser().new_page()
        page.set_content("<span>words</span>")
        assert page.locator("span").evaluate("(span) => span.offsetWidth") > 10


def test_a_browser_that_has_died_is_replaced() -> None:
    with chromium() as running:
        running.browser().close()
        page = running.browser().new_page()
        page.set_content("<p>alive</p>")
        assert page.locator("p").inner_text() == "alive"


def test_the_browser_draws_only_the_page_of_a_test() -> None:
    with chromium() as running:
        running.browser().new_page()
        asked = running.browser().new_browser_cdp_session().send("Target.getTargets", {"filter": [{}]})
        assert {target["type"] for target in asked["targetInfos"]} <= {"browser", "page", "tab"}


def test_all_that_playwright_switches_off_is_off() -> None:
    driver = Path(playwright.__file__).parent / "driver" / "package" / "lib" / "coreBundle.js"
    [listed] = re.findall(r"disabledFeatures = \[\n(.*?)\n *\]", driver.read_text(), re.DOTALL)
    assert set(re.findall(r'^ *"(\w+)"', listed, re.MULTILINE)) == set(BY_PLAYWRIGHT)
