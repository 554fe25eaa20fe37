"""What an update of the LMS sets on a learner's items: each part has its own time, and an older update loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws.learner_items import EnrollmentItem, LearnerItem, enrollment_from, learner_from
from certificates.aws.record_parts import Effect, RecordPart, compare, enrollment_parts, first, learner_parts
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from certificates.rules.model import Enrollment, Learner

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
EARLIER, LATER = AT - timedelta(hours=1), AT + timedelta(hours=1)
COURSE = "course-v1:Fjord+BIO1+2026"


def learner(**values: Any) -> LearnerItem:
    usual = {"pk": "LEARNER#7", "sk": "PROFILE", "user_id": "7", "username": "zoe", "email": "z@a.org", "name": "Zoe"}
    return LearnerItem.read(LearnerItem(**usual | values).raw())


def enrollment(**values: Any) -> EnrollmentItem:
    return EnrollmentItem.read(EnrollmentItem.at(COURSE, "7", "ENROLLMENT", **values).raw())


def update(**values: Any) -> LmsUpdate:
    return LmsUpdate(user_id="7", at=AT, **values)


def parts(given: LmsUpdate, stored: EnrollmentItem | None = None) -> dict[str, tuple[Any, Any, bool]]:
    """The parts of the enrollment, by the attribute of their time."""
    return {part.at: (part.values, part.time, part.derived) for part in enrollment_parts(given, stored)}


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"account": Account("zoe", "z@a.org")}, RecordPart("profiled_at", {"username": "zoe", "email": "z@a.org"})),
        ({"account": Account("zoe", "")}, RecordPart("profiled_at", {"username": "zoe", "email": ""})),
        ({"account": Account("zoe", None)}, RecordPart("profiled_at", {"username": "zoe"})),
        ({"name": ""}, RecordPart("named_at", {"name": ""})),
        ({"spare_name": "Z"}, RecordPart("spare_named_at", {"spare_name": "Z"})),
        ({"language": "sv"}, RecordPart("language_at", {"language": "sv"})),
        (
            {"identity": Identity(True, LATER)},
            RecordPart("identity_at", {"identity_verified": True, "identity_expires_at": LATER}),
        ),
        (
            {"identity": Identity(False, LATER)},
            RecordPart("identity_at", {"identity_verified": False, "identity_expires_at": None}),
        ),
    ],
)
def test_each_part_of_a_profile_has_its_own_time(given: dict[str, Any], part: RecordPart) -> None:
    assert list(learner_parts(update(**given), None)) == [part]


def test_an_update_without_a_part_sets_nothing() -> None:
    assert list(learner_parts(update(), learner())) == []
    assert list(enrollment_parts(update(), enrollment())) == []


@pytest.mark.parametrize(
    ("known", "identity", "expiry"),
    [
        (LATER, Identity(True), LATER),
        (AT, Identity(True), None),
        (EARLIER, Identity(True), None),
        (None, Identity(True), None),
        (LATER, Identity(True, LATER + timedelta(days=1)), LATER + timedelta(days=1)),
        (LATER, Identity(False), None),
    ],
)
def test_an_identity_without_an_expiry_keeps_one_that_is_still_to_come(
    known: datetime | None, identity: Identity, expiry: datetime | None
) -> None:
    (part,) = learner_parts(update(identity=identity), learner(identity_expires_at=known))
    assert part.values["identity_expires_at"] == expiry


def test_each_part_of_an_enrollment_has_its_own_time() -> None:
    assert parts(update(enrolled=Enrolled("verified", False))) == {
        "enrolled_at": ({"mode": "verified", "active": False}, None, False)
    }
    assert parts(update(beta_tester=False)) == {"beta_tester_at": ({"beta_tester": False}, None, False)}
    assert parts(update(passing=False)) == {"verdict_at": ({"verdict": False}, None, False)}
    assert parts(update(grade=Decimal("0.5"))) == {
        "graded_at": ({"grade": Decimal("0.5"), "same_grade_since": AT}, None, False)
    }


@pytest.mark.parametrize(
    ("stored", "sent", "merged"),
    [
        (None, {"hours": "40", "room": ""}, {"hours": "40"}),
        ({"hours": "30", "level": "2"}, {"hours": "40"}, {"hours": "40", "level": "2"}),
        ({"hours": "30"}, {"hours": ""}, {}),
    ],
)
def test_further_fields_are_merged_and_an_empty_cell_removes_one(stored: Any, sent: Any, merged: Any) -> None:
    assert parts(update(fields=sent), enrollment(fields=stored)) == {"fields_at": ({"fields": merged}, None, False)}


def test_empty_cells_of_a_learner_without_further_fields_set_nothing() -> None:
    for stored in (None, enrollment()):
        assert parts(update(fields={"hours": ""}), stored) == {}


@pytest.mark.parametrize(
    ("stored", "since"),
    [
        ({}, AT),
        ({"grade": Decimal("0.4"), "graded_at": EARLIER, "same_grade_since": EARLIER}, AT),
        ({"grade": Decimal("0.5"), "graded_at": EARLIER}, EARLIER),
        (
            {"grade": Decimal("0.5"), "graded_at": EARLIER, "same_grade_since": EARLIER - timedelta(1)},
            EARLIER - timedelta(1),
        ),
        ({"grade": Decimal("0.5")}, AT),
    ],
)
def test_a_grade_that_comes_again_is_as_old_as_its_first_coming(stored: dict[str, Any], since: datetime) -> None:
    values, _, _ = parts(update(grade=Decimal("0.5")), enrollment(**stored))["graded_at"]
    assert values["same_grade_since"] == since


def verdict_grade(given: LmsUpdate, **stored: Any) -> tuple[Decimal, datetime] | None:
    found = parts(given, enrollment(**stored)).get("verdict_grade_at")
    if found is None:
        return None
    values, time, derived = found
    assert derived is True
    return values["verdict_grade"], time


HALF, MORE = Decimal("0.5"), Decimal("0.7")


@pytest.mark.parametrize(
    ("given", "stored", "expected"),
    [
        ({"grade": HALF, "passing": True}, {}, (HALF, AT)),
        ({"passing": True}, {"grade": HALF, "graded_at": EARLIER}, (HALF, EARLIER)),
        ({"passing": True}, {"grade": HALF, "graded_at": LATER}, None),
        ({"passing": True}, {"grade": HALF, "graded_at": LATER, "same_grade_since": EARLIER}, (HALF, EARLIER)),
        ({"grade": HALF}, {"verdict": True, "verdict_at": LATER}, (HALF, AT)),
        ({"grade": HALF}, {"verdict": True, "verdict_at": AT}, (HALF, AT)),
        ({"grade": HALF}, {"verdict": True, "verdict_at": EARLIER}, None),
        ({"grade": HALF}, {}, None),
        (
            {"grade": HALF, "passing": True},
            {"verdict_at": LATER, "grade": MORE, "graded_at": LATER},
            (MORE, LATER),
        ),
        (
            {"grade": HALF},
            {"verdict_at": LATER, "verdict_grade": MORE, "verdict_grade_at": LATER},
            None,
        ),
        (
            {"grade": HALF},
            {"verdict_at": LATER, "verdict_grade": MORE, "verdict_grade_at": EARLIER},
            (HALF, AT),
        ),
        (
            {"grade": HALF},
            {"verdict_at": AT, "grade": MORE, "graded_at": AT},
            (MORE, AT),
        ),
        (
            {"grade": MORE},
            {"verdict_at": AT, "grade": HALF, "graded_at": AT},
            (HALF, AT),
        ),
        ({"passing": False}, {"verdict_at": LATER, "grade": HALF, "graded_at": LATER}, (HALF, LATER)),
    ],
)
def test_the_grade_of_a_verdict_is_the_newest_that_is_not_newer(
    given: dict[str, Any], stored: dict[str, Any], expected: tuple[Decimal, datetime] | None
) -> None:
    assert verdict_grade(update(**given), **stored) == expected


def comparing(stored: LearnerItem | None, *values: RecordPart) -> tuple[Effect, tuple[RecordPart, ...]]:
    def given() -> Iterator[RecordPart]:
        yield from values

    compared = compare(given(), stored, AT)
    return compared.effect, compared.newer


NAMED = RecordPart("named_at", {"name": "Zoe"})
ACCOUNT = RecordPart("profiled_at", {"username": "zoe", "email": "z@a.org"})


@pytest.mark.parametrize(
    ("stored", "effect", "newer"),
    [
        (None, Effect.APPLIED, (NAMED,)),
        (learner(name="Zoë"), Effect.APPLIED, (NAMED,)),
        (learner(name="Zoë", named_at=EARLIER), Effect.APPLIED, (NAMED,)),
        (learner(named_at=EARLIER), Effect.UNCHANGED, (NAMED,)),
        (learner(), Effect.UNCHANGED, (NAMED,)),
        (learner(named_at=AT), Effect.REPEATED, ()),
        (learner(name="Zoë", named_at=AT), Effect.CONTRADICTED, ()),
        (learner(name="Zoë", named_at=LATER), Effect.UNCHANGED, ()),
    ],
)
def test_a_part_is_set_unless_a_newer_one_or_one_of_the_same_time_is_stored(
    stored: LearnerItem | None, effect: Effect, newer: tuple[RecordPart, ...]
) -> None:
    assert comparing(stored, NAMED) == (effect, newer)


def test_a_part_is_the_same_only_if_all_its_values_are() -> None:
    stored = learner(email="other@a.org", profiled_at=AT)
    assert comparing(stored, ACCOUNT) == (Effect.CONTRADICTED, ())
    stored = learner(profiled_at=AT)
    assert comparing(stored, ACCOUNT) == (Effect.REPEATED, ())


def test_the_effect_of_an_update_is_the_first_of_the_effects_of_its_parts() -> None:
    assert comparing(learner(named_at=AT, profiled_at=EARLIER, email=""), NAMED, ACCOUNT) == (
        Effect.APPLIED,
        (ACCOUNT,),
    )
    assert comparing(learner(named_at=AT, name="Zoë", profiled_at=EARLIER, email=""), NAMED, ACCOUNT)[0] is (
        Effect.CONTRADICTED
    )
    assert comparing(learner(named_at=AT, profiled_at=LATER), NAMED, ACCOUNT)[0] is Effect.REPEATED
    assert comparing(learner()) == (Effect.UNCHANGED, ())
    assert first({Effect.UNCHANGED, Effect.REPEATED}) is Effect.REPEATED


def test_a_derived_part_is_always_set_and_has_no_effect() -> None:
    derived = RecordPart("named_at", {"name": "Zoë"}, time=EARLIER, derived=True)
    assert comparing(learner(named_at=AT), derived) == (Effect.UNCHANGED, (derived,))
    assert comparing(learner(named_at=AT), derived, NAMED) == (Effect.REPEATED, (derived,))


def raw(**values: Any) -> dict[str, Any]:
    usual = {"pk": "LEARNER#7", "sk": "PROFILE", "user_id": "7", "username": "zoe", "email": "Z@a.org ", "name": "Zoe"}
    return LearnerItem(**usual | values).raw()


KNOWN = Learner(user_id="7", username="zoe", email="Z@a.org ", name="Zoe")


@pytest.mark.parametrize(
    ("stored", "changes"),
    [
        ({}, {}),
        (
            {"identity_verified": True, "identity_expires_at": AT},
            {"identity_verified": True, "identity_expires_at": AT},
        ),
        ({"identity_verified": False}, {}),
        ({"language": "sv"}, {"language": "sv"}),
        ({"opted_out_at": AT}, {"opted_out": True}),
        ({"forgotten_at": AT}, {"forgotten": True}),
        ({"bounced_email": "z@a.org"}, {"undeliverable": True}),
        ({"bounced_email": "old@a.org"}, {}),
        ({"spare_name": "Spare"}, {}),
        ({"name": "", "spare_name": "Spare"}, {"name": "Spare"}),
        ({"name": " \u200b", "spare_name": "Spare"}, {"name": "Spare"}),
        ({"name": ""}, {"name": ""}),
        ({"email": "", "bounced_email": ""}, {"email": ""}),
    ],
)
def test_a_learner_is_read_from_the_profile(stored: dict[str, Any], changes: dict[str, Any]) -> None:
    assert learner_from(raw(**stored)) == replace(KNOWN, **changes)


def test_an_enrollment_is_read_with_every_part() -> None:
    values: dict[str, Any] = {
        "mode": "verified",
        "active": True,
        "beta_tester": True,
        "grade": HALF,
        "graded_at": AT,
        "verdict": False,
        "verdict_at": LATER,
        "verdict_grade": MORE,
        "enrolled_at": EARLIER,
        "fields": {"hours": "40"},
    }
    stored = EnrollmentItem.at(COURSE, "7", "ENROLLMENT", **values).raw()
    assert enrollment_from(stored) == Enrollment(user_id="7", course_id=COURSE, **values)
    assert enrollment_from(EnrollmentItem.at(COURSE, "7", "ENROLLMENT").raw()) == Enrollment(
        user_id="7", course_id=COURSE
    )


@pytest.mark.parametrize(
    ("stored", "is_older"),
    [
        (None, False),
        (learner(name="Zoë", named_at=EARLIER), False),
        (learner(name="Zoë", named_at=AT), False),
        (learner(named_at=LATER), False),
        (learner(name="Zoë", named_at=LATER), True),
    ],
)
def test_an_update_is_older_if_a_newer_other_value_is_stored_for_one_of_its_parts(
    stored: LearnerItem | None, is_older: bool
) -> None:
    assert compare(iter([NAMED]), stored, AT).is_older is is_older
    assert compare(iter([NAMED, ACCOUNT]), stored, AT).is_older is is_older
    assert compare(iter([]), stored, AT).is_older is False
