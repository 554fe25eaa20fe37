"""Verbs over moto, with a renderer that costs nothing where the picture does not matter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.faults import CheapRenderer


@pytest.fixture
def cheap(backend: Any) -> Any:
    return replace(backend, renderer=CheapRenderer("design-compilation", backend.documents))
