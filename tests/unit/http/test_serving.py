"""Serving: what each answer of an operation has, and what is refused before its handler runs."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import runtime, telemetry
from certificates.errors import BadRequest, Busy, LmsUnavailable, NotAllowed, NotFound, Throttled, TooLarge
from certificates.http import serving
from certificates.http.answers import Answer, answer
from certificates.http.api import Api
from certificates.http.doors import anyone
from certificates.http.parameters import SEARCH
from certificates.http.requests import Request, RequestWith
from tests.handlers.http_events import Context

NOW = datetime(2026, 11, 29, tzinfo=UTC)
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Serves one operation, `POST /things/{user_id}`, and calls it."""
    monkeypatch.setattr(runtime, "backend", lambda base_url: SimpleNamespace(base_url=base_url))
    monkeypatch.setattr(runtime, "now", lambda: NOW)
    monkeypatch.setenv("USERNAME_CLAIM", "username")

    def call(handler: Any, body: Any = None, path: Any = None, contract: Any = None, **event: Any) -> dict[str, Any]:
        api = Api()
        api.operation("POST", "/things/{user_id}", **{"door": anyone} | (contract or {}))(handler)
        sent: dict[str, Any] = {
            "routeKey": "POST /things/{user_id}",
            "rawPath": "/things/7",
            "requestContext": {"requestId": "r1", "domainName": "here.example"},
            "body": body,
            "pathParameters": {"user_id": "7"} if path is None else path,
        }
        context: Any = Context()
        return serving.lambda_handler(api)(sent | event, context)

    return call


def echo(request: Request) -> Answer:
    return answer(
        {
            "base_url": request.backend.base_url,
            "now": request.now,
            "path": request.path,
            "function": request.context.function_name,
            "operation": request.operation.path,
        }
    )


def noted(request: RequestWith[LearnerNote]) -> Answer:  # type: ignore[name-defined]  # noqa: F821 - read as text
    return answer({"learner": request.body.learner, "note": request.body.note})


def test_a_handler_gets_the_call_its_time_and_the_backend_of_its_host(ask: Ask) -> None:
    given = ask(echo)
    assert given["statusCode"] == 200
    assert json.loads(given["body"]) == {
        "base_url": "https://here.example",
        "now": "2026-11-29T00:00:00Z",
        "path": {"user_id": "7"},
        "function": "function",
        "operation": "/things/{user_id}",
    }


def test_no_cache_keeps_an_answer_and_no_browser_guesses_its_kind(ask: Ask) -> None:
    assert ask(echo)["headers"] == {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Type": "application/json",
    }


def test_an_answer_without_a_body_names_no_kind_and_may_have_headers_of_its_own(ask: Ask) -> None:
    given = ask(giving(Answer(204, headers={"Cache-Control": "public", "ETag": '"3"'})))
    assert given == {
        "statusCode": 204,
        "headers": {"X-Content-Type-Options": "nosniff", "Cache-Control": "public", "ETag": '"3"'},
        "body": "",
    }


def giving(given: Answer) -> Callable[[Request], Answer]:
    def handler(request: Request) -> Answer:
        return given

    return handler


def raising(error: Exception) -> Callable[[Request], Answer]:
    def handler(request: Request) -> Answer:
        raise error

    return handler


def problem_of(given: dict[str, Any]) -> tuple[int, str]:
    assert given["headers"]["Content-Type"] == "application/problem+json"
    return given["statusCode"], str(json.loads(given["body"])["type"]).removeprefix("urn:certificates:problem:")


def test_a_refusal_is_a_problem_and_an_overloaded_aws_is_one_too(ask: Ask) -> None:
    assert problem_of(ask(raising(NotFound("unknown-learner", "Nobody.")))) == (404, "unknown-learner")
    given = ask(raising(Throttled("Query")))
    assert problem_of(given) == (503, "throttled")
    assert given["headers"]["Retry-After"] == "1"


def test_an_error_of_the_product_is_a_problem_with_a_reference_and_without_the_error(ask: Ask) -> None:
    given = ask(raising(ValueError("the password of ada")))
    assert problem_of(given) == (500, "internal-error")
    assert json.loads(given["body"])["reference"] == "r1"
    assert "ada" not in given["body"]


