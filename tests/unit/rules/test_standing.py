"""The standing of a certificate: every learner has one, and the filters separate them."""

from __future__ import annotations

from typing import Any

import pytest

from certificates.rules.model import Status
from certificates.rules.standing import FILTERS, Standing, standing_of
from tests.unit.rules.made import FAILED, INVALIDATION, facts


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, Standing.NO_CERTIFICATE),
        ({"passing": False}, Standing.NOT_PASSING),
        ({"passing": False, "exception": True}, Standing.NO_CERTIFICATE),
        ({"status": Status.DOWNLOADABLE}, Standing.ISSUED),
        ({"status": Status.UNVERIFIED}, Standing.IDENTITY_MISSING),
        ({"status": Status.NOTPASSING, "passing": False}, Standing.WITHDRAWN),
        ({"status": Status.UNAVAILABLE, "invalidation": INVALIDATION}, Standing.INVALIDATED),
        ({"enrollment": {"mode": "audit"}}, Standing.MODE_WITHOUT_CERTIFICATE),
        ({"last_attempt": FAILED}, Standing.FAILED),
        ({"last_attempt": FAILED, "invalidation": INVALIDATION}, Standing.INVALIDATED),
    ],
)
def test_a_learner_has_one_standing_and_its_filter_alone_lets_the_learner_pass(
    changed: dict[str, Any], standing: Standing
) -> None:
    one = facts(**changed)
    assert standing_of(one) is standing
    assert [each for each in Standing if FILTERS[each.value](one)] == [standing]


def test_a_stranger_passes_no_filter() -> None:
    assert not any(passes(facts(enrolled=False)) for passes in FILTERS.values())


@pytest.mark.parametrize("status", Status)
def test_a_status_filters_those_who_have_it(status: Status) -> None:
    assert [each for each in Status if FILTERS[each.value](facts(status=status))] == [status]
