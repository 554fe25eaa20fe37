"""The local cloud, deployed without any parameter for sign-in: it has its own user pool. Changes are sent to a bus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud.cloud import LocalCloud, deployed

OWN_POOL = {"OidcIssuer": "", "OidcAudience": "", "OidcClientId": "", "UsernameClaim": "username"}


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with deployed(parameters=OWN_POOL | {"CertificateEvents": "own"}) as running:
        yield running
