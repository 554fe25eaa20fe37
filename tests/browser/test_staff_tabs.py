"""Every tab of course staff in a real browser is accessible, before staff have done anything."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.chromium import DESKTOP, FAULTLESS, PHONE
from tests.browser.test_staff import TABS, TEACH
from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF


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
