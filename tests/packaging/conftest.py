"""The built stack, and a local cloud whose functions run from it in a root like Lambda's."""

from __future__ import annotations

import io
import shlex
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.cloud import artefacts, sample
from tests.cloud.cloud import LocalCloud, deployed
from tests.cloud.template import Function
from tests.packaging import building, lambda_root
from tests.packaging.building import BuiltStack

LAMBDA_PYTHON = "3.13"


@pytest.fixture(scope="session")
def built() -> BuiltStack:
    """For Lambda on this machine's architecture."""
    return building.build(lambda_root.ARCHITECTURE)


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

    def package(function: Function, code: Path, layers: Mapping[str, str], build: artefacts.Build) -> artefacts.Package:
        folders = [code / layers[logical_id] for logical_id in function.layers]
        command = lambda_root.command(root, code / function.folder, folders)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as content:
            bootstrap = zipfile.ZipInfo("bootstrap")
            bootstrap.external_attr = 0o755 << 16
            content.writestr(bootstrap, f"#!/bin/sh\nexec {shlex.join(command)}\n")
        return artefacts.Package(f"{function.logical_id}.zip", archive.getvalue())

    with patch.object(artefacts, "package", package), deployed(built.template) as running:
        sample.load(running)
        yield running
