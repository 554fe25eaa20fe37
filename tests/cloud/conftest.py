"""The probe: a small stack with one of everything, deployed once for the tests of the local cloud itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.cloud import LocalCloud, deployed

PROBE = Path(__file__).parent / "probe" / "template.yaml"


@pytest.fixture(scope="session")
def probe() -> Iterator[LocalCloud]:
    with deployed(PROBE) as cloud:
        yield cloud
