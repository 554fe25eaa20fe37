"""The lists of the staff's pages: the shown part, the links to the other parts, and an empty list."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from certificates.pages.staff import exceptions, learners, paging
from tests.handlers.browsing import Browser
from tests.handlers.test_staff_pages import TEACH, TYPED, ines
from tests.people import enroll

__all__ = ["ines"]

LEARNERS = f"{TEACH}/learners"


def foot(page: str) -> str:
    """The text at the end of the list, without marks."""
    return " ".join(re.sub("<[^>]*>", " ", page.partition('<div class="paging">')[2].partition("</div>")[0]).split())


def link(page: str, rel: str) -> str:
    """The address of the next or previous part, "" if there is none."""
    found = re.search(rf'<a class="button small" href="([^"]*)" rel="{rel}">', page)
    return unescape(found[1]) if found else ""


def usernames(page: str) -> list[str]:
    return re.findall(r"<small><bdi>(\w+)</bdi>", page)


@pytest.fixture
def pairs(backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A browser in which seven learners are shown two by two."""
    monkeypatch.setattr(learners, "A_PAGE", 2)
    monkeypatch.setattr(exceptions, "A_PAGE", 2)
    for number in range(3, 8):
        enroll(backend, str(number), f"kim{number}", name=f"Kim {number}", grade="0.9")
    return ines


@pytest.mark.parametrize(("wanted", "total"), [("", 7), ("status=no-certificate", 6)])
def test_next_and_previous_walk_a_list_with_numbers(pairs: Browser, wanted: str, total: int) -> None:
    page = pairs.get(f"{LEARNERS}?{wanted}").text
    parts, feet = [usernames(page)], [foot(page)]
    while address := link(page, "next"):
        page = pairs.get(address).text
        parts.append(usernames(page))
        feet.append(foot(page))
    assert feet[0] == f"1–2 of {total} Next"
    assert feet[1] == f"3–4 of {total} Previous Next"
    assert feet[-1].startswith(f"{total - len(parts[-1]) + 1}–{total} of {total} Previous")
    assert len({name for part in parts for name in part}) == total
    for part in parts[-2::-1]:
        page = pairs.get(link(page, "prev")).text
        assert usernames(page) == part
    assert foot(page) == f"1–2 of {total} Next"


def test_a_search_has_numbers_and_no_total_before_its_end(pairs: Browser) -> None:
    page = pairs.get(f"{LEARNERS}?search=kim").text
    assert foot(page) == "1–2 Next"
    page = pairs.get(link(page, "next")).text
    assert foot(page) == "3–4 Previous Next"
    assert "search=kim" in link(page, "prev")
    page = pairs.get(link(page, "next")).text
    assert foot(page) == "5–5 of 5 Previous"


def test_the_exception_list_has_numbers(pairs: Browser) -> None:
    for number in range(3, 6):
        pairs.post(f"{TEACH}/exceptions", {"action": "add", "learner": f"kim{number}"})
    page = pairs.get(f"{TEACH}/exceptions?done=added").text
    assert foot(page) == "1–2 of 3 Next"
    assert foot(pairs.get(link(page, "next")).text) == "3–3 of 3 Previous"


def test_the_address_has_a_limited_number_of_earlier_pages(pairs: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_STEPS_BACK", 2)
    page = pairs.get(LEARNERS).text
    for _ in range(3):
        page = pairs.get(link(page, "next")).text
    assert foot(page) == "7–7 of 7 Previous"
    page = pairs.get(link(page, "prev")).text
    assert foot(page) == "5–6 of 7 Previous Next"
    assert link(page, "prev") == LEARNERS


@pytest.mark.parametrize("steps", ["", "9:other", "nonsense", "9" * 400 + ":x", f"1:.{TYPED}"])
def test_a_changed_address_shows_the_list_without_numbers(pairs: Browser, steps: str) -> None:
    following = link(pairs.get(LEARNERS).text, "next").partition("&steps=")[0]
    page = pairs.get(f"{following}&steps={steps}")
    assert page.status == 200
    assert foot(page.text) == "Previous Next"
    assert link(page.text, "prev") == LEARNERS
    assert TYPED not in page.text


def test_a_search_without_a_match_names_the_search_and_its_fields(ines: Browser) -> None:
    page = ines.get(f"{LEARNERS}?search=<i>ilvis").text
    assert "No learner matches “&lt;i&gt;ilvis”." in page
    assert "Looked for in the names, usernames and e-mail addresses of all 2 learners." in page
    assert "Show all learners" in page
    page = ines.get(f"{LEARNERS}?search=abe&status=failed").text
    assert "Only learners with this mark are shown: Failed." in page
    assert f'href="{LEARNERS}?search=abe"' in page
    page = ines.get(f"{LEARNERS}?status=failed").text
    assert ("No learner is here." in page, "Looked for" in page) == (True, False)


def test_an_unfinished_search_without_a_match_can_go_on(
    backend: Any, ines: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.lists.learners.MAX_EXAMINED", 1)
    monkeypatch.setattr("certificates.lists.learners._BATCH", 1)
    page = ines.get(f"{LEARNERS}?search=nobody").text
    assert "It can go on." in page
    onward = unescape(re.search(r'href="([^"]*)">Search on<', page)[1])  # type: ignore[index]
    assert "search=nobody" in onward
    assert ines.get(onward).status == 200
