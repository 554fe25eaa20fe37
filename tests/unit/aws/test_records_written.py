"""Updates from the LMS: what is written together, what alone after a lost race, and what is never written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws import records_store, throttling
from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.learner_store import PointerItem
from certificates.aws.record_parts import Effect
from certificates.aws.records_store import RecordsStore, Written
from certificates.aws.table import Key, shard_of
from certificates.aws.writes import put, update
from certificates.errors import Raced
from certificates.rules.lms_update import Account, Enrolled, Identity, LmsUpdate

COURSE = "course-v1:Fjord+BIO1+2026"
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
EARLIER, LATER = AT - timedelta(hours=1), AT + timedelta(hours=1)
L, E = LearnerItem, EnrollmentItem


class Table:
    """Items by key, and the transactions. `lost` is how many of the next ones lose a race."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.items: dict[Key, Any] = {}
        self.asked: list[list[Key]] = []
        self.written: list[list[Any]] = []
        self.lost = 0
        monkeypatch.setattr(records_store, "get_items", self._get_items)
        monkeypatch.setattr(records_store, "transact", self._transact)
        monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)

    def add(self, *items: Any) -> None:
        for raw in (item.raw() for item in items):
            self.items[raw["pk"]["S"], raw["sk"]["S"]] = raw

    def _get_items(self, keys: Any) -> dict[Key, Any]:
        self.asked.append(list(keys))
        return {key: self.items[key] for key in self.asked[-1] if key in self.items}

    def _transact(self, entries: list[Any]) -> None:
        self.written.append(entries)
        if self.lost:
            self.lost -= 1
            raise Raced


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(monkeypatch)


def learner(user_id: str = "7", **values: Any) -> LearnerItem:
    usual = {"user_id": user_id, "username": "zoe", "email": "z@a.org", "name": "Zoe"}
    return L(pk=f"LEARNER#{user_id}", sk="PROFILE", **usual | values)


def named(user_id: str = "7", name: str = "Zoe", at: datetime = AT) -> LmsUpdate:
    return LmsUpdate(user_id=user_id, at=at, name=name)


def of_name(user_id: str = "7", name: str = "Zoe", *, known: datetime | None = None, former: str = "") -> Any:
    """The entry that sets a name."""
    actions = [L.user_id.set(user_id), L.named_at.set(AT), L.name.set(name), L.email.set(L.email | "")]
    actions += [L.former_texts.add({former})] if former else []
    unchanged = L.named_at.does_not_exist() if known is None else L.named_at == known
    return update((f"LEARNER#{user_id}", "PROFILE"), actions, unchanged & L.forgotten_at.does_not_exist())


def test_a_name_makes_a_profile_that_has_all_that_readers_need(table: Table) -> None:
    assert RecordsStore().apply([named()]) == [Effect.APPLIED]
    assert table.asked == [[("LEARNER#7", "PROFILE")]]
    assert table.written == [[of_name()]]


def test_a_replaced_name_is_kept_to_be_found_when_the_learner_is_forgotten(table: Table) -> None:
    table.add(learner(name="Zo", named_at=EARLIER))
    assert RecordsStore().write([named()]) == [Written(Effect.APPLIED, is_older=False)]
    assert table.written == [[of_name(known=EARLIER, former="Zo")]]


@pytest.mark.parametrize(
    "stored",
    [
        {"name": ""},
        {"name": "Zoe"},
        {"name": "Zo", "former_texts": {"Zo"}},
        {"name": "Zo", "former_texts": {f"name {number}" for number in range(20)}},
    ],
)
def test_nothing_is_kept_twice_or_without_end(table: Table, stored: dict[str, Any]) -> None:
    table.add(learner(named_at=EARLIER, **stored))
    RecordsStore().write([named()])
    assert table.written == [[of_name(known=EARLIER)]]


def test_the_twentieth_former_name_is_kept(table: Table) -> None:
    table.add(learner(name="Zo", named_at=EARLIER, former_texts={f"name {number}" for number in range(19)}))
    RecordsStore().write([named()])
    assert table.written == [[of_name(known=EARLIER, former="Zo")]]


