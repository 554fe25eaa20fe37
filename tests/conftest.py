"""What tests of verbs and handlers need: moto in this process, with the table and bucket of template.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from tests import function_settings as function_settings  # isort: skip - before the product, which moto_cloud imports
from tests import kept, moto_cloud, scheduling

# The time of an example depends on the machine, not on the product.
settings.register_profile("certificates", deadline=None)
settings.load_profile("certificates")


PATIENCE_SECONDS = 150
"""How long an HTTP client of the tests waits by default. A function that begins on a busy machine needs longer than
httpx's five seconds.
"""
for _phase in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, _phase, PATIENCE_SECONDS)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        kept.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        kept.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scheduling.order(items)


@pytest.hookimpl(optionalhook=True)  # as all hooks of xdist
def pytest_xdist_auto_num_workers() -> int:
    return scheduling.processes()


@pytest.hookimpl(optionalhook=True)  # missing without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.Scheduling | None:
    """Without `--dist loadfile`, xdist distributes each test alone. Emulated tests need this."""
    return scheduling.Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture
def backend() -> Iterator[Any]:
    """The product's own backend over an empty cloud; the rendering function answers in this process."""
    with moto_cloud.empty_cloud() as built:
        yield built


@pytest.fixture
def aws(backend: Any) -> None:
    """An empty cloud in this process: the table and the bucket of template.yaml, nothing in them."""


@pytest.fixture
def objects(aws: None) -> Any:
    """The keys in the bucket under a prefix."""
    return moto_cloud.objects
