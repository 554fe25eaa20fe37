"""Each role grants exactly the calls of its function's code: nothing is missing, nothing is unused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.grants import event_stories, http_stories, page_stories
from tests.grants.granted import granted, used_by_lambda
from tests.grants.world import World
from tests.jobs import few_shards
from tests.template import functions

STORIES = (http_stories, event_stories, page_stories)


def story(function: str) -> Callable[[World], None]:
    """The story of the function with this folder."""
    name = functions()[function]["CodeUri"].removeprefix("functions/")
    found: Callable[[World], None] | None = next(
        (found for stories in STORIES if (found := getattr(stories, name, None))), None
    )
    assert found is not None, f"tests/grants tells nothing of {function}"
    return found


@pytest.mark.parametrize("function", functions())
def test_a_role_grants_exactly_the_calls_of_its_function(
    function: str, backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(function, backend, monkeypatch)
    with few_shards():
        story(function)(world)
    used, allowed = world.recorder.used | used_by_lambda(function), granted(function)
    wrong = [f"{function} uses {action} on {resource}, not granted" for action, resource in used - allowed]
    wrong += [f"{function} is granted {action} on {resource}, not used" for action, resource in allowed - used]
    assert not wrong, "\n".join(sorted(wrong))
