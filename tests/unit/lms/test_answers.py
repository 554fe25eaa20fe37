"""An odd answer of the LMS is refused as an answer, or read: it never ends the reading with another error."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.errors import BadRequest, LmsUnavailable
from certificates.lms.fields import EventFields
from certificates.lms_api import answers
from certificates.lms_api.calls import Reply, wait_of
from certificates.lms_api.oauth import _read_tokens
from tests.lms import recorded

COURSE = (
    '{"course_id":"course-v1:Demo+C101+2026","name":"Tables &amp; Trees","org":"Demo","pacing":"self",'
    '"start":"2026-02-01T00:00:00Z","end":"2026-06-30T00:00:00Z"}'
)
DETAILS = '{"certificates_display_behavior":"end_with_date","certificate_available_date":"2026-07-01T00:00:00Z"}'
HOLDERS = '{"next":"https://lms.example/issued?page=2","results":[{"username":"mira"}]}'
FOLLOWED = recorded.ENROLLMENTS.replace('"next":null', '"next":"https://lms.example/enrollments?cursor=abc"')
ENDING = recorded.VERIFICATION.replace('"expiration_datetime":""', '"expiration_datetime":"12/01/2026"')

Read = Callable[[Any], object]

SAMPLES: dict[str, tuple[str, Read]] = {
    "account": (recorded.ACCOUNT, answers.account_from),
    "accounts": (f"[{recorded.ACCOUNT}]", answers.accounts_from),
    "rights": (recorded.ROLES, answers.rights_from),
    "enrollment": (recorded.ENROLLMENT, answers.lms_enrollment_from),
    "enrollments": (FOLLOWED, lambda said: answers.listing_from(said, answers.lms_enrollment_from)),
    "grade": (recorded.GRADE, lambda said: [answers.grade_from(row) for row in answers.rows_in(said)]),
    "grading": (recorded.GRADING_INFO, answers.passing_grade_from),
    "identity": (ENDING, answers.identity_from),
    "certificate": (recorded.CERTIFICATE, answers.lms_certificate_from),
    "holders": (HOLDERS, answers.holders_from),
    "beta testers": ('{"beta":[{"username":"mira"}]}', answers.beta_testers_from),
    "course": (COURSE, lambda said: answers.course_from(EventFields(said), None, None)),
    "details": (DETAILS, lambda said: answers.course_from(EventFields(json.loads(COURSE)), EventFields(said), None)),
}

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**400, 0.5, float("nan"), float("inf"), Decimal("1e-999"), Decimal("-Infinity")),
    *("", " ", "x", "\ud800", "\x00", "NaN", "-1", "1e400", "http://[", "https://lms.example/?page=&cursor="),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "12/31/9999", "02/30/2026", "2026-02-30"),
    *([], {}, [[]], [None], {"x": None}),
)


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """The path of each value in the answer, and of the answer itself."""
    yield ()
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from ((key, *path) for path in places(part))


def changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    made = copy.copy(value)
    made[path[0]] = changed(value[path[0]], path[1:], odd)
    return made


@pytest.mark.parametrize("name", SAMPLES)
def test_an_odd_value_in_any_place_is_refused_or_read(name: str) -> None:
    text, read = SAMPLES[name]
    said = json.loads(text)
    read(said)
    for path in places(said):
        for odd in ODD:
            try:
                read(changed(said, path, odd))
            except BadRequest as refused:
                assert refused.reason in {"malformed-event", "malformed-answer"}, (path, odd)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[" * 100_000, b'{"a": 1e99999999999999999999}', b"\xff", b"9" * 5000, b'{"a": "']
)
def test_an_answer_that_is_no_json_means_that_the_lms_cannot_be_read(content: bytes) -> None:
    with pytest.raises(LmsUnavailable):
        Reply(200, {}, content).json()


@pytest.mark.parametrize("seconds", [10**30, -5, 0, 3600, None, "soon"])
def test_a_token_is_renewed_within_a_day_whatever_the_lms_says(seconds: object) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    said = {"access_token": "a.b.c", "token_type": "JWT", "expires_in": seconds}
    tokens = _read_tokens(Reply(200, {}, json.dumps(said).encode()), now)
    assert now <= tokens.expires_at <= now + timedelta(days=1)


@pytest.mark.parametrize("text", ["available in " + "9" * 5000 + " seconds", "available in 31 seconds", "later"])
def test_a_busy_lms_is_asked_again_within_an_hour(text: str) -> None:
    assert 1 <= wait_of(Reply(429, {"retry-after": "9" * 5000}, text.encode())) <= 3600
