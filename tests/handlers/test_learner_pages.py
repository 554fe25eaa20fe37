"""A learner in a browser: signs in, sees the state of the certificate, and gets it on request."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates import runtime
from certificates.pages.signing_in import own_address
from certificates.rules.model import Pacing
from tests import faults
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, encoded
from tests.people import COURSE, enroll, make_run

RUN = f"/learn/{encoded(COURSE)}"


@pytest.fixture
def browser(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    return Browser(load("pages"))


@pytest.fixture
def zoe(browser: Browser) -> Browser:
    return browser.sign_in("zoe")


def test_a_visitor_who_is_not_signed_in_signs_in_and_comes_back(browser: Browser) -> None:
    answer = browser.get(f"{RUN}?from=mail")
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in?to=%2Flearn%2F")


def test_the_name_that_will_be_printed_is_shown_before_the_press(backend: Any, zoe: Browser) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", name="Zoë Ångström", grade="0.81")
    page = zoe.get(RUN).text
    for said in (
        "You have earned a certificate.",
        "It will carry the name",
        "Zoë Ångström",
        "81%",
        "Request certificate",
    ):
        assert said in page
    assert "https://lms.example/profile" in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Una \U00012000", "\U00012000 (U+12000 CUNEIFORM SIGN A)<"),
        (
            "".join(map(chr, range(0x12000, 0x12008))),
            "\U00012000 (U+12000 CUNEIFORM SIGN A), \U00012001 (U+12001 CUNEIFORM SIGN A TIMES A), "
            "\U00012002 (U+12002 CUNEIFORM SIGN A TIMES BAD), …<",
        ),
    ],
)
def test_a_learner_sees_what_part_of_the_name_cannot_be_printed(
    backend: Any, zoe: Browser, name: str, shown: str
) -> None:
    """The signs themselves, and no more words than a phone has room for."""
    make_run(backend)
    enroll(backend, "7", "zoe", name=name, grade="0.81")
    page = zoe.get(RUN).text
    assert f"No font here prints this part of your name: {shown}" in page
    assert "Change the name in your profile." in page


def test_a_percent_sign_stays_behind_its_number_between_arabic_words(backend: Any, zoe: Browser) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    assert "81\N{LEFT-TO-RIGHT MARK}%\N{LEFT-TO-RIGHT MARK}" in zoe.get(RUN, accept_language="ar").text


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Introduction to C++", "\u2068Introduction to C++\u2069"),
        ("علم الأحياء (1)", "علم الأحياء (1)"),
    ],
)
def test_a_title_in_an_arabic_sentence_has_its_own_direction(backend: Any, zoe: Browser, title: str, said: str) -> None:
    make_run(backend, title=title)
    enroll(backend, "7", "zoe", grade="0.81", mode="audit")
    sentence = zoe.get(RUN, accept_language="ar").text.partition(said)
    assert sentence[1], "the page says which course has no certificate for this track"
    assert not sentence[0].endswith("\u2068")


def test_a_press_that_is_throttled_says_so_and_the_next_one_succeeds(
    backend: Any, zoe: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    with faults.transactions_throttled(1):
        page = zoe.post(RUN)
    assert page.status == 503
    assert "Too many people are here at this moment. Try again." in page.text
    assert zoe.post(RUN).status == 303


def test_courses_without_a_certificate_follow_with_their_state(backend: Any, zoe: Browser) -> None:
    assert "Courses without a certificate yet" not in zoe.get("/learn").text
    other, third = "course-v1:Fjord+GEO1+2026", "course-v1:Fjord+MAT1+2026"
    for course_id, title, grade in ((COURSE, "Whales", "0.81"), (other, "Maps", "0.41"), (third, "Glass", "0.9")):
        make_run(backend, course_id, title=title)
        enroll(backend, "7", "zoe", course_id=course_id, grade=grade)
    zoe.post(RUN)
    page = zoe.get("/learn").text
    mine, _, courses = page.partition("Courses without a certificate yet")
    assert ("Whales" in mine, "Whales" in courses) == (True, False)
    assert courses.index("Maps") and "Not passing yet." in courses
    assert "Your grade is 41%. A certificate needs 50%" in courses
    assert courses.count("See and request</a>") == 1


def test_a_press_makes_the_certificate_and_a_second_one_the_same(backend: Any, zoe: Browser) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    for _ in range(2):
        assert (zoe.post(RUN).status, zoe.post(RUN).headers["location"]) == (303, RUN)
    page = zoe.get(RUN).text
    for said in ("Your certificate is ready.", "/pdf", "/picture?revision=1", "linkedin.com/profile/add"):
        assert said in page
    assert "Your certificate is ready." not in zoe.get("/learn").text
    assert "Marine Biology" in zoe.get("/learn").text


@pytest.mark.parametrize(
    ("settings", "learner", "said"),
    [
        ({}, {"grade": "0.4"}, ["Not passing yet.", "Your grade is 40%. A certificate needs 50%, so 10 points"]),
        ({"passing_grade": "0.9"}, {"grade": "0.8966"}, ["89.66%", "0.34 points"]),
        ({"passing_grade": "0.9"}, {"grade": "0.899999"}, ["89.99%", "0.01 points"]),
        ({}, {"grade": None}, ["You have no grade yet."]),
        ({}, {"grade": "0.9", "mode": "audit"}, ["Your track carries no certificate.", "Audit"]),
        ({}, {"grade": "0.9", "beta_tester": True}, ["Beta testers receive no certificate."]),
        ({}, {"grade": "0.9", "active": False}, ["You are not enrolled."]),
        (
            {"identity_required": True},
            {"grade": "0.9", "identity_verified": False},
            ["Your identity is not verified yet."],
        ),
        (
            {"pacing": Pacing.INSTRUCTOR, "available_on": datetime(2999, 2, 1, tzinfo=UTC)},
            {"grade": "0.1"},
            ["Results are known on 1 February 2999."],
        ),
        (
            {"pacing": Pacing.INSTRUCTOR, "end": datetime(2999, 1, 1, tzinfo=UTC)},
            {"grade": "0.9"},
            ["You have earned a certificate.", "It is issued on 1 January 2999."],
        ),
        (
            {
                "pacing": Pacing.INSTRUCTOR,
                "end": datetime(2999, 1, 1, tzinfo=UTC),
                "available_on": datetime(2999, 2, 1, tzinfo=UTC),
            },
            {"grade": "0.9"},
            ["It is issued on 1 January 2999, and shown on 1 February 2999."],
        ),
        (
            {
                "pacing": Pacing.INSTRUCTOR,
                "self_generation": True,
                "bulk_issue_at": "never",
                "available_on": datetime(2999, 2, 1, tzinfo=UTC),
            },
            {"grade": "0.9"},
            ["You can request it on this page from 1 February 2999 on."],
        ),
        ({"self_generation": False}, {"grade": "0.9"}, ["The course team issues it."]),
    ],
)
def test_every_state_explains_itself_and_the_next_step(
    backend: Any, zoe: Browser, settings: dict[str, Any], learner: dict[str, Any], said: list[str]
) -> None:
    from decimal import Decimal

    if "passing_grade" in settings:
        settings = {**settings, "passing_grade": Decimal(settings["passing_grade"])}
    make_run(backend, **settings)
    enroll(backend, "7", "zoe", **learner)
    page = zoe.get(RUN).text
    for sentence in said:
        assert sentence in page
    assert "Request certificate" not in page


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Ana 🌸 Petrova", "Ana Petrova"), ("👩\u200d🎓", "zoe"), ("\u200b\u3164", "zoe"), ("", "zoe")],
)
def test_the_page_has_the_name_as_it_will_be_printed(backend: Any, zoe: Browser, name: str, printed: str) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", name=name, grade="0.81")
    found = re.search(r'<p class="name[^"]*"><bdi[^>]*>([^<]*)</bdi>', zoe.get(RUN).text)
    assert found is not None and found[1] == printed


def test_a_learner_sees_until_when_the_certificate_is_valid(
    backend: Any, zoe: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "now", lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
    make_run(backend, valid_months=6)
    enroll(backend, "7", "zoe", grade="0.81")
    zoe.post(RUN)
    assert "Valid until 20 May 2027." in zoe.get(RUN).text
    assert "valid until 20 May 2027" in zoe.get("/learn").text
    asked = Caller(load("learner_requests"), "zoe")("GET", "/me/certificates").json()
    assert [held["expires_on"] for held in asked["items"]] == ["2027-05-20"]


def test_a_certificate_that_has_expired_is_not_called_ready(
    backend: Any, zoe: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "now", lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
    make_run(backend, valid_months=6)
    enroll(backend, "7", "zoe", grade="0.81")
    zoe.post(RUN)
    monkeypatch.setattr(runtime, "now", lambda: datetime(2027, 5, 20, 12, tzinfo=UTC))
    zoe.sign_in("zoe")
    assert "Your certificate is ready." in zoe.get(RUN).text
    assert "· valid until 20 May 2027" in zoe.get("/learn").text
    monkeypatch.setattr(runtime, "now", lambda: datetime(2027, 5, 21, 12, tzinfo=UTC))
    zoe.sign_in("zoe")
    page = zoe.get(RUN).text
    assert "Your certificate has expired." in page and "It was valid until 20 May 2027." in page
    assert "is ready" not in page
    assert "expired: valid until 20 May 2027" in zoe.get("/learn").text


def test_a_request_that_is_refused_says_why_and_changes_nothing(backend: Any, zoe: Browser) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.4")
    answer = zoe.post(RUN)
    assert (answer.status, "Not passing yet." in answer.text) == (409, True)


def test_an_unknown_run_has_a_page_that_says_so(zoe: Browser) -> None:
    answer = zoe.get(RUN)
    assert (answer.status, "There is no such course run here." in answer.text) == (404, True)
    assert zoe.get("/learn/nonsense").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "", "origin": "https://evil.example"},
        {"sec_fetch_site": "", "origin": "null"},
        {"sec_fetch_site": ""},
    ],
)
def test_a_form_of_another_site_is_refused(backend: Any, zoe: Browser, headers: dict[str, str]) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    assert zoe.post(RUN, **headers).status == 403
    assert "Request certificate" in zoe.get(RUN).text


def test_a_session_expires_and_typed_values_are_kept(backend: Any, browser: Browser) -> None:
    browser.sign_in("zoe", ago=timedelta(hours=9))
    answer = browser.post(RUN, {"note": "<b>typed</b>"})
    assert answer.status == 401
    assert "You have been signed out." in answer.text
    assert 'value="&lt;b&gt;typed&lt;/b&gt;"' in answer.text


def test_a_session_that_ended_before_a_press_leads_through_the_sign_in_back_to_the_button(browser: Browser) -> None:
    answer = browser.post(RUN)
    assert answer.status == 401
    assert 'href="/sign-in?to=%2Flearn%2Fcourse-v1%3A' in answer.text


def test_signing_out_ends_the_session_in_every_tab(browser: Browser, zoe: Browser) -> None:
    copy = dict(zoe.cookies)
    assert zoe.post("/sign-out").headers["location"] == "/verify"
    assert "__Host-session" not in zoe.cookies
    browser.cookies = copy
    assert browser.get("/learn").status == 303


def test_the_session_cookie_is_opaque_and_not_in_the_table(zoe: Browser) -> None:
    from tests.moto_cloud import items

    value = zoe.cookies["__Host-session"]
    assert "zoe" not in value
    assert value not in str(items())


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "learn", "", "/a\r\nb"])
def test_signing_in_never_leads_to_another_site(to: str) -> None:
    assert own_address(to) == "/learn"


def test_an_answer_to_another_attempt_signs_nobody_in(browser: Browser) -> None:
    answer = browser.get("/signed-in?code=1&state=2")
    assert (answer.status, browser.cookies) == (403, {})
