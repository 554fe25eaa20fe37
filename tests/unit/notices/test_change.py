"""The change between two revisions of a certificate, and who gets it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from certificates.notices.change import CertificateChange, ChangeType, PersonalData, change_between
from certificates.rules.history import Trigger
from certificates.rules.model import Certificate, Status

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
VALID = Certificate(
    verify_uuid="0" * 32,
    course_id="course-v1:Fjord+BIO1+2026",
    user_id="7",
    status=Status.DOWNLOADABLE,
    revision=3,
    mode="verified",
    name="Zoë Ångström",
    course_title="Botany",
    organization="Fjord",
    design_digest="d" * 64,
    issued_on=date(2026, 11, 2),
    modified_at=NOW,
)


def revised(before: Certificate | None, status: Status, trigger: Trigger = Trigger.GRADE) -> CertificateChange | None:
    after = replace(before or VALID, status=status, revision=before.revision + 1 if before else 1)
    return change_between(before, after, trigger.value, shown=True)


def at(status: Status) -> Certificate:
    return replace(VALID, status=status)


@pytest.mark.parametrize(
    ("before", "after", "trigger", "told"),
    [
        (None, Status.DOWNLOADABLE, Trigger.LEARNER, ChangeType.ISSUED),
        (None, Status.UNVERIFIED, Trigger.LEARNER, None),
        (at(Status.UNVERIFIED), Status.DOWNLOADABLE, Trigger.IDENTITY, ChangeType.ISSUED),
        (at(Status.NOTPASSING), Status.DOWNLOADABLE, Trigger.GRADE, ChangeType.ISSUED),
        (at(Status.UNVERIFIED), Status.NOTPASSING, Trigger.GRADE, None),
        (VALID, Status.DOWNLOADABLE, Trigger.REGENERATE, ChangeType.REGENERATED),
        (VALID, Status.NOTPASSING, Trigger.GRADE, ChangeType.WITHDRAWN),
        (VALID, Status.NOTPASSING, Trigger.EXCEPTION_REMOVED, ChangeType.WITHDRAWN),
        (VALID, Status.UNAVAILABLE, Trigger.INVALIDATE, ChangeType.INVALIDATED),
        (VALID, Status.UNAVAILABLE, Trigger.FORGET, ChangeType.WITHDRAWN),
        (at(Status.UNAVAILABLE), Status.DOWNLOADABLE, Trigger.REVALIDATE, ChangeType.REVALIDATED),
        # Re-validated without an active design, then issued by a later job: the certificate is valid again.
        (at(Status.UNAVAILABLE), Status.DOWNLOADABLE, Trigger.BULK, ChangeType.REVALIDATED),
        (at(Status.UNAVAILABLE), Status.NOTPASSING, Trigger.REVALIDATE, None),
        (at(Status.NOTPASSING), Status.UNAVAILABLE, Trigger.FORGET, None),
    ],
)
def test_the_type_of_a_change_follows_from_the_certificate_before_and_after(
    before: Certificate | None, after: Status, trigger: Trigger, told: ChangeType | None
) -> None:
    change = revised(before, after, trigger)
    assert (change and change.type) == told


def test_a_write_without_a_new_revision_is_no_change() -> None:
    assert change_between(VALID, replace(VALID, name=""), "forgetting", shown=True) is None


def test_no_change_is_sent_for_an_imported_certificate() -> None:
    assert change_between(None, replace(VALID, revision=1), "import", shown=True) is None


def test_a_change_has_one_id_and_a_sequence_number_of_its_certificate() -> None:
    first, second = (
        revised(VALID, Status.UNAVAILABLE, Trigger.INVALIDATE),
        revised(replace(VALID, revision=4), VALID.status),
    )
    assert first is not None
    assert second is not None
    assert first.id == f"{'0' * 32}-4"
    assert second.id == f"{'0' * 32}-5"
    assert first.sequence < second.sequence


@pytest.mark.parametrize(
    ("fresh", "silent"),
    [
        ({}, True),
        ({"document": "certificates/1.pdf", "job": "j", "status_list": "0-1", "status_index": 3}, True),
        ({"name": "Zoë Berg"}, False),
        ({"course_title": "Botany II"}, False),
        ({"design_digest": "e" * 64}, False),
        ({"fields": {"hours": "40"}}, False),
    ],
)
def test_a_regeneration_is_silent_if_learners_see_no_difference(fresh: dict[str, object], silent: bool) -> None:
    change = change_between(VALID, replace(VALID, revision=4, **fresh), "regeneration", shown=True)  # type: ignore[arg-type]
    assert change is not None
    assert (change.type, change.silent) == (ChangeType.REGENERATED, silent)


@pytest.mark.parametrize(
    "learner", [None, PersonalData(username="zoe", email="z@example.org", name="Zoë", grade="0.9")]
)
def test_a_change_is_read_as_it_was_written(learner: PersonalData | None) -> None:
    change = revised(VALID, Status.UNAVAILABLE, Trigger.INVALIDATE)
    assert change is not None
    change = replace(change, learner=learner)
    assert CertificateChange.from_json(json.loads(json.dumps(change.to_json()))) == change