def test_the_log_of_a_refusal_has_its_reason_the_route_and_the_id_of_the_call(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", written)
    ask(raising(NotFound("unknown-learner", "Nobody.")))
    ask(raising(Throttled("Query")))
    refused, throttled = map(json.loads, written.getvalue().splitlines())
    assert (refused["level"], refused["message"], refused["reason"]) == ("INFO", "refused", "unknown-learner")
    assert (throttled["level"], throttled["message"], throttled["call"]) == ("WARNING", "throttled", "Query")
    for line in (refused, throttled):
        assert (line["operation"], line["correlation_id"]) == ("POST /things/{user_id}", "r1")


def test_the_door_is_checked_before_path_and_body(ask: Ask) -> None:
    def closed(request: Request) -> None:
        raise NotAllowed("not-staff", "No.")

    given = ask(noted, "no json", {"user_id": ""}, {"door": closed})
    assert problem_of(given) == (403, "not-staff")


def test_a_call_without_values_in_its_path_is_served(ask: Ask) -> None:
    assert json.loads(ask(echo, pathParameters=None)["body"])["path"] == {}


@pytest.mark.parametrize(
    ("name", "reason", "text"),
    [
        ("user_id", "unknown-learner", "No learner is known under this id."),
        ("job_id", "unknown-job", "There is no such job of this run."),
        ("upload_id", "unknown-upload", "No such upload of this run."),
        ("list_id", "unknown-status-list", "There is no such status list."),
        ("webhook_id", "unknown-webhook", "There is no such webhook."),
        ("delivery_id", "unknown-delivery", "There is no such delivery, or it is older than 30 days."),
    ],
)
@pytest.mark.parametrize("value", ["", "x" * 256, "é" * 128])
def test_an_id_that_cannot_exist_is_not_found(name: str, reason: str, text: str, value: str) -> None:
    with pytest.raises(NotFound) as refused:
        serving._check_path({name: value})
    assert (refused.value.reason, str(refused.value)) == (reason, text)


@pytest.mark.parametrize("value", ["7", "x" * 255, "é" * 127, "\ud800"])
def test_an_id_may_have_255_bytes(value: str) -> None:
    serving._check_path({"user_id": value})
    serving._check_path({"course_id": ""})


def test_a_handler_gets_the_body_as_a_value_of_its_schema(ask: Ask) -> None:
    sent = json.dumps({"learner": "Zoë", "note": "ill"}, ensure_ascii=False)
    for given in (
        ask(noted, sent),
        ask(noted, "\ufeff" + sent),
        ask(noted, base64.b64encode(sent.encode()).decode(), isBase64Encoded=True),
    ):
        assert json.loads(given["body"]) == {"learner": "Zoë", "note": "ill"}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (None, (400, "not-json")),
        ("", (400, "not-json")),
        ('{"learner": "\ud800"}', (400, "not-json")),
        ('{"learner": 7}', (400, "invalid-body")),
        ('{"name": "ada"}', (400, "unknown-field")),
    ],
)
def test_a_body_that_does_not_follow_its_schema_is_refused(
    ask: Ask, body: str | None, refusal: tuple[int, str]
) -> None:
    assert problem_of(ask(noted, body)) == refusal


@pytest.mark.parametrize(("length", "fits"), [(100, True), (101, False)])
def test_a_body_has_at_most_the_bytes_of_its_operation(ask: Ask, length: int, fits: bool) -> None:
    body = '{"note": "' + "x" * (length - 12) + '"}'
    given = ask(noted, body, contract={"max_body_bytes": 100})
    assert given["statusCode"] == (200 if fits else 413)
    if not fits:
        assert json.loads(given["body"])["max_bytes"] == 100
        assert json.loads(given["body"])["detail"] == "The body may have at most 100 bytes."
        assert problem_of(given) == (413, "body-too-large")


