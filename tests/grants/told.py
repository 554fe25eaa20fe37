"""The story of each function, told once in a run of the tests: what its calls need, and the calls themselves."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

from tests import kept, moto_cloud
from tests.grants import event_stories, http_stories, page_stories
from tests.grants.granted import Grant
from tests.grants.world import World
from tests.jobs import few_shards
from tests.template import functions

STORIES = (http_stories, event_stories, page_stories)

Call = tuple[str, str, dict[str, Any]]
"""The service, the operation and its parameters."""


@dataclass(frozen=True)
class Told:
    """What the calls of a function used, and every call of its story, also those of the preparations."""

    used: frozenset[Grant]
    calls: list[Call]


def told(function: str) -> Told:
    """The story of a function, by its logical id. Raises the error of a story that fails."""
    made: Told = pickle.loads(kept.once("story", function, lambda: pickle.dumps(_tell(function))))  # noqa: S301 - ours
    return made


def _tell(function: str) -> Told:
    calls: list[Call] = []
    with moto_cloud.empty_cloud() as backend, pytest.MonkeyPatch.context() as patched:
        world = World(function, backend, patched)
        with few_shards(), _noted(calls):
            _story(function)(world)
        return Told(frozenset(world.recorder.used), calls)


def _story(function: str) -> Callable[[World], None]:
    """The story of the function with this folder."""
    name = functions()[function]["CodeUri"].removeprefix("functions/")
    found: Callable[[World], None] | None = next(
        (found for stories in STORIES if (found := getattr(stories, name, None))), None
    )
    assert found is not None, f"tests/grants tells nothing of {function}"
    return found


@contextmanager
def _noted(calls: list[Call]) -> Iterator[None]:
    """Note every call in the block, and make it."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: Any, operation: str, values: Any) -> Any:
        # A file is closed before the call is made again.
        lasting = {name: b"" if hasattr(value, "read") else value for name, value in values.items()}
        calls.append((client.meta.service_model.service_name, operation, lasting))
        return real(client, operation, values)

    with patch.object(BaseClient, "_make_api_call", call):
        yield
