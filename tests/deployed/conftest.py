"""The local cloud as it is deployed without any parameter for sign-in: it has a user pool of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud.cloud import LocalCloud, deployed

OWN_POOL = {"OidcIssuer": "", "OidcAudience": "", "UsernameClaim": "username"}


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with deployed(parameters=OWN_POOL) as running:
        yield running
