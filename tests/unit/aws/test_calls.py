"""Single calls of AWS: pauses between tries, the rest of some work, and missing objects."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import continuation, missing, throttling


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """The range of each pause, as it comes."""
    ranges: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        ranges.append((low, high))
        return high

    monkeypatch.setattr(throttling.random, "uniform", uniform)
    monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)
    return ranges


def test_no_pause_comes_before_the_first_try(pauses: list[tuple[float, float]]) -> None:
    assert list(throttling.tries(1)) == [0]
    assert pauses == []
    assert list(throttling.tries(0)) == []


def test_the_pauses_grow_to_two_seconds_and_no_further(pauses: list[tuple[float, float]]) -> None:
    assert list(throttling.tries(9)) == list(range(9))
    assert pauses == [(0, most) for most in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0)]


def test_each_try_waits_for_its_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(throttling.time, "sleep", slept.append)
    monkeypatch.setattr(throttling.random, "uniform", lambda low, high: 0.03)
    for attempt in throttling.tries(3):
        assert slept == [0.03] * attempt


def test_the_rest_goes_to_the_alias_of_the_function_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(continuation, "lambda_", lambda: SimpleNamespace(invoke=lambda **call: calls.append(call)))
    continuation.go_on("digest", {"after": "7"})
    assert [{**call, "Payload": json.loads(call["Payload"])} for call in calls] == [
        {"FunctionName": "digest:live", "InvocationType": "Event", "Payload": {"after": "7"}}
    ]


@pytest.mark.parametrize(
    ("code", "listed", "is_missing"),
    [
        ("NoSuchKey", [], True),
        ("AccessDenied", [], True),
        ("AccessDenied", ["designs/1.json.old"], True),
        ("AccessDenied", ["designs/1.json"], False),
        ("SlowDown", [], False),
    ],
)
def test_a_forbidden_object_is_missing_only_if_the_list_does_not_have_it(
    monkeypatch: pytest.MonkeyPatch, code: str, listed: list[str], is_missing: bool
) -> None:
    asked: list[dict[str, Any]] = []

    def list_objects_v2(**call: Any) -> dict[str, Any]:
        asked.append(call)
        return {"Contents": [{"Key": key} for key in listed]} if listed else {}

    monkeypatch.setattr(missing, "s3", lambda: SimpleNamespace(list_objects_v2=list_objects_v2))
    assert missing.is_missing(code, "bucket", "designs/1.json") is is_missing
    assert asked == ([{"Bucket": "bucket", "Prefix": "designs/1.json", "MaxKeys": 1}] if code == "AccessDenied" else [])
