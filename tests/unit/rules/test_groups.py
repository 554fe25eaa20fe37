"""The learners that a job selects."""

from __future__ import annotations

import pytest

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.groups import (
    SCOPES,
    Group,
    Scope,
    groups_of,
    is_in_any,
    is_in_bulk_issue,
    parse_groups,
    parse_scope,
)
from certificates.rules.model import Outcome, Status
from tests.unit.rules.made import CLOSED, FAILED, INVALIDATION, facts


@pytest.mark.parametrize(
    ("given", "groups"),
    [
        ({}, {Group.NOT_RECEIVED}),
        ({"passing": False}, {Group.NOT_RECEIVED}),
        ({"status": Status.NOTPASSING}, {Group.NOT_RECEIVED}),
        ({"status": Status.DOWNLOADABLE}, {Group.RECEIVED}),
        ({"status": Status.UNVERIFIED}, {Group.NOT_RECEIVED, Group.IDENTITY_MISSING}),
        ({"status": Status.UNAVAILABLE}, {Group.NOT_RECEIVED, Group.INVALIDATED}),
        ({"status": Status.UNAVAILABLE, "invalidation": INVALIDATION}, {Group.INVALIDATED}),
        ({"status": Status.DOWNLOADABLE, "invalidation": CLOSED}, {Group.RECEIVED}),
        ({"last_attempt": FAILED}, {Group.NOT_RECEIVED, Group.FAILED}),
        ({"last_attempt": FAILED, "status": Status.DOWNLOADABLE}, {Group.RECEIVED, Group.FAILED}),
        ({"enrollment": {"active": False}}, set()),
        ({"enrollment": {"active": False}, "status": Status.DOWNLOADABLE}, {Group.RECEIVED}),
        ({"enrollment": {"mode": "audit"}}, set()),
        ({"enrollment": {"mode": None, "active": True}}, set()),
        ({"enrolled": False}, set()),
    ],
)
def test_a_learner_is_counted_in_every_matching_group(given, groups):
    assert groups_of(facts(**given)) == groups


def test_an_attempt_that_ended_well_is_no_failure():
    for outcome in set(Outcome) - {Outcome.FAILED}:
        attempt = type(FAILED)(outcome=outcome, reason="any", at=FAILED.at)
        assert Group.FAILED not in groups_of(facts(last_attempt=attempt))


def test_several_groups_select_each_learner_of_their_union_once():
    learners = [
        facts(status=Status.DOWNLOADABLE, last_attempt=FAILED),
        facts(status=Status.UNVERIFIED),
        facts(last_attempt=FAILED),
        facts(enrollment={"mode": "audit"}),
    ]
    chosen = parse_groups(["received", "failed", "identity-missing", "not-received"])
    assert sum(is_in_any(chosen, learner) for learner in learners) == 3
    assert sum(len(groups_of(learner) & chosen) for learner in learners) == 6


def test_a_group_named_twice_is_chosen_once():
    assert parse_groups(["failed", "received", "failed"]) == {Group.FAILED, Group.RECEIVED}


def test_no_group_is_refused_with_those_there_are():
    with pytest.raises(BadRequest) as refused:
        parse_groups([])
    assert (refused.value.reason, refused.value.values) == ("no-groups", {"field": "groups"})
    assert refused.value.message == flaw(FlawId.NO_GROUPS, choices=tuple(Group))


@pytest.mark.parametrize("name", ["", "Received", "downloadable", "audit_passing"])
def test_an_unknown_group_is_refused_by_name(name):
    with pytest.raises(BadRequest) as refused:
        parse_groups(["received", name])
    assert (refused.value.reason, refused.value.values) == ("unknown-group", {"field": "groups", "unknown": [name]})
    assert refused.value.message == flaw(FlawId.UNKNOWN_GROUP, unknown=[name], choices=tuple(Group))


@pytest.mark.parametrize("name", [None, "", "new"])
def test_an_unknown_scope_is_refused(name):
    with pytest.raises(BadRequest) as refused:
        parse_scope(name)
    assert (refused.value.reason, refused.value.values) == ("unknown-scope", {"field": "scope"})
    assert refused.value.message == flaw(FlawId.UNKNOWN_SCOPE, choices=tuple(Scope))


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_is_known_by_its_name(scope):
    assert parse_scope(scope.value) is scope


@pytest.mark.parametrize(
    ("given", "scopes"),
    [
        ({"exception": True}, {Scope.WITHOUT_CERTIFICATE, Scope.ALL}),
        ({"exception": True, "status": Status.NOTPASSING}, {Scope.WITHOUT_CERTIFICATE, Scope.ALL}),
        ({"exception": True, "status": Status.DOWNLOADABLE}, {Scope.ALL}),
        ({"exception": True, "enrollment": {"active": False}}, set()),
        ({"exception": True, "enrolled": False}, set()),
        ({}, set()),
    ],
)
def test_exception_generation_selects_listed_and_actively_enrolled_learners(given, scopes):
    assert {scope for scope, holds in SCOPES.items() if holds(facts(**given))} == scopes


@pytest.mark.parametrize("status", [None, *Status])
@pytest.mark.parametrize("mode", ["audit", "verified"])
def test_a_bulk_issue_selects_every_actively_enrolled_learner_with_any_status(status, mode):
    assert is_in_bulk_issue(facts(status=status, passing=False, enrollment={"mode": mode}))
    assert not is_in_bulk_issue(facts(status=status, enrollment={"mode": mode, "active": False}))


def test_a_bulk_issue_selects_nobody_who_never_enrolled():
    assert not is_in_bulk_issue(facts(enrolled=False))
    assert not is_in_bulk_issue(facts(enrollment={"mode": None, "active": True}))
