"""The functions as Lambda loads them, called by people who are signed in, or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

from tests.handlers.http_events import Answer, Caller, routed
from tests.loading import load as load


@pytest.fixture(autouse=True)
def documented() -> Iterator[None]:
    """Checks every answer in every test here against the OpenAPI document."""
    from tests.handlers.documented import require_documented

    ask = Caller.__call__

    def ask_and_look(caller: Caller, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        answer = ask(caller, method, path, body, **headers)
        require_documented(routed(method, path.partition("?")[0])[0], answer)
        return answer

    with patch.object(Caller, "__call__", ask_and_look):
        yield


@pytest.fixture
def people(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Caller]:
    """`people("learner_requests", "zoe")` calls that function as zoe."""
    from certificates import runtime

    monkeypatch.setattr(runtime, "backend", lambda base_url="": backend)

    def person(function: str, username: str | None = "zoe", **claims: str) -> Caller:
        return Caller(load(function), username, claims)

    return person


@pytest.fixture
def administrator(people: Callable[..., Caller]) -> Callable[[str], Caller]:
    """Global staff at the function of this name."""
    return lambda function: people(function, "root", administrator="true")
