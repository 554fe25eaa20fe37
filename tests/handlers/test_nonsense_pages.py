"""Nonsense in addresses and forms is refused on a page: nothing that a browser sends is an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from certificates import runtime
from certificates.http.cursors import cursor_of
from certificates.runtime import webhooks
from tests import jobs
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import encoded
from tests.moto_cloud import items
from tests.people import COURSE, enroll, make_run

TEACH = f"/teach/{encoded(COURSE)}"
LONG = "x" * 3000
"""Longer than any key of the table."""


@pytest.fixture
def ines(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    make_run(backend)
    backend.runs.replace_staff(COURSE, ["ines"])
    monkeypatch.setenv("WEBHOOK_QUEUE_URL", "https://queue.example/webhooks")
    webhooks.managing.cache_clear()
    enroll(backend, "1", "zoe", grade="0.9")
    with jobs.few_shards():
        yield Browser(load("pages")).sign_in("ines")


@pytest.mark.parametrize(
    "path",
    [
        f"{TEACH}/learners/{LONG}",
        f"{TEACH}/jobs/{LONG}",
        f"{TEACH}/jobs/{LONG}/results.csv",
        f"/learn/{LONG}",
        f"/mail/{LONG}.{LONG}",
    ],
)
def test_an_address_with_an_impossible_id_is_not_found(ines: Browser, path: str) -> None:
    assert ines.get(path).status == 404


@pytest.mark.parametrize("tab", ["records?upload=", "exceptions?upload=", "webhooks?webhook="])
def test_a_query_with_an_impossible_id_shows_the_tab(ines: Browser, tab: str) -> None:
    assert ines.get(f"{TEACH}/{tab}{LONG}").status in {200, 404}


@pytest.mark.parametrize("tab", ["learners", "exceptions", "invalidations", "mails"])
@pytest.mark.parametrize("key", ["00/NOTHING#7", "course-v1:A+B+C", "7", "00/~", "x"])
def test_a_place_in_another_list_is_refused(ines: Browser, tab: str, key: str) -> None:
    assert ines.get(f"{TEACH}/{tab}?cursor={cursor_of(key)}").status == 400


@pytest.mark.parametrize(
    ("tab", "form"),
    [
        ("exceptions", {"action": "add", "learner": LONG, "note": ""}),
        ("exceptions", {"action": "remove", "user_id": LONG}),
        ("invalidations", {"action": "ask", "learner": LONG, "note": ""}),
        ("invalidations", {"action": "invalidate", "learner": LONG, "note": ""}),
        ("invalidations", {"action": "revalidate", "user_id": LONG}),
    ],
)
def test_a_form_that_names_an_impossible_learner_is_refused(ines: Browser, tab: str, form: dict[str, str]) -> None:
    assert ines.post(f"{TEACH}/{tab}", form).status == 404


@pytest.mark.parametrize(
    ("tab", "form"),
    [
        ("exceptions", {}),
        ("exceptions", {"action": "ad", "learner": "zoe"}),
        ("invalidations", {"action": "re-validate", "user_id": "1"}),
        ("generate", {"really": "yes"}),
        ("generate", {"kind": "everything", "really": "yes"}),
        ("generate", {"kind": "bulk", "when": "later", "really": "yes"}),
        ("design", {"action": "drop"}),
    ],
)
def test_a_form_with_an_action_that_no_page_offers_changes_nothing(
    ines: Browser, tab: str, form: dict[str, str]
) -> None:
    ines.get(f"{TEACH}/{tab}")
    before = items()  # with the counts that a page keeps
    answer = ines.post(f"{TEACH}/{tab}", form)
    assert (answer.status, "There is no such choice." in answer.text) == (400, True)
    assert items() == before


@pytest.mark.parametrize("opened", ["[" * 100_000, "{}", "null", "é"])
def test_settings_whose_first_reading_is_nonsense_are_compared_with_what_is_stored(ines: Browser, opened: str) -> None:
    assert ines.post(f"{TEACH}/settings", {"opened": opened, "title": ""}).status < 500


def test_a_form_with_half_a_character_is_read(ines: Browser) -> None:
    assert ines._ask("POST", f"{TEACH}/exceptions", b"action=add&learner=%ED%A0%80", OWN).status < 500


OWN = {"sec_fetch_site": "same-origin"}


@pytest.mark.parametrize("state", ["%C3%A9", "%ED%A0%80", "%FF", "", "x"])
def test_the_answer_of_a_sign_in_page_with_a_state_of_any_characters_signs_nobody_in(ines: Browser, state: str) -> None:
    begun = Browser(ines.handler, {"__Host-sign-in": "state=a&nonce=b&verifier=c&to=%2Flearn"})
    assert begun.get(f"/signed-in?code=1&state={state}").status == 403
    assert "__Host-session" not in begun.cookies
