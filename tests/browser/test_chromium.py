"""The browser of the tests: after each test, the next one has a working browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import playwright as installed
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Playwright

from certificates import rendering
from tests.browser.chromium import BY_PLAYWRIGHT, COLOURS, READ_EACH_COLOUR_ONCE, Chromium, chromium

PAGE = """<html lang="en"><title>Words</title><main><h1>Words</h1></main>
<style>
  :root { color-scheme: light dark; background: light-dark(white, black); color: light-dark(black, white) }
  p { color: light-dark(#999, #666) }
</style>"""

COLOURS_AS_AXE_READS_THEM = """(words) => words.map((each) => {
  const colour = new axe.commons.color.Color(9, 9, 9);
  try {
    colour.parseString(each);
  } catch (error) {
    return error.message;
  }
  return [colour.r, colour.g, colour.b, colour.red, colour.green, colour.blue, colour.alpha, colour.toHexString()];
})"""

WITHOUT_FONTS = Path(rendering.__file__).with_name("no-system-fonts.conf")


def test_the_browser_has_fonts_after_the_rendering_has_switched_them_off(
    playwright: Playwright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", str(WITHOUT_FONTS))
    with chromium(playwright) as running:
        page = running.browser().new_page()
        page.set_content("<span>words</span>")
        assert page.locator("span").evaluate("(span) => span.offsetWidth") > 10


def test_a_browser_that_has_died_is_replaced(playwright: Playwright) -> None:
    with chromium(playwright) as running:
        running.browser().close()
        page = running.browser().new_page()
        page.set_content("<p>alive</p>")
        assert page.locator("p").inner_text() == "alive"


def test_the_browser_draws_only_the_page_of_a_test(browser: Chromium, visit: Any) -> None:
    visit().page.set_content("<p>alive</p>")
    asked = browser.browser().new_browser_cdp_session().send("Target.getTargets", {"filter": [{}]})
    assert {target["type"] for target in asked["targetInfos"]} <= {"browser", "page", "tab"}


def test_a_page_of_a_test_is_drawn_by_one_process(playwright: Playwright) -> None:
    with chromium(playwright) as running:
        running.browser().new_page().set_content("<p>alive</p>")
        asked = running.browser().new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        assert [process["type"] for process in asked["processInfo"]].count("renderer") == 1


@pytest.mark.parametrize("colours", COLOURS)
def test_pale_texts_are_found_in_both_schemes_of_colours(visit: Any, colours: str) -> None:
    seen = visit(color_scheme=colours)
    seen.page.set_content(PAGE)
    assert seen.faults() == []
    seen.page.locator("main").evaluate("(main) => main.insertAdjacentHTML('beforeend', '<p>one</p><p>two</p>')")
    assert seen.faults() == ["color-contrast: <p>one</p>", "color-contrast: <p>two</p>"]


def test_axe_reads_colours_as_it_does_by_itself(visit: Any) -> None:
    words = ["rgb(1, 2, 3)", "rgba(0, 0, 0, 0)", "color(srgb 0.1 0.2 0.3 / 0.4)", "oklch(0.7 0.1 200)", "no colour"]
    page = visit().page
    page.evaluate(AXE_SCRIPT)
    by_itself = page.evaluate(COLOURS_AS_AXE_READS_THEM, words)
    page.evaluate(READ_EACH_COLOUR_ONCE)
    assert page.evaluate(COLOURS_AS_AXE_READS_THEM, words + words) == by_itself + by_itself


def test_all_that_playwright_switches_off_is_off() -> None:
    driver = Path(installed.__file__).parent / "driver" / "package" / "lib" / "coreBundle.js"
    [listed] = re.findall(r"disabledFeatures = \[\n(.*?)\n *\]", driver.read_text(), re.DOTALL)
    assert set(re.findall(r'^ *"(\w+)"', listed, re.MULTILINE)) == set(BY_PLAYWRIGHT)
