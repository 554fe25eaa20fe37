"""Addresses without a page: the answer says so in words, and a slash at the end does no harm."""

from __future__ import annotations

from typing import Any

import pytest

from certificates import runtime
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load


@pytest.fixture
def browser(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    return Browser(load("pages"))


@pytest.mark.parametrize("path", ["/nonsense", "/learn/a/b", "/teach/a/b/c/d", "/course-runs/a/b", "/.git/config"])
def test_an_address_without_a_page_has_a_page_that_says_so(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status, "There is no such page." in answer.text) == (404, True)
    assert "Check a certificate" in answer.text


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/learn/", "/learn"), ("/teach/?language=xx&a=b", "/teach?a=b"), ("/verify//", "/verify")],
)
def test_a_slash_at_the_end_is_left_out(browser: Browser, path: str, leads_to: str) -> None:
    answer = browser.get(path)
    assert (answer.status, answer.headers["location"]) == (302, leads_to)


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example//", "/%5Cevil.example/", "//evil.example"])
def test_no_address_leads_to_another_site(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    location = answer.headers.get("location", "/")
    assert location.startswith("/") and not location.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "headers",
    [{"accept": "application/json"}, {"accept": "*/*", "authorization": "Bearer 1"}, {"accept": "application/*"}],
)
def test_programs_get_what_api_gateway_says(browser: Browser, headers: dict[str, str]) -> None:
    answer = browser.get("/course-runs/course-v1:Fjord+BIO1+2026/certificats", **headers)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})
