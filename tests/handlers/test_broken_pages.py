"""A fault of the product on a page: the reader gets words in their language, and the operator gets the fault."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from certificates import runtime
from certificates.pages import serving
from certificates.telemetry import logger
from tests import faults
from tests.handlers.browsing import Browser
from tests.handlers.conftest import load
from tests.handlers.http_events import Context, encoded
from tests.people import COURSE, enroll, make_run
from tests.template import resource

RUN = f"/learn/{encoded(COURSE)}"
RUN_IN_LINKS = RUN.replace("%3A", ":").replace("%2B", "+")
TEACH = f"/teach/{encoded(COURSE)}"
TYPED = "Zoë <script>"


@pytest.fixture
def zoe(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    make_run(backend)
    backend.runs.replace_staff(COURSE, ["zoe"])
    enroll(backend, "7", "zoe", grade="0.81")
    return Browser(load("pages")).sign_in("zoe")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    return logged


def break_down(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Every call of AWS ends with this error."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", fail)


@pytest.mark.parametrize(
    ("language", "said", "again"),
    [
        ("en", "This page cannot be shown at this moment.", "Try again"),
        ("es", "Esta página no se puede mostrar en este momento.", "Intentar de nuevo"),
        ("ar", "لا يمكن عرض هذه الصفحة في هذه اللحظة.", "حاول مجددًا"),
    ],
)
def test_an_error_is_a_page_in_words_with_a_reference(
    zoe: Browser, monkeypatch: pytest.MonkeyPatch, language: str, said: str, again: str
) -> None:
    break_down(monkeypatch, RuntimeError(f"internal: {TYPED}"))
    answer = zoe.get(f"{RUN}?from=mail", accept_language=language)
    assert (answer.status, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    for words in (said, again, f'href="{RUN_IN_LINKS}?from=mail"', '<bdi dir="ltr" class="mono">id</bdi>'):
        assert words in answer.text
    for inside in ("internal", "RuntimeError", "Traceback", "Zoë"):
        assert inside not in answer.text


def test_an_error_is_logged_and_counted_with_its_place_and_without_what_people_typed(
    zoe: Browser, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    break_down(monkeypatch, KeyError(TYPED))
    answer = zoe.post(f"{TEACH}/exceptions", {"action": "add", "learner": TYPED, "note": TYPED})
    assert answer.status == 500
    [line] = [each for each in map(json.loads, log.getvalue().splitlines()) if each["message"] == "request failed"]
    assert (line["level"], line["correlation_id"], line["errors"][0]["type"]) == ("ERROR", "id", "KeyError")
    assert any("session_store.py" in frame for frame in line["errors"][0]["frames"])
    assert "Zo" not in log.getvalue()
    assert '"RequestsFailed":[1.0]' in capsys.readouterr().out


def test_a_refusal_of_aws_is_logged_with_its_code(
    zoe: Browser, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    refusal = {"Error": {"Code": "AccessDeniedException", "Message": "arn:aws:iam::1:role/pages may not"}}
    break_down(monkeypatch, ClientError(refusal, "BatchGetItem"))
    assert zoe.get(RUN).status == 500
    line = json.loads(log.getvalue().splitlines()[-1])
    assert (line["errors"][0]["code"], line["errors"][0]["call"]) == ("AccessDeniedException", "BatchGetItem")


def test_the_alarm_about_requests_counts_pages_with_an_error() -> None:
    metrics = [each["MetricStat"]["Metric"] for each in resource("RequestErrors")["Metrics"] if "MetricStat" in each]
    assert {
        "Namespace": "Certificates",
        "MetricName": "RequestsFailed",
        "Dimensions": [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}],
    } in metrics


def test_a_form_that_ended_with_an_error_is_kept_and_leads_back_to_its_page(
    zoe: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"action": "add", "learner": TYPED, "note": "kept"}
    with monkeypatch.context() as broken:
        broken.setattr(serving, "session_of", lambda *_: 1 / 0)
        page = zoe.post(
            f"{TEACH}/exceptions", form, referer=f"https://certificates.example{TEACH}/exceptions?cursor=x"
        ).text
        assert "It is not certain whether this was done." in page
        assert f'href="{TEACH}/exceptions?cursor=x"' in page
        assert 'name="note" value="kept"' in page and TYPED not in page
        elsewhere = zoe.post(f"{TEACH}/exceptions", form, referer="https://evil.example/x").text
        assert "evil.example" not in elsewhere
        twice = zoe.post(f"{TEACH}/exceptions", form, referer="https://certificates.example//evil.example/x").text
        assert 'href="/evil.example/x"' in twice
    assert zoe.post(f"{TEACH}/exceptions", form | {"learner": "zoe"}).status == 303


def test_a_page_that_takes_too_long_ends_in_words_before_lambda_ends_it(
    zoe: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hang(*_: Any) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            time.sleep(0.01)

    monkeypatch.setattr(serving, "session_of", hang)
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: serving.FOR_AN_ERROR_SECONDS * 1000 + 100)
    answer = zoe.get(RUN)
    assert (answer.status, "This site took too long." in answer.text) == (500, True)
    assert '"RequestsFailed":[1.0]' in capsys.readouterr().out


def test_a_throttled_page_offers_another_try(zoe: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with faults.throttled(1):
        looked, sent = zoe.get(RUN), zoe.post(f"{TEACH}/exceptions", {"action": "add", "learner": "zoe"})
    assert (looked.status, sent.status, looked.headers["retry-after"]) == (503, 503, "1")
    assert f'href="{RUN_IN_LINKS}">Try again' in looked.text
    assert 'name="learner" value="zoe"' in sent.text and "Send it again" in sent.text


def test_the_public_page_of_a_certificate_ends_in_words_too_and_programs_get_a_problem(
    backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    anybody = Browser(load("certificate_verification"))
    break_down(monkeypatch, RuntimeError("internal"))
    answer = anybody.get(f"/certificates/{'0' * 32}")
    assert (answer.status, "There is a fault on this site." in answer.text) == (500, True)
    assert "My certificates" in answer.text
    problem = anybody.get(f"/certificates/{'0' * 32}", accept="application/json")
    assert (problem.status, problem.json()["type"]) == (500, "urn:certificates:problem:internal-error")


def test_a_page_without_a_backend_ends_in_words(zoe: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(base_url: str = "") -> Any:
        raise KeyError("BUCKET_NAME")

    monkeypatch.setattr(runtime, "backend", missing)
    assert zoe.get(RUN).status == 500


def test_who_could_not_sign_in_is_led_to_the_sign_in_page(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    page = Browser(load("pages")).get("/signed-in?state=other&code=1")
    assert (page.status, "You are not signed in." in page.text) == (403, True)
    assert '<a class="button filled" href="/sign-in">' in page.text


def test_a_picture_is_refused_as_a_problem_and_so_is_an_error_of_it(
    backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This function has none of the settings of a page in words."""
    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)
    monkeypatch.setattr("time.sleep", lambda _: None)
    for name in ("SITE_NAME", "PRIVACY_URL", "HELP_URL", "PROFILE_URL", "LINKEDIN_ORGANIZATION_ID"):
        monkeypatch.delenv(name)
    programs, path = Browser(load("certificate_picture")), f"/certificates/{'0' * 32}/picture"
    assert programs.get(path).json()["type"] == "urn:certificates:problem:unknown-certificate"
    with faults.throttled(1):
        throttled = programs.get(path)
    assert (throttled.status, throttled.headers["retry-after"]) == (503, "1")
    assert throttled.json()["type"] == "urn:certificates:problem:throttled"
    break_down(monkeypatch, RuntimeError("internal"))
    failed = programs.get(path)
    assert (failed.status, failed.json()["reference"]) == (500, "id")
    assert failed.json()["type"] == "urn:certificates:problem:internal-error"
