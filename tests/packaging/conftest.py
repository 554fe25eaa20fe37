"""The built stack, and a local cloud whose functions run from it in a root like Lambda's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from layers.targets import LAMBDA_PYTHON, this_machine
from tests.cloud import artefacts, sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.template import Function
from tests.packaging import building, lambda_root
from tests.packaging.building import BuiltStack


@pytest.fixture(scope="session")
def built() -> BuiltStack:
    """For Lambda on this machine's architecture."""
    return building.build(this_machine().architecture.name)


@pytest.fixture(scope="session")
def root() -> Path:
    if lambda_root.interpreter().version != LAMBDA_PYTHON:
        pytest.skip(f"what is built for Python {LAMBDA_PYTHON} does not run on {lambda_root.interpreter().version}")
    if not lambda_root.can_be_entered():
        pytest.skip("this machine lets nobody make user namespaces")
    return lambda_root.make(building.ROOT / ".build" / "lambda-root")


@pytest.fixture(scope="session")
def cloud(built: BuiltStack, root: Path) -> Iterator[LocalCloud]:
    """The built template in a local cloud of its own, with the sample course run loaded."""

    def in_root(
        function: Function, code: Path, layers: Mapping[str, str], _build: artefacts.Build
    ) -> artefacts.Package:
        folders = [code / layers[logical_id] for logical_id in function.layers]
        return artefacts.archive(function.logical_id, lambda_root.function(root, code / function.folder, folders))

    with deployed(built.template, packaging=in_root) as running:
        sample.load(running)
        yield running
