"""The events that lead to a decision without a request."""

from __future__ import annotations

import pytest

from certificates.rules.events import (
    should_decide_on_exception,
    should_decide_on_identity,
    should_decide_on_mode_change,
    should_decide_on_passing,
)
from certificates.rules.model import Status
from tests.unit.rules.made import facts

ALL = (
    should_decide_on_passing,
    should_decide_on_mode_change,
    should_decide_on_identity,
    should_decide_on_exception,
)


@pytest.mark.parametrize("should_decide", ALL)
def test_good_news_leads_to_a_decision_if_automatic_issuing_is_on(should_decide):
    assert should_decide(facts())
    assert not should_decide(facts(run={"automatic_generation": False}))


@pytest.mark.parametrize("should_decide", ALL)
def test_an_issued_certificate_is_not_decided_on_again(should_decide):
    assert not should_decide(facts(status=Status.DOWNLOADABLE))


@pytest.mark.parametrize("should_decide", ALL)
@pytest.mark.parametrize("status", [Status.NOTPASSING, Status.UNVERIFIED, Status.UNAVAILABLE])
def test_any_other_stored_status_is_decided_on_again(should_decide, status):
    assert should_decide(facts(status=status))


def test_a_passing_event_that_a_newer_failing_verdict_has_overtaken_decides_nothing():
    assert not should_decide_on_passing(facts(passing=False))


@pytest.mark.parametrize("status", [None, Status.DOWNLOADABLE])
def test_a_change_to_a_mode_without_certificate_decides_nothing(status):
    assert not should_decide_on_mode_change(facts(enrollment={"mode": "audit"}, status=status))
