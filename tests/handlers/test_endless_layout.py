"""A layout that never ends is refused with a message, like every other fault of a design."""

from __future__ import annotations

import io
import json
import threading
import time
from typing import Any

import pytest

from certificates.aws import renderer
from certificates.aws.renderer import Renderer
from certificates.designs import compilation
from certificates.designs.time_limit import TimeOver, time_limit
from certificates.errors import BadRequest
from certificates.messages.rendering import Rendering
from tests.people import make_run


def never_ends(*_: Any, **__: Any) -> Any:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: S112 - a library that goes on after every fault
            continue


@pytest.mark.parametrize("action", ["compile", "preview"])
def test_a_layout_that_never_ends_is_refused(backend: Any, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    run = make_run(backend)
    monkeypatch.setattr(compilation, "compile_design", never_ends)
    monkeypatch.setattr(compilation, "render", never_ends)
    said = compilation.carry_out(Rendering(action, run.design_digest, "previews/1.pdf"), backend.documents, 0.2)
    assert said.refused is not None
    assert "never end" in said.refused


def test_code_that_ends_in_time_has_no_limit_afterwards() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_a_time_limit_ends_code_that_catches_every_exception() -> None:
    with pytest.raises(TimeOver), time_limit(0.1):
        never_ends()


def test_another_thread_continues_without_a_limit() -> None:
    ended: list[bool] = []

    def work() -> None:
        with time_limit(0.01):
            time.sleep(0.05)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [True]


def test_a_function_that_lambda_has_ended_is_a_design_that_failed(
    backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = {"errorType": "Sandbox.Timedout", "errorMessage": "RequestId: 1 Error: Task timed out after 25.00 seconds"}

    class Killing:
        def invoke(self, **_: Any) -> dict[str, Any]:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(killed).encode())}

    monkeypatch.setattr(renderer, "lambda_", lambda *_: Killing())
    with pytest.raises(BadRequest) as refused:
        Renderer("design-compilation", backend.documents, None).compile("0" * 64)
    assert refused.value.reason == "design-failed"