def test_a_completed_answer_is_that_of_a_success_only(ask: Ask) -> None:
    def completed(request: Request, given: Answer) -> Answer:
        return answer({"before": json.loads(given.body), "for": request.path["user_id"]})

    given = ask(giving(answer({"a": 1}, 299)), contract={"completed": completed})
    assert json.loads(given["body"]) == {"before": {"a": 1}, "for": "7"}
    assert ask(giving(answer({}, 300)), contract={"completed": completed})["statusCode"] == 300


class Kept:
    """What `idempotency.once` is called with. It keeps the answers of this object."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def once(self, username: str, key: str, target: str, body: str, run: Callable[[], Any], context: Any) -> Any:
        self.calls.append((username, key, target, body, context.function_name))
        return run()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    from certificates.aws import idempotency

    kept = Kept()
    monkeypatch.setattr(idempotency, "once", kept.once)
    return kept


SIGNED_IN = {
    "requestContext": {
        "requestId": "r1",
        "domainName": "here.example",
        "authorizer": {"jwt": {"claims": {"username": "ada"}}},
    }
}


def with_key(key: str | None) -> dict[str, Any]:
    return {**SIGNED_IN, "headers": {"idempotency-key": key} if key is not None else {}}


def test_a_call_with_a_key_is_answered_once_for_caller_key_target_and_body(ask: Ask, kept: Kept) -> None:
    given = ask(echo, "text", contract={"idempotent": True}, **with_key("k1"))
    assert given["statusCode"] == 200
    assert json.loads(given["body"])["path"] == {"user_id": "7"}
    ask(echo, None, contract={"idempotent": True}, **with_key("k1"))
    assert kept.calls == [
        ("ada", "k1", "POST /things/7", "text", "function"),
        ("ada", "k1", "POST /things/7", "", "function"),
    ]


@pytest.mark.parametrize(("key", "idempotent"), [(None, True), ("", True), ("k1", False)])
def test_a_call_without_a_key_is_not_kept(ask: Ask, kept: Kept, key: str | None, idempotent: bool) -> None:
    assert ask(echo, contract={"idempotent": idempotent}, **with_key(key))["statusCode"] == 200
    assert kept.calls == []


def test_a_key_has_at_most_255_characters(ask: Ask, kept: Kept) -> None:
    assert ask(echo, contract={"idempotent": True}, **with_key("k" * 255))["statusCode"] == 200
    given = ask(echo, contract={"idempotent": True}, **with_key("k" * 256))
    assert problem_of(given) == (400, "bad-idempotency-key")
    assert json.loads(given["body"])["detail"] == "An Idempotency-Key has at most 255 characters."


def test_a_refusal_is_kept_but_not_one_that_another_try_may_not_get(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    from certificates.aws import idempotency

    answers: list[Any] = []

    def once(username: str, key: str, target: str, body: str, run: Callable[[], Any], context: Any) -> Any:
        answers.append(run())
        return answers[-1]

    monkeypatch.setattr(idempotency, "once", once)
    for error in (Busy("Others are here."), LmsUnavailable("The LMS is away.", 30)):
        given = ask(raising(error), contract={"idempotent": True}, **with_key("k1"))
        assert given["statusCode"] == 503
    assert answers == []
    given = ask(raising(BadRequest("bad-search", "No.")), contract={"idempotent": True}, **with_key("k1"))
    assert problem_of(given) == (400, "bad-search")
    assert [kept["status"] for kept in answers] == [400]


def test_each_route_has_its_own_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "backend", lambda base_url: None)
    api = Api()

    @api.operation("GET", "/a", door=anyone, reads=(SEARCH,))
    def search(request: Request) -> Answer:
        return answer({"a": request.read(SEARCH)})

    api.operation("PUT", "/a", door=anyone)(giving(answer({"b": 1})))
    handle = serving.lambda_handler(api)
    context: Any = Context()
    event = {"requestContext": {"requestId": "r1", "domainName": "here"}, "queryStringParameters": {"search": "x"}}
    assert handle({**event, "routeKey": "GET /a"}, context)["body"] == '{"a": "x"}'
    assert handle({**event, "routeKey": "PUT /a"}, context)["body"] == '{"b": 1}'


def test_a_body_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        serving._body({"body": "no json"}, "LearnerNote", 3)
