"""An error of the product: what callers and logs get of it. Its message may have what a person typed; they do not."""

from __future__ import annotations

import inspect
import io
import json
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from certificates import runtime
from certificates.messages.function import FunctionFailed
from certificates.messages.queue import each_message
from certificates.telemetry import logger
from tests.handlers.conftest import load
from tests.handlers.http_events import Caller, Context, encoded
from tests.handlers.lms_events import sqs_event
from tests.people import COURSE, enroll, make_run
from tests.template import ROOT

TYPED = "Zoë Ilves zoe@example.org"
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
RUN = f"/course-runs/{encoded(COURSE)}"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    return logged


def lines(log: io.StringIO, message: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, log.getvalue().splitlines()) if line["message"] == message]


class Broken(dict[str, Any]):
    """An event whose every use ends with an error about a person."""

    def _fail(self, *_: object) -> Any:
        raise ValueError(TYPED) from KeyError(TYPED)

    __getitem__ = __contains__ = get = items = keys = _fail


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_fails_without_the_message_of_the_error(
    function: str, backend: Any, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda logs the message of an error and the errors behind it, and tries the event again."""
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    with pytest.raises(FunctionFailed) as failed:
        load(function)(Broken(), Context())
    assert str(failed.value) == f"ValueError in the request {Context.aws_request_id}"
    assert TYPED not in "".join(traceback.format_exception(failed.value)) + log.getvalue()
    [line] = lines(log, "function failed")
    assert [each["type"] for each in line["errors"]] == ["ValueError", "KeyError"]
    assert line["function_request_id"] == Context.aws_request_id


def fail(*_: Any, **__: Any) -> Any:
    raise ValueError(TYPED)


@pytest.mark.parametrize(
    ("function", "method", "path", "body"),
    [
        ("learner_requests", "GET", f"{RUN}/certificate", None),
        ("learner_requests", "POST", f"{RUN}/certificate", None),
        ("instructor_requests", "POST", f"{RUN}/exceptions", {"learner": TYPED, "note": TYPED}),
        ("certificate_invalidation", "POST", f"{RUN}/invalidations", {"learner": TYPED, "note": TYPED}),
        ("certificate_verification", "GET", f"/certificates/{'0' * 32}/pdf", None),
        ("learner_forgetting", "DELETE", "/learners/7", None),
        ("webhook_requests", "GET", f"{RUN}/webhooks", None),
    ],
)
def test_an_error_of_a_request_is_a_problem_with_a_reference_and_is_counted(
    people: Callable[..., Caller],
    backend: Any,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    function: str,
    method: str,
    path: str,
    body: Any,
) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    root = people(function, "root", administrator="true")
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", fail)
    answer = root(method, path, body)
    assert answer.refusal == (500, "internal-error")
    assert answer.json()["reference"] == "id"
    assert TYPED not in answer.text + log.getvalue()
    [line] = lines(log, "request failed")
    assert (line["correlation_id"], line["errors"][0]["type"]) == ("id", "ValueError")
    assert line["errors"][0]["frames"]
    assert '"RequestsFailed":[1.0]' in capsys.readouterr().out


def test_a_failed_call_with_a_key_leaves_no_answer_and_can_be_repeated(
    people: Callable[..., Caller], backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")
    root = people("instructor_requests", "root", administrator="true")
    body = {"learner": "zoe", "note": ""}
    with monkeypatch.context() as broken:
        broken.setattr("certificates.http.exceptions.add_exception", fail)
        assert root("POST", f"{RUN}/exceptions", body, Idempotency_Key="k").status == 500
    assert root("POST", f"{RUN}/exceptions", body, Idempotency_Key="k").status == 201


def test_a_message_that_fails_is_delivered_again_and_logged_without_what_it_has(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = each_message(fail, reserve_ms=0)(sqs_event({"name": TYPED}), Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    [line] = lines(log, "message failed")
    assert (line["errors"][0]["type"], line["message_id"]) == ("ValueError", "message-0")
    assert TYPED not in log.getvalue()
    assert '"MessagesFailed":[1.0]' in capsys.readouterr().out


def test_an_entry_of_the_stream_that_fails_is_delivered_again_and_logged_without_what_it_has(
    backend: Any, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = load("document_removal")
    names = inspect.unwrap(handler).__globals__
    monkeypatch.setitem(names, "have_signed", lambda *_: None)
    monkeypatch.setitem(names, "remove_obsolete", fail)
    images = {"OldImage": {"name": {"S": TYPED}}, "NewImage": {"name": {"S": TYPED}}, "SequenceNumber": "1"}
    record = {"eventID": "1", "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": images}
    assert handler({"Records": [record]}, Context()) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert [line["errors"][0]["type"] for line in lines(log, "message failed")] == ["ValueError"]
    assert TYPED not in log.getvalue()
