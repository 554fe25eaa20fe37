"""A learner requests a certificate: first the switch, then the date, then the shared decision."""

from __future__ import annotations

import pytest

from certificates.rules.eligibility import Reason
from certificates.rules.model import Display, Outcome, Status
from certificates.rules.request import decide_request
from tests.unit.rules.made import FUTURE, INVALIDATION, facts

NOT_YET = {"display": Display.END, "end": FUTURE}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, Reason.ISSUED),
        ({"status": Status.DOWNLOADABLE}, Reason.ALREADY_ISSUED),
        ({"passing": False}, Reason.NOT_PASSING),
        ({"invalidation": INVALIDATION}, Reason.INVALIDATED),
        ({"run": {"self_generation": False}}, Reason.SELF_GENERATION_OFF),
        ({"run": NOT_YET}, Reason.NOT_YET_AVAILABLE),
        ({"run": {**NOT_YET, "self_generation": False}}, Reason.SELF_GENERATION_OFF),
        ({"run": NOT_YET, "invalidation": INVALIDATION}, Reason.NOT_YET_AVAILABLE),
        ({"run": {"self_generation": False}, "enrolled": False}, Reason.SELF_GENERATION_OFF),
    ],
)
def test_the_first_thing_in_the_way_is_the_answer(given, reason):
    assert decide_request(facts(**given)).reason is reason


@pytest.mark.parametrize("run", [{"self_generation": False}, NOT_YET])
def test_a_request_that_is_not_open_writes_nothing(run):
    decision = decide_request(facts(run=run, passing=False, status=Status.UNVERIFIED))
    assert (decision.outcome, decision.status) == (Outcome.REFUSED, None)
