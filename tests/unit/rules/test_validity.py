"""The public answer about a certificate: one of seven, and an earlier row wins over a later row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certificates.rules.model import Display, Status
from certificates.rules.validity import Validity, validity_of
from tests.unit.rules.made import CLOSED, FUTURE, INVALIDATION, NOW, PAST, facts

ISSUED = {"status": Status.DOWNLOADABLE}
HIDDEN = {"run": {"display": Display.END, "end": FUTURE}}
INVALIDATED = {"status": Status.UNAVAILABLE, "invalidation": INVALIDATION}
FORGOTTEN = {"learner": {"forgotten": True}}


@pytest.mark.parametrize(
    ("changed", "validity"),
    [
        ({}, Validity.UNKNOWN),
        (FORGOTTEN, Validity.UNKNOWN),
        (ISSUED, Validity.VALID),
        (ISSUED | {"invalidation": CLOSED}, Validity.VALID),
        (ISSUED | HIDDEN, Validity.NOT_YET_AVAILABLE),
        ({"status": Status.NOTPASSING, "passing": False}, Validity.WITHDRAWN),
        ({"status": Status.UNVERIFIED} | HIDDEN, Validity.NOT_YET_AVAILABLE),
        (INVALIDATED, Validity.INVALIDATED),
        (INVALIDATED | HIDDEN, Validity.INVALIDATED),
        (INVALIDATED | HIDDEN | FORGOTTEN, Validity.WITHDRAWN),
    ],
)
def test_the_first_true_answer_is_given(changed: dict[str, Any], validity: Validity) -> None:
    assert validity_of(facts(**changed), NOW) is validity


def test_a_certificate_that_the_lms_issued_is_on_record_until_it_ends() -> None:
    one = facts(**ISSUED)
    assert one.certificate is not None
    imported = replace(one, certificate=replace(one.certificate, imported_at=PAST))
    assert validity_of(imported, NOW) is Validity.IMPORTED
    assert validity_of(replace(imported, invalidation=INVALIDATION), NOW) is Validity.INVALIDATED


def test_a_certificate_that_was_never_issued_is_unknown() -> None:
    one = facts(status=Status.UNVERIFIED)
    assert one.certificate is not None
    never = replace(one, certificate=replace(one.certificate, issued_on=None))
    assert validity_of(never, NOW) is Validity.UNKNOWN


@pytest.mark.parametrize(
    ("expires", "zone", "validity"),
    [
        ("2026-11-25", None, Validity.VALID),
        ("2026-11-24", None, Validity.VALID),
        ("2026-11-23", None, Validity.EXPIRED),
        ("2026-11-24", "Pacific/Auckland", Validity.EXPIRED),
        ("2026-11-24", "America/Lima", Validity.VALID),
    ],
)
def test_a_certificate_expires_after_its_last_day_in_the_runs_time_zone(
    expires: str, zone: str | None, validity: Validity
) -> None:
    one = facts(**ISSUED, run={"time_zone": zone})
    assert one.certificate is not None
    ending = replace(one, certificate=replace(one.certificate, fields={"expires": expires}))
    assert validity_of(ending, NOW) is validity


@pytest.mark.parametrize(
    ("changed", "validity"),
    [
        (INVALIDATED, Validity.INVALIDATED),
        ({"status": Status.NOTPASSING}, Validity.WITHDRAWN),
        (ISSUED | HIDDEN, Validity.NOT_YET_AVAILABLE),
        (ISSUED | FORGOTTEN, Validity.WITHDRAWN),
    ],
)
def test_the_end_of_a_certificate_is_shown_after_its_last_day_too(changed: dict[str, Any], validity: Validity) -> None:
    one = facts(**changed)
    assert one.certificate is not None
    assert (
        validity_of(replace(one, certificate=replace(one.certificate, fields={"expires": "2026-01-01"})), NOW)
        is validity
    )
