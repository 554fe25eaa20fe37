"""A run of many learners: its lists come page by page, its counts at once, and a search finds every learner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.table import TABLE_NAME
from tests.handlers.browsing import Browser
from tests.handlers.test_staff_pages import TEACH, ines
from tests.people import COURSE, REPORTED

__all__ = ["ines"]

LEARNERS = 2_000


@pytest.fixture
def many(backend: Any, ines: Browser) -> Iterator[Browser]:
    """Every hundredth learner fails, all others pass; Zoe and Abe are there too."""
    table = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["eu-west-1"].get_table(TABLE_NAME)
    for number in range(LEARNERS - 2):
        user_id = f"7{number:05}"
        grade = "0.1" if number % 100 == 0 else "0.9"
        enrolled = EnrollmentItem.at(
            COURSE, user_id, "ENROLLMENT", mode="honor", active=True, enrolled_at=REPORTED, graded_at=REPORTED
        )
        profile = LearnerItem(
            pk=f"LEARNER#{user_id}",
            sk="PROFILE",
            user_id=user_id,
            username=f"u{number}",
            email="",
            name=f"Learner {number}",
        )
        table.put_item(enrolled.raw() | {"grade": {"N": grade}})
        table.put_item(profile.raw())
    yield ines


def rows(page: str) -> int:
    return page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")


def test_the_lists_of_a_large_run_are_paged_counted_and_filtered(many: Browser) -> None:
    page = many.get(f"{TEACH}/learners").text
    assert "All <span>2,000</span>" in page
    assert "Not passing <span>21</span>" in page
    assert rows(page) == 50
    following = page.partition('class="paging"')[2].partition("cursor=")[2].partition('"')[0]
    assert rows(many.get(f"{TEACH}/learners?cursor={following}").text) == 50
    assert rows(many.get(f"{TEACH}/learners?status=not-passing").text) == 21
    assert ">2,000</b>" in many.get(f"{TEACH}/generate").text
