"""What a decision without a document writes, and what a credential says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from certificates.content import award_of
from certificates.planning import Cause, plan
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.further_fields import EXPIRES
from certificates.rules.history import Trigger
from certificates.rules.model import Certificate, Facts, Outcome, Status
from certificates.trust.credential import Award, email_hash
from certificates.trust.status_list import StatusEntry
from tests.unit.rules.made import NOW, PAST, certificate, facts

SECRET = b"a secret of the tests"
ADDRESS = "https://certificates.example"
ISSUED = replace(
    certificate(Status.DOWNLOADABLE),
    name="Li Ning",
    name_before="Ning Li",
    course_title="Statistics",
    organization="Northwind",
    grade=Decimal("0.82"),
    document="certificates/8f14/3-0.pdf",
    modified_at=PAST,
)


def marked(given: Facts, status: Status) -> Certificate:
    decision = Decision(outcome=Outcome.REFUSED, reason=Reason.NOT_PASSING, status=status)
    cause = Cause(trigger=Trigger.BULK, actor="omar")
    planned = plan(given, decision, cause, secret=SECRET, base_url=ADDRESS)
    assert planned.change is not None and planned.change.certificate is not None
    return planned.change.certificate


def test_a_first_mark_is_the_first_revision_under_the_mode_of_the_enrollment() -> None:
    made = marked(facts(enrollment={"mode": "honor"}), Status.NOTPASSING)
    assert (made.revision, made.mode, made.modified_at) == (1, "honor", NOW)


@pytest.mark.parametrize("unknown", [facts(enrolled=False), facts(enrollment={"mode": None})])
def test_a_first_mark_of_a_learner_without_a_mode_has_none(unknown: Facts) -> None:
    assert marked(unknown, Status.NOTPASSING).mode == ""


def test_a_mark_keeps_what_was_printed_but_neither_the_document_nor_the_name_before() -> None:
    given = replace(facts(enrollment={"mode": "honor"}), certificate=ISSUED)
    assert marked(given, Status.UNAVAILABLE) == replace(
        ISSUED,
        status=Status.UNAVAILABLE,
        revision=4,
        mode="honor",
        document=None,
        name_before=None,
        modified_at=NOW,
    )


def test_a_mark_of_a_learner_without_a_mode_keeps_the_mode_of_the_certificate() -> None:
    given = replace(facts(enrolled=False), certificate=ISSUED)
    assert marked(given, Status.UNAVAILABLE).mode == "verified"


def award(given: Certificate, email: str) -> Award:
    holder = facts(learner={"email": email})
    return award_of(given, holder, StatusEntry("list", 7), secret=SECRET, base_url=ADDRESS)


def test_a_credential_has_a_hash_of_the_e_mail_in_small_letters_with_a_salt_of_this_certificate() -> None:
    made, other = award(ISSUED, "Li@Example.com"), award(replace(ISSUED, verify_uuid="0" * 32), "li@example.com")
    assert made.email_hash == email_hash("li@example.com", made.salt)
    assert len(made.salt) == 32
    assert made.salt != other.salt


def test_a_credential_of_a_learner_without_an_e_mail_has_neither_hash_nor_salt() -> None:
    made = award(ISSUED, "")
    assert (made.email_hash, made.salt) == ("", "")


def test_a_credential_is_valid_until_the_last_second_of_the_day_that_the_certificate_prints() -> None:
    assert award(ISSUED, "").valid_until is None
    ends = award(replace(ISSUED, fields={EXPIRES: "2028-11-24"}), "").valid_until
    assert ends == datetime(2028, 11, 24, 23, 59, 59, tzinfo=UTC)
