"""Verbs over moto."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cheap_backend


@pytest.fixture
def cheap(backend: Any) -> Any:
    """The backend with a renderer that costs nothing."""
    return cheap_backend.cheap(backend)
