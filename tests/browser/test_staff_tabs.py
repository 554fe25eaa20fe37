"""Every tab of course staff in a real browser is accessible, and what is longer than a phone is easy to read there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.chromium import DESKTOP, FAULTLESS, PHONE
from tests.browser.test_staff import TABS
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF

COURSE_ID = "course-v1:Lyceum+BOT101+tabs"
TEACH = f"/teach/{quote(COURSE_ID, safe='')}"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_tab_is_free_of_serious_faults_in_light_and_dark(
    cloud: LocalCloud, as_person: Any, viewport: dict[str, int]
) -> None:
    seen = as_person(COURSE_STAFF, "/teach", viewport=viewport)
    assert seen.faults_by_colours() == FAULTLESS
    for tab in TABS:
        page = seen.open(f"{cloud.api_url}{TEACH}/{tab}")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], tab
        assert seen.faults_by_colours() == FAULTLESS, tab


BEGINS_WITH_ITS_TITLE = """(dialog) =>
  dialog.scrollHeight > dialog.clientHeight
  && dialog.querySelector("h2").getBoundingClientRect().top >= dialog.getBoundingClientRect().top"""

IN_VIEW = """(element) => {
  const { left, right } = element.getBoundingClientRect();
  return left >= 0 && right <= innerWidth;
}"""

LINES = "(element) => element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight)"


def test_a_dialog_that_is_longer_than_the_phone_begins_with_its_title(cloud: LocalCloud, as_person: Any) -> None:
    seen = as_person(COURSE_STAFF, viewport={"width": PHONE["width"], "height": 480})
    page = seen.open(f"{cloud.api_url}{TEACH}/generate")
    page.locator("form[data-ask] .filled").first.click()
    page.get_by_role("heading", name="get a certificate").wait_for()
    page.wait_for_function("document.activeElement.matches('dialog [data-keep]')")
    assert page.get_by_role("dialog").evaluate(BEGINS_WITH_ITS_TITLE)


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_the_current_tab_and_the_chosen_filter_are_in_view_on_a_phone(
    cloud: LocalCloud, as_person: Any, locale: str
) -> None:
    seen = as_person(COURSE_STAFF, locale=locale, viewport=PHONE)
    page = seen.open(f"{cloud.api_url}{TEACH}/mails?kind=invalidated")
    assert page.locator(".tabs [aria-current]").evaluate(IN_VIEW)
    assert page.locator(".filters [aria-current]").evaluate(IN_VIEW)
    page = seen.open(f"{cloud.api_url}{TEACH}/webhooks")
    assert page.locator(".tabs [aria-current]").evaluate(IN_VIEW)


def test_the_rows_of_a_file_are_read_on_a_phone_in_the_language_of_the_page(
    cloud: LocalCloud, as_person: Any, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("chen_yt, amara@example.org\n2.19E+03\n")
    seen = as_person(COURSE_STAFF, locale="es", viewport=PHONE)
    page = seen.open(f"{cloud.api_url}{TEACH}/exceptions")
    page.locator("[data-drop] input[type=file]").set_input_files(file)
    page.wait_for_url(re.compile("upload="))
    rows = page.locator(".of-file tbody tr")
    rows.nth(1).wait_for()
    assert [round(each.evaluate(LINES)) for each in page.locator(".of-file bdi").all()] == [1, 1]
    assert "Una hoja de cálculo ha convertido en número un usuario" in rows.nth(0).inner_text()
    assert "La segunda columna es la observación." in rows.nth(1).inner_text()
    assert page.locator(".of-file [lang=en]").count() == 0
    assert seen.faults() == []
