"""The newest value of each part of an update stays, in any order and after any number of repetitions."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws.learner_store import LearnerStore, username_key
from certificates.aws.reads import get_items
from certificates.aws.record_parts import Effect
from certificates.aws.records_store import RecordsStore
from certificates.aws.table import learner_key
from certificates.errors import Ambiguous
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate
from certificates.staff_sentences import sentence_of
from tests import killing, moto_cloud

RUN = "course-v1:Lyceum+BOT101+2026_T3"
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def account(name: str) -> Account:
    return Account(name, f"{name}@example.com")


def update(at: int, user_id: str = "42", **parts: Any) -> LmsUpdate:
    return LmsUpdate(user_id=user_id, at=minute(at), course_id=RUN, **parts)


@pytest.fixture
def store(aws: None) -> RecordsStore:
    return RecordsStore(workers=1)


def recorded() -> dict[tuple[str, str], Any]:
    return moto_cloud.items()


FULL = update(
    1,
    account=account("ana"),
    name="Ana Lima",
    identity=Identity(True, minute(10_000)),
    enrolled=Enrolled("verified", active=True),
    beta_tester=False,
    grade=Decimal("0.80"),
    passing=True,
)


def test_an_update_can_be_read_afterwards(store: RecordsStore) -> None:
    from certificates.aws.learner_items import enrollment_from

    assert store.apply([FULL]) == [Effect.APPLIED]
    learner = LearnerStore().find("ANA@example.com")
    assert learner == LearnerStore().find("ana")
    assert learner is not None
    assert (learner.user_id, learner.name, learner.identity_verified) == ("42", "Ana Lima", True)
    assert learner.identity_expires_at == minute(10_000)
    (raw,) = get_items([(learner_key(RUN, "42"), "ENROLLMENT")]).values()
    enrollment = enrollment_from(raw)
    assert (enrollment.course_id, enrollment.user_id, enrollment.mode, enrollment.active) == (
        RUN,
        "42",
        "verified",
        True,
    )
    assert (enrollment.grade, enrollment.verdict, enrollment.beta_tester) == (Decimal("0.8"), True, False)
    assert (enrollment.graded_at, enrollment.verdict_at) == (minute(1), minute(1))


def test_the_run_lists_a_learner_whose_first_news_is_a_grade(store: RecordsStore) -> None:
    from certificates.aws.item_model import ByShard
    from certificates.aws.reads import query
    from certificates.aws.table import shard_key, shard_of

    store.apply([LmsUpdate(user_id="42", at=START, course_id=RUN, grade=Decimal(1))])
    listed = query(ByShard.shard == shard_key(RUN, shard_of("42")), index=ByShard)
    assert [item["shard_entry"] for item in listed] == [{"S": "ENROLLMENT#42"}]


def test_the_same_update_again_changes_nothing(store: RecordsStore) -> None:
    store.apply([FULL])
    before = recorded()
    assert store.apply([FULL]) == [Effect.REPEATED]
    assert recorded() == before


REPORTS = [
    update(1, account=account("ana"), enrolled=Enrolled("audit", active=True)),
    update(2, account=account("ana"), name="Ana", enrolled=Enrolled("verified", active=True), grade=Decimal("0.2")),
    update(3, account=account("ana2"), grade=Decimal("0.7"), passing=True, identity=Identity(True)),
    update(4, enrolled=Enrolled("verified", active=False), passing=False),
]


def test_the_newest_value_of_each_part_stays_in_any_order(store: RecordsStore) -> None:
    for number, order in enumerate(itertools.permutations(REPORTS)):
        mine = [as_another_learner(entry, str(number)) for entry in order]
        for entry in mine:
            store.apply([entry])
            store.apply([mine[0]])
        everything = recorded()
        learner = everything[f"LEARNER#{number}", "PROFILE"]
        enrollment = everything[learner_key(RUN, str(number)), "ENROLLMENT"]
        names = (learner["username"]["S"], learner["email"]["S"], learner["name"]["S"])
        assert names == (f"ana2-{number}", f"ana2-{number}@example.com", "Ana")
        assert learner["identity_verified"] == {"BOOL": True}
        assert (enrollment["mode"], enrollment["active"]) == ({"S": "verified"}, {"BOOL": False})
        assert (enrollment["grade"], enrollment["verdict"]) == ({"N": "0.7"}, {"BOOL": False})
        found_by = {pk for (pk, _), item in everything.items() if item == pointer(pk, str(number))}
        assert found_by == {f"USERNAME#ana2-{number}", f"EMAIL#ana2-{number}@example.com"}


def as_another_learner(entry: LmsUpdate, user_id: str) -> LmsUpdate:
    said = entry.account
    return replace(entry, user_id=user_id, account=account(f"{said.username}-{user_id}") if said else None)


def pointer(pk: str, user_id: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": pk}, "sk": {"S": "POINTER"}, "user_id": {"S": user_id}}


def test_a_repeated_value_with_a_later_time_wins_over_values_in_between(store: RecordsStore) -> None:
    assert store.apply([update(1, grade=Decimal("0.8"))]) == [Effect.APPLIED]
    assert store.apply([update(3, grade=Decimal("0.80"))]) == [Effect.UNCHANGED]
    assert store.apply([update(2, grade=Decimal("0.5"))]) == [Effect.UNCHANGED]
    assert recorded()[learner_key(RUN, "42"), "ENROLLMENT"]["grade"] == {"N": "0.8"}


def test_two_values_with_one_time_are_reported_and_the_first_stays(store: RecordsStore) -> None:
    store.apply([update(1, grade=Decimal("0.8"))])
    assert store.apply([update(1, grade=Decimal("0.5"))]) == [Effect.CONTRADICTED]
    assert recorded()[learner_key(RUN, "42"), "ENROLLMENT"]["grade"] == {"N": "0.8"}


def test_a_renamed_account_is_found_only_by_its_new_names(store: RecordsStore) -> None:
    store.apply([update(1, account=Account("ana", "ana@example.com"))])
    store.apply([update(2, account=Account("ANA", "Ana@Example.com"))])
    learners = LearnerStore()
    assert learners.find("ana") is None
    found = learners.find("ANA")
    assert found is not None
    assert found == learners.find("ana@example.com")


def test_an_email_that_moved_to_another_learner_finds_the_later_one_in_any_order(aws: None) -> None:
    first = update(1, "1", account=Account("ana", "shared@example.com"))
    moved = update(2, "1", account=Account("ana", "ana@example.com"))
    taken = update(3, "2", account=Account("bo", "shared@example.com"))
    for number, order in enumerate(itertools.permutations([first, moved, taken])):
        # Another pair of learners each time, in the same table.
        for entry in order:
            suffix = f"{number}"
            said = entry.account
            assert said is not None
            own = Account(said.username + suffix, suffix + said.email)
            RecordsStore(workers=1).apply([replace(entry, user_id=entry.user_id + suffix, account=own)])
        found = LearnerStore().find(f"{number}shared@example.com")
        assert found is not None, order
        assert found.user_id == f"2{number}", order


def test_two_learners_with_one_email_but_for_its_case_are_both_stored_and_the_email_means_neither(
    store: RecordsStore,
) -> None:
    twins = [update(1, "1", account=Account("ana", "a@x.org")), update(1, "2", account=Account("bo", "A@x.org"))]
    assert store.apply(twins) == [Effect.APPLIED, Effect.APPLIED]
    assert {LearnerStore().find(name).user_id for name in ("ana", "bo")} == {"1", "2"}  # type: ignore[union-attr]
    with pytest.raises(Ambiguous) as refused:
        LearnerStore().find("a@X.org")
    assert refused.value.values["learners"] == [
        {"user_id": "1", "username": "ana"},
        {"user_id": "2", "username": "bo"},
    ]


def test_an_email_that_one_of_two_learners_gives_up_means_the_other(store: RecordsStore) -> None:
    for number, order in enumerate(itertools.permutations(["ana", "bo", "cy"])):
        ids = {name: f"{name}{number}" for name in order}
        shared = f"shared{number}@x.org"
        for name in order:
            store.apply([update(1, ids[name], account=Account(ids[name], shared))])
        for name in order[:2]:
            store.apply([update(2, ids[name], account=Account(ids[name], f"{ids[name]}@x.org"))])
        found = LearnerStore().find(shared)
        assert found is not None
        assert found.user_id == ids[order[2]]


def test_a_username_that_is_anothers_email_is_ambiguous(store: RecordsStore) -> None:
    store.apply([update(1, "1", account=Account("bo@x.org", "ana@x.org"))])
    store.apply([update(1, "2", account=Account("bo", "bo@x.org"))])
    with pytest.raises(Ambiguous) as refused:
        LearnerStore().find("bo@x.org")
    assert "bo@x.org (id 1) and bo (id 2)" in sentence_of(refused.value)


def test_a_username_that_is_ones_own_email_is_not_ambiguous(store: RecordsStore) -> None:
    store.apply([update(1, "1", account=Account("bo@x.org", "bo@x.org"))])
    found = LearnerStore().find("bo@x.org")
    assert found is not None
    assert found.user_id == "1"


def test_learners_without_an_email_do_not_claim_an_empty_address(store: RecordsStore) -> None:
    store.apply([update(1, "1", account=Account("ana", "")), update(1, "2", account=Account("bo", ""))])
    assert {LearnerStore().find(name).user_id for name in ("ana", "bo")} == {"1", "2"}  # type: ignore[union-attr]
    assert not [pk for pk, _ in recorded() if pk.startswith("EMAIL#")]


def test_an_update_without_an_email_leaves_the_stored_one(store: RecordsStore) -> None:
    store.apply([update(1, account=Account("ana", "ana@x.org"))])
    store.apply([update(2, account=Account("ana", None))])
    assert LearnerStore().find("ana@x.org") == LearnerStore().find("ana")
    store.apply([update(3, account=Account("ana", ""))])
    assert LearnerStore().find("ana@x.org") is None


def test_the_name_of_the_profile_has_priority_in_any_order_of_arrival(store: RecordsStore) -> None:
    names = [
        update(1, account=account("ana"), name="Ana Lima"),
        update(2, spare_name="Ana L."),
        update(3, spare_name="A. Lima"),
    ]
    for number, order in enumerate(itertools.permutations(names)):
        for entry in order:
            store.apply([as_another_learner(entry, str(number))])
        learner = LearnerStore().learner(str(number))
        assert learner is not None
        assert learner.name == "Ana Lima"


def test_a_name_of_the_account_fills_an_empty_one(store: RecordsStore) -> None:
    store.apply([update(1, account=account("ana")), update(2, "43", account=account("bo"), name="Bo")])
    store.apply([update(3, spare_name="Ana L."), update(3, "43", spare_name="Robert")])
    learners = LearnerStore().learners(["42", "43"])
    assert [learners[user_id].name for user_id in ("42", "43")] == ["Ana L.", "Bo"]


VERDICTS = {
    "a grade with its verdict, then the passing event": (
        [
            update(1, grade=Decimal("0.66"), passing=True),
            update(2, passing=True),
        ],
        True,
    ),
    "the same number by file afterwards": (
        [
            update(1, grade=Decimal("0.66"), passing=True),
            update(2, passing=True),
            update(3, grade=Decimal("0.66")),
        ],
        True,
    ),
    "another number by file afterwards": (
        [
            update(1, grade=Decimal("0.66"), passing=True),
            update(2, passing=True),
            update(3, grade=Decimal("0.65")),
        ],
        None,
    ),
    "another number by file before the verdict": (
        [
            update(1, grade=Decimal("0.2")),
            update(2, grade=Decimal("0.66"), passing=False),
            update(3, passing=False),
            update(4, grade=Decimal("0.66")),
        ],
        False,
    ),
    "a newer verdict on another grade": (
        [
            update(1, grade=Decimal("0.66"), passing=True),
            update(3, grade=Decimal("0.4"), passing=False),
            update(4, grade=Decimal("0.4")),
        ],
        False,
    ),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_a_verdict_belongs_to_its_grade_in_any_order_of_arrival(store: RecordsStore, case: str) -> None:
    from certificates.aws.learner_items import enrollment_from

    updates, verdict = VERDICTS[case]
    for number, order in enumerate(itertools.permutations(updates)):
        for entry in order:
            store.apply([replace(entry, user_id=str(number))])
            store.apply([replace(order[0], user_id=str(number))])
        (raw,) = get_items([(learner_key(RUN, str(number)), "ENROLLMENT")]).values()
        assert enrollment_from(raw).standing_verdict is verdict, order


def test_a_username_of_a_later_account_is_not_claimed_by_an_older_update(store: RecordsStore) -> None:
    store.apply([update(5, "2", account=account("ana"))])
    store.apply([update(1, "1", account=Account("ana", "old@example.com"))])
    found = LearnerStore().find("ana")
    assert found is not None
    assert found.user_id == "2"


def test_a_new_account_claims_both_names_of_the_one_before(store: RecordsStore) -> None:
    store.apply([update(1, "1", account=account("ana"))])
    assert store.apply([update(2, "2", account=account("ana"))]) == [Effect.APPLIED]
    for name in ("ana", "ana@example.com"):
        found = LearnerStore().find(name)
        assert found is not None
        assert found.user_id == "2"


@pytest.mark.parametrize(
    ("first", "then", "verified", "expires"),
    [
        (Identity(True, minute(100)), Identity(True), True, minute(100)),
        (Identity(True, minute(2)), Identity(True), True, None),
        (Identity(True, minute(100)), Identity(False), False, None),
        (Identity(True, minute(100)), Identity(True, minute(50)), True, minute(50)),
        (Identity(False), Identity(True), True, None),
    ],
)
def test_an_update_without_an_expiry_keeps_one_that_is_still_to_come(
    store: RecordsStore, first: Identity, then: Identity, verified: bool, expires: datetime | None
) -> None:
    store.apply([update(1, account=account("ana"), identity=first)])
    store.apply([update(5, identity=then)])
    learner = LearnerStore().learner("42")
    assert learner is not None
    assert (learner.identity_verified, learner.identity_expires_at) == (verified, expires)


def test_hundreds_of_updates_are_written_in_few_calls_and_all_are_there(store: RecordsStore) -> None:
    many = [update(1, str(number), account=account(f"u{number}"), grade=Decimal("0.5")) for number in range(120)]
    with killing.calls() as made:
        assert set(store.apply(many)) == {Effect.APPLIED}
    # Four actions a learner, 25 learners a transaction; two items a learner, 50 learners a read.
    assert made.count("dynamodb.BatchGetItem") == 3
    assert made.count("dynamodb.TransactWriteItems") == 5
    assert len(recorded()) == 480
    with killing.calls() as made:
        assert set(store.apply(many)) == {Effect.REPEATED}
    assert made == ["dynamodb.BatchGetItem"] * 3


def test_a_write_by_somebody_else_in_between_is_not_overwritten(
    store: RecordsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from certificates.aws import records_store

    write = records_store._write
    raced: list[bool] = []

    def write_after_a_rival(actions: list[Any]) -> bool:
        if not raced:
            raced.append(True)
            RecordsStore(workers=1).apply([update(9, grade=Decimal("0.9"))])
        return write(actions)

    monkeypatch.setattr(records_store, "_write", write_after_a_rival)
    assert store.apply([update(5, grade=Decimal("0.1"), passing=True)]) == [Effect.APPLIED]
    enrollment = recorded()[learner_key(RUN, "42"), "ENROLLMENT"]
    assert (enrollment["grade"], enrollment["verdict"]) == ({"N": "0.9"}, {"BOOL": True})


def test_a_learner_without_a_name_yet_has_an_empty_one(store: RecordsStore) -> None:
    store.apply([update(1, account=account("ana"))])
    assert username_key("ana") in recorded()
    learner = LearnerStore().learner("42")
    assert learner is not None
    assert learner.name == ""


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (1, 3, 2)])
def test_a_verdict_without_a_grade_belongs_to_the_grade_of_the_earlier_file(
    store: RecordsStore, order: tuple[int, ...]
) -> None:
    from certificates.aws.learner_items import enrollment_from

    said = {1: {"grade": Decimal("0.66")}, 2: {"passing": True}, 3: {"grade": Decimal("0.66")}}
    for number in order:
        store.apply([update(number, **said[number])])
    (raw,) = get_items([(learner_key(RUN, "42"), "ENROLLMENT")]).values()
    assert enrollment_from(raw).standing_verdict is True
