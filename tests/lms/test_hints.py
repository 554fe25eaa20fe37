"""Posts of the webhooks plug-in: accepted with the right key, sent to the queue, and never trusted."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from certificates import runtime
from certificates.aws import queues
from certificates.aws.queues import ReconciliationQueue
from certificates.pages.hints import hinted
from tests import cheap_backend
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import encoded
from tests.lms.connecting import KnownSecret, connection
from tests.lms.fake import KEY, FakeLms
from tests.lms.reconciling import deliver, reconciling
from tests.people import make_run

KEY_OF_HINTS = "0123456789abcdef0123456789abcdef"
POSTED = {
    "openedx_events.learning.data.CourseEnrollmentData": {
        "user": {"id": 4711, "is_active": True, "pii": {"username": "mira", "email": "m@example.org", "name": "Mira"}},
        "course": {
            "course_key": KEY,
            "display_name": "Tables & Trees",
            "start": "2026-02-01 00:00:00+00:00",
            "end": None,
        },
        "mode": "verified",
        "is_active": True,
    },
    "event_metadata": {"event_type": "org.openedx.learning.course.enrollment.changed.v1", "id": "0f6c"},
}
GRADED = {
    "openedx_events.learning.data.PersistentCourseGradeData": {
        "user_id": 4711,
        "course": {"course_key": KEY, "display_name": "", "start": None, "end": None},
        "percent_grade": 0.99,
        "letter_grade": "Pass",
    },
    "event_metadata": {},
}


@pytest.fixture
def cloud(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = reconciling(cheap_backend.cheap(backend), lms, secrets=KnownSecret(hints_key=KEY_OF_HINTS))
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    return made


def post(body: Any, key: str = KEY_OF_HINTS) -> int:
    """A post of the plug-in: no cookie, no origin, no header of a browser."""
    browser = Browser(load("pages"))
    text = body if isinstance(body, str) else json.dumps(body)
    return browser._ask(
        "POST", f"/lms/hints/{encoded(key)}", text.encode(), {"content_type": "application/json"}
    ).status


@pytest.mark.parametrize("posted", [POSTED, GRADED])
def test_a_post_with_the_key_has_that_one_learner_read_again(cloud: Any, lms: FakeLms, posted: Any) -> None:
    make_run(cloud, KEY, automatic_generation=False)
    lms.knows(grades=[{"username": "mira", "course_id": KEY, "percent": 0.3}])
    assert post(posted) == 204
    deliver(cloud)
    facts = cloud.certificates.facts(KEY, "4711", site=cloud.site, now=runtime.now())
    assert (str(facts.enrollment.grade), facts.enrollment.verdict) == ("0.3", False), "as the LMS says, not the post"


def test_news_minutes_after_a_reading_lead_to_another_reading(cloud: Any, lms: FakeLms) -> None:
    """A FIFO queue drops a repeated message for five minutes, and the last of many grades is the one that counts."""
    make_run(cloud, KEY, automatic_generation=False)
    queue = ReconciliationQueue("https://queue.example/lms.fifo")
    sent: list[dict[str, str]] = []
    client = SimpleNamespace(send_message=lambda **message: sent.append(message))
    with patch.object(queues, "sqs", lambda: client), patch.object(cloud.reconciling.queue, "send", queue.send):
        assert [post(GRADED), post(GRADED)] == [204, 204]
    assert len({message["MessageDeduplicationId"] for message in sent}) == 2


@pytest.mark.parametrize("key", ["wrong", "", "\u00e9", KEY_OF_HINTS.upper(), KEY_OF_HINTS[:-1]])
def test_a_post_with_another_key_gets_the_answer_of_an_unknown_page(cloud: Any, key: str) -> None:
    assert post(POSTED, key or "x") == 404
    assert cloud.reconciling.queue.waiting == []


def test_without_a_key_in_the_secret_or_without_an_lms_there_is_no_such_page(
    cloud: Any, backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    none = replace(cloud, lms=connection(lms, secrets=KnownSecret(hints_key="")))
    monkeypatch.setattr(runtime, "backend", lambda base_url="": none)
    assert post(POSTED) == 404
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    assert post(POSTED) == 404


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"a": 1},
        {"a": {"user_id": 4711}},
        {"a": {"course": {"course_key": KEY}}},
        {"a": {"course": {"course_key": "library-v1:A+B"}, "user_id": 1}},
        {"a": {"course": {"course_key": KEY}, "user_id": "4711"}},
        {"a": {"course": {"course_key": KEY}, "user_id": True}},
        {"a": {"course": {"course_key": KEY}, "user_id": -1}},
        {"a": {"course": [KEY], "user": [1]}},
    ],
)
def test_a_post_in_another_form_is_accepted_and_ignored(body: Any) -> None:
    assert hinted(body) == []


def test_a_post_that_is_no_json_is_accepted_and_ignored(cloud: Any) -> None:
    assert post("{") == 204
    assert post("[" * 70_000) == 204
    assert cloud.reconciling.queue.waiting == []


def test_a_key_with_which_a_hint_comes_is_in_no_log(cloud: Any, capsys: pytest.CaptureFixture[str]) -> None:
    post(POSTED)
    post(POSTED, "wrong-key")
    said = capsys.readouterr()
    assert KEY_OF_HINTS not in said.out + said.err
    assert "wrong-key" not in said.out + said.err
