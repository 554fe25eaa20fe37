"""The built stack, and a local cloud whose functions run from it in a root like Lambda's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.targets import LAMBDA_PYTHON, this_machine
from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.packaging import building, lambda_root
from tests.packaging.building import BuiltStack


@pytest.fixture(scope="session")
def built() -> BuiltStack:
    """The build for Lambda on this machine's architecture."""
    return building.build(this_machine().architecture.name)


@pytest.fixture(scope="session")
def root() -> Path:
    if lambda_root.interpreter().version != LAMBDA_PYTHON:
        pytest.skip(f"what is built for Python {LAMBDA_PYTHON} does not run on {lambda_root.interpreter().version}")
    if not lambda_root.can_be_entered():
        pytest.skip("this machine lets nobody make user namespaces")
    return building.once(building.ROOT / ".build" / "lambda-root", lambda_root.make)


@pytest.fixture(scope="session")
def cloud(built: BuiltStack, root: Path) -> Iterator[LocalCloud]:
    """The built template in its own local cloud, with the sample course run."""
    with deployed(built.template, packaging=lambda_root.packaging(root)) as running:
        sample.load(running)
        yield running
