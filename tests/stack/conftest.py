"""The deployed stack that the tests of this folder share: template.yaml, in a local cloud of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cloud import sample
from tests.cloud.cloud import LocalCloud, deployed


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with deployed() as running:
        yield running


@pytest.fixture(scope="session")
def sample_run(cloud: LocalCloud) -> LocalCloud:
    """The cloud with the sample course run loaded (see tests/samples)."""
    sample.load(cloud)
    return cloud
