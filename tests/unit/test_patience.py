"""Tests wait long enough for a busy machine."""

from __future__ import annotations

import httpx

from tests.conftest import PATIENCE_SECONDS


def test_a_client_without_a_time_limit_of_its_own_has_that_of_the_tests() -> None:
    with httpx.Client() as client:
        assert client.timeout == httpx.Timeout(PATIENCE_SECONDS)
