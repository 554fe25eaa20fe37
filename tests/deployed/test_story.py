"""The first thing after a deployment: `make story STACK=certificates`, or, without a stack, against the local cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud.cloud import LocalCloud
from tests.deployed import site
from tests.deployed.site import Site
from tests.deployed.story import tell


@pytest.fixture
def deployed_site(request: pytest.FixtureRequest) -> Iterator[Site]:
    if site.named():
        with site.of_environment() as found:
            yield found
        return
    cloud: LocalCloud = request.getfixturevalue("cloud")
    with site.of_local(cloud) as found:
        yield found


def test_a_run_is_made_issued_checked_and_a_certificate_invalidated(deployed_site: Site) -> None:
    tell(deployed_site)
