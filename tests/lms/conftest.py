"""One LMS for all tests of this folder, reset for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from certificates import runtime
from certificates.lms_api import calls
from tests import cheap_backend
from tests.cloud.server import free_port
from tests.lms.asking import Asking
from tests.lms.connecting import connection
from tests.lms.fake import FakeLms, running


@pytest.fixture(scope="session")
def running_lms() -> Iterator[FakeLms]:
    with running(free_port()) as fake:
        yield fake


@pytest.fixture
def lms(running_lms: FakeLms) -> FakeLms:
    running_lms.begin_anew()
    return running_lms


@pytest.fixture(autouse=True)
def without_tls() -> Iterator[None]:
    """The LMS of the tests speaks plain HTTP, on loopback."""
    with patch.dict("os.environ", OAUTHLIB_INSECURE_TRANSPORT="1"):
        yield


@pytest.fixture(autouse=True)
def short_pauses() -> Iterator[None]:
    """Hundreds of calls fail on purpose here."""
    with patch.object(calls, "BEFORE_ANOTHER_TRY", (0.0, 0.01)):
        yield


@pytest.fixture
def asking(lms: FakeLms) -> Asking:
    return Asking(lms)


@pytest.fixture
def cloud(backend: Any, lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The backend of functions that read from this LMS."""
    made = replace(cheap_backend.cheap(backend), lms=connection(lms))
    monkeypatch.setattr(runtime, "backend", lambda base_url="": made)
    return made
