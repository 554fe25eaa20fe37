"""The checks before staff add an exception, invalidate a certificate or re-validate it."""

from __future__ import annotations

import pytest

from certificates.rules.exception_checks import (
    CheckReason,
    check_exception,
    check_identifier,
    check_invalidation,
    check_revalidation,
)
from certificates.rules.model import Status
from certificates.staff_sentences import CHECKS
from tests.unit.rules.made import CLOSED, INVALIDATION, facts

LEFT = {"enrollment": {"active": False}}
INVALIDATED = {"invalidation": INVALIDATION, "status": Status.UNAVAILABLE}
LISTED = {"exception": True}


@pytest.mark.parametrize("identifier", ["", "  ", "\t\n"])
def test_an_identifier_has_to_be_given(identifier):
    assert check_identifier(identifier) is CheckReason.IDENTIFIER_MISSING


def test_any_identifier_will_do_to_be_looked_up():
    assert check_identifier("li") is None


@pytest.mark.parametrize("check", [check_exception, check_invalidation, check_revalidation])
def test_the_learner_has_to_exist(check):
    assert check(None) is CheckReason.UNKNOWN_LEARNER


@pytest.mark.parametrize("status", [None, *Status])
def test_an_enrolled_learner_may_be_excepted_with_any_status(status):
    assert check_exception(facts(status=status)) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**LEFT, **INVALIDATED, **LISTED}, CheckReason.NOT_ENROLLED),
        ({"enrolled": False}, CheckReason.NOT_ENROLLED),
        ({**INVALIDATED, **LISTED}, CheckReason.INVALIDATED),
        (LISTED, CheckReason.ALREADY_LISTED),
        ({"invalidation": CLOSED}, None),
    ],
)
def test_an_exception_is_checked_in_the_contracts_order(given, expected):
    assert check_exception(facts(**given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**LISTED, "invalidation": INVALIDATION}, CheckReason.NO_CERTIFICATE),
        ({**LISTED, **INVALIDATED}, CheckReason.ON_EXCEPTION_LIST),
        (INVALIDATED, CheckReason.ALREADY_INVALIDATED),
        ({"status": Status.UNAVAILABLE}, CheckReason.NOT_DOWNLOADABLE),
        ({"status": Status.NOTPASSING}, CheckReason.NOT_DOWNLOADABLE),
        ({"status": Status.UNVERIFIED}, CheckReason.NOT_DOWNLOADABLE),
        ({"status": Status.DOWNLOADABLE}, None),
        ({"status": Status.DOWNLOADABLE, "invalidation": CLOSED}, None),
        ({"status": Status.DOWNLOADABLE, "enrolled": False}, None),
    ],
)
def test_an_invalidation_is_checked_in_the_contracts_order(given, expected):
    assert check_invalidation(facts(**given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, CheckReason.NO_CERTIFICATE),
        ({"status": Status.DOWNLOADABLE}, CheckReason.NOT_INVALIDATED),
        ({"status": Status.UNAVAILABLE, "invalidation": CLOSED}, CheckReason.NOT_INVALIDATED),
        (INVALIDATED, None),
    ],
)
def test_only_an_invalidated_certificate_can_be_revalidated(given, expected):
    assert check_revalidation(facts(**given)) == expected


def test_each_failure_says_something_of_its_own():
    failures = [check_identifier(""), check_exception(None)]
    failures += [check_exception(facts(**given)) for given in (LEFT, INVALIDATED, LISTED)]
    failures += [check_invalidation(facts(**given)) for given in ({}, {**INVALIDATED, **LISTED}, INVALIDATED)]
    failures.append(check_invalidation(facts(status=Status.NOTPASSING)))
    failures.append(check_revalidation(facts(status=Status.DOWNLOADABLE)))
    assert set(failures) == set(CheckReason) == set(CHECKS)
    assert len(set(CHECKS.values())) == len(CHECKS)
