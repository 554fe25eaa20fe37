"""Warnings about names: of the name that a certificate has, or would have if it were made now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certificates.rules.model import Status
from certificates.rules.name_warnings import awaits_certificate, name_warnings
from certificates.rules.warnings import LearnerWarning
from tests.unit.rules.made import INVALIDATION, facts

NAMELESS: dict[str, Any] = {"learner": {"name": ""}}
UNPRINTABLE: dict[str, Any] = {"unprintable": "\U00012000"}


@pytest.mark.parametrize(
    ("changed", "awaits"),
    [
        ({}, True),
        ({"passing": False}, False),
        ({"passing": False, "exception": True}, True),
        ({"status": Status.DOWNLOADABLE}, False),
        ({"status": Status.NOTPASSING}, True),
        ({"enrollment": {"active": False}}, False),
        ({"enrolled": False, "exception": True}, False),
    ],
)
def test_who_has_earned_a_certificate_and_has_none_awaits_it_if_enrolled(changed: dict[str, Any], awaits: bool) -> None:
    assert awaits_certificate(facts(**changed)) is awaits


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({}, set()),
        (NAMELESS, {LearnerWarning.NAME_MISSING}),
        (UNPRINTABLE, {LearnerWarning.NAME_NOT_PRINTABLE}),
        # No certificate is made now for another reason: the name does not matter yet.
        (NAMELESS | {"invalidation": INVALIDATION}, set()),
        (NAMELESS | {"enrollment": {"mode": "audit"}}, set()),
        (NAMELESS | {"passing": False}, set()),
        (UNPRINTABLE | {"passing": False}, set()),
        # Warnings about other things are not about names.
        ({"learner": {"username": "retired__user_1"}}, set()),
        ({"status": Status.DOWNLOADABLE, "learner": {"username": "retired__user_1"}}, set()),
    ],
)
def test_a_name_is_warned_about_if_it_is_or_would_be_on_a_certificate(
    changed: dict[str, Any], warnings: set[LearnerWarning]
) -> None:
    assert name_warnings(facts(**changed)) == warnings


def test_a_name_with_signs_apart_is_warned_about_before_the_certificate_is_made() -> None:
    assert name_warnings(replace(facts(), misspelt=True)) == {LearnerWarning.NAME_MISSPELT}


@pytest.mark.parametrize("name_missing", [True, False])
def test_of_a_holder_the_name_on_the_certificate_counts_and_not_that_of_the_profile(name_missing: bool) -> None:
    held = facts(status=Status.DOWNLOADABLE)
    assert held.certificate
    held = replace(held, certificate=replace(held.certificate, name_missing=name_missing))
    profile_of_today = replace(held.learner, name="Li Ning" if name_missing else "")
    held = replace(held, learner=profile_of_today, misspelt=True, unprintable="\U00012000")
    assert name_warnings(held) == ({LearnerWarning.NAME_MISSING} if name_missing else set())