def test_an_account_claims_its_pointers_and_keeps_the_former_ones(table: Table) -> None:
    table.add(learner(profiled_at=EARLIER, username="zo", email="zo@a.org"))
    given = LmsUpdate(user_id="7", at=AT, account=Account("zoe", "zoe@a.org"))
    assert RecordsStore().apply([given]) == [Effect.APPLIED]
    ((profile, *pointers),) = table.written
    actions = [
        L.user_id.set("7"),
        L.profiled_at.set(AT),
        L.username.set("zoe"),
        L.email.set("zoe@a.org"),
        L.name.set(L.name | ""),
        L.former_usernames.add({"zo"}),
        L.former_texts.add({"zo@a.org"}),
    ]
    unchanged = (L.profiled_at == EARLIER) & L.forgotten_at.does_not_exist()
    assert profile == update(("LEARNER#7", "PROFILE"), actions, unchanged)
    assert [next(iter(pointer)) for pointer in pointers] == ["Put", "Put", "Delete", "Delete"]


def enrolled(**values: Any) -> LmsUpdate:
    return LmsUpdate(user_id="7", at=AT, course_id=COURSE, **values)


def listing() -> list[Any]:
    return [
        E.course_id.set(COURSE),
        E.user_id.set("7"),
        E.holder.set("7"),
        E.shard.set(f"RUN#{COURSE}#{shard_of('7'):02d}"),
        E.shard_entry.set("ENROLLMENT#7"),
    ]


ENROLLMENT = (f"RUN#{COURSE}#7", "ENROLLMENT")


def test_an_update_of_an_enrollment_is_listed_with_its_run(table: Table) -> None:
    table.add(E.at(COURSE, "7", "ENROLLMENT", beta_tester_at=EARLIER))
    assert RecordsStore().write([enrolled(beta_tester=True)]) == [Written(Effect.APPLIED, is_older=False)]
    assert table.asked == [[("LEARNER#7", "PROFILE"), ENROLLMENT]]
    actions = [*listing(), E.beta_tester_at.set(AT), E.beta_tester.set(True)]
    assert table.written == [[update(ENROLLMENT, actions, E.beta_tester_at == EARLIER)]]


def test_further_fields_are_added_to_the_stored_ones(table: Table) -> None:
    table.add(E.at(COURSE, "7", "ENROLLMENT", fields={"hours": "30"}, fields_at=EARLIER))
    RecordsStore().write([enrolled(fields={"level": "2"})])
    actions = [*listing(), E.fields_at.set(AT), E.fields.set({"hours": "30", "level": "2"})]
    assert table.written == [[update(ENROLLMENT, actions, E.fields_at == EARLIER)]]


def test_an_identity_that_is_verified_again_keeps_its_stored_expiry(table: Table) -> None:
    table.add(learner(identity_expires_at=LATER, identity_at=EARLIER))
    RecordsStore().write([LmsUpdate(user_id="7", at=AT, identity=Identity(True))])
    actions = [L.user_id.set("7"), L.identity_at.set(AT)]
    actions += [L.identity_verified.set(True), L.identity_expires_at.set(LATER)]
    actions += [L.name.set(L.name | ""), L.email.set(L.email | "")]
    unchanged = (L.identity_at == EARLIER) & L.forgotten_at.does_not_exist()
    assert table.written == [[update(("LEARNER#7", "PROFILE"), actions, unchanged)]]


def test_a_grade_is_compared_with_the_times_of_the_verdict_too(table: Table) -> None:
    RecordsStore().write([enrolled(grade=Decimal("0.5"))])
    ((entry,),) = table.written
    condition = entry["Update"]["ConditionExpression"]
    names = set(entry["Update"]["ExpressionAttributeNames"].values())
    assert {"graded_at", "verdict_at", "verdict_grade_at"} < names
    assert condition.count("attribute_not_exists") == 3


@pytest.mark.parametrize(
    ("known", "stored", "written"),
    [
        (LATER, "Ada", Written(Effect.UNCHANGED, is_older=True)),
        (LATER, "Zoe", Written(Effect.UNCHANGED, is_older=False)),
        (AT, "Zoe", Written(Effect.REPEATED, is_older=False)),
        (AT, "Ada", Written(Effect.CONTRADICTED, is_older=False)),
    ],
)
def test_an_update_that_is_not_newer_writes_nothing(
    table: Table, known: datetime, stored: str, written: Written
) -> None:
    table.add(learner(name=stored, named_at=known))
    assert RecordsStore().write([named()]) == [written]
    assert table.written == []


def test_an_older_enrollment_counts_as_older_too(table: Table) -> None:
    table.add(E.at(COURSE, "7", "ENROLLMENT", beta_tester=False, beta_tester_at=LATER))
    assert RecordsStore().write([enrolled(beta_tester=True)]) == [Written(Effect.UNCHANGED, is_older=True)]


def test_a_forgotten_learner_stays_forgotten(table: Table) -> None:
    table.add(learner(forgotten_at=EARLIER))
    assert RecordsStore().write([named()]) == [Written(Effect.UNCHANGED, is_older=False)]
    assert table.written == []


def test_a_value_that_ends_is_removed(table: Table) -> None:
    table.add(learner())
    RecordsStore().write([LmsUpdate(user_id="7", at=AT, identity=Identity(False, None))])
    ((entry,),) = table.written
    assert "REMOVE" in entry["Update"]["UpdateExpression"]


def test_many_updates_share_transactions_of_a_hundred_entries(table: Table) -> None:
    updates = [
        LmsUpdate(user_id=str(number), at=AT, account=Account(f"u{number}", f"{number}@a.org")) for number in range(50)
    ]
    assert RecordsStore().apply(updates) == [Effect.APPLIED] * 50
    assert [len(entries) for entries in table.written] == [99, 51]


def test_no_transaction_touches_an_item_twice(table: Table) -> None:
    updates = [LmsUpdate(user_id=user_id, at=AT, account=Account(user_id, "same@a.org")) for user_id in "123"]
    RecordsStore().apply(updates)
    assert [len(entries) for entries in table.written] == [3, 3, 3]


def test_updates_that_lost_a_race_together_are_written_alone(table: Table) -> None:
    table.lost = 2
    table.add(learner("3", name="Zo3", named_at=LATER))
    effects = RecordsStore().write([named("1", "Zo1"), named("2", "Zo2"), named("3", "Zo3")])
    assert effects == [Written(Effect.APPLIED)] * 2 + [Written(Effect.UNCHANGED)]
    one, two = of_name("1", "Zo1"), of_name("2", "Zo2")
    assert table.written == [[one, two], [one], [one], [two]]
    assert len(table.asked) == 5


def test_an_update_that_became_old_meanwhile_is_not_written(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(entries: list[Any]) -> None:
        table.written.append(entries)
        table.add(learner(name="Ada", named_at=LATER))
        raise Raced

    monkeypatch.setattr(records_store, "transact", lose)
    assert RecordsStore().write([named()]) == [Written(Effect.UNCHANGED, is_older=True)]
    assert len(table.written) == 1


def test_an_update_that_always_loses_is_delivered_again(table: Table) -> None:
    table.lost = 99
    with pytest.raises(Raced, match=r"^learner 7 kept being changed by others$"):
        RecordsStore().write([named()])
    assert len(table.written) == 9


@pytest.mark.parametrize("workers", [1, 2])
def test_results_keep_the_order_of_many_updates(table: Table, workers: int) -> None:
    table.add(learner("60", name="Zoe", named_at=AT))
    effects = RecordsStore(workers).apply([named(str(number)) for number in range(120)])
    assert [place for place, effect in enumerate(effects) if effect is Effect.REPEATED] == [60]
    assert sorted(len(keys) for keys in table.asked) == [20, 50, 50]


def test_pointers_are_claimed_without_reading_first_and_carefully_after_a_lost_race(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = PointerItem.pk.does_not_exist()

    def pointers(name: str) -> Any:
        return lambda given, stored: [put(PointerItem(pk=name, sk="POINTER", user_id=given.user_id), free)]

    monkeypatch.setattr(records_store, "hopeful_entries", pointers("hopeful"))
    monkeypatch.setattr(records_store, "careful_entries", pointers("careful"))
    table.lost = 1
    given = LmsUpdate(
        user_id="7", at=AT, account=Account("zoe", None), course_id=COURSE, enrolled=Enrolled("audit", True)
    )
    RecordsStore().write([given])
    kinds = [[entry["Put"]["Item"]["pk"]["S"] for entry in entries if "Put" in entry] for entries in table.written]
    assert kinds == [["hopeful"], ["careful"]]
    assert [len(entries) for entries in table.written] == [3, 3]
