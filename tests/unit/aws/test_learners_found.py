"""Learners, found by username or e-mail: whom a pointer names, and who gets a pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates.aws import learner_store, pointers, writes
from certificates.aws.learner_items import LearnerItem
from certificates.aws.learner_store import (
    LearnerStore,
    PointerItem,
    email_key,
    forgotten_key,
    holders,
    username_key,
)
from certificates.aws.pointers import abandoned, careful_entries, change_of, claimed, hopeful_entries
from certificates.aws.table import Key
from certificates.errors import Ambiguous
from certificates.rules.lms_update import Account, LmsUpdate

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
ZOE, ZO, ZOE_MAIL, NEW_MAIL = (
    ("USERNAME#zoe", "POINTER"),
    ("USERNAME#zo", "POINTER"),
    ("EMAIL#zoe@a.org", "POINTER"),
    ("EMAIL#new@a.org", "POINTER"),
)


def profile(user_id: str = "7", username: str = "zoe", email: str = "Zoe@a.org", **values: Any) -> LearnerItem:
    return LearnerItem(
        pk=f"LEARNER#{user_id}",
        sk="PROFILE",
        user_id=user_id,
        username=username,
        email=email,
        name=username.capitalize(),
        **values,
    )


def pointer(key: Key, *user_ids: str) -> PointerItem:
    return PointerItem(pk=key[0], sk=key[1], user_id=user_ids[0], more_user_ids=set(user_ids[1:]) or None)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes these the items of the table."""

    def storing(*items: Any) -> None:
        table = {(raw["pk"]["S"], raw["sk"]["S"]): raw for raw in (item.raw() for item in items)}

        def get_items(keys: Iterable[Key]) -> dict[Key, Any]:
            return {key: table[key] for key in keys if key in table}

        monkeypatch.setattr(learner_store, "get_items", get_items)
        monkeypatch.setattr(pointers, "get_items", get_items)

    return storing


def test_pointers_have_the_exact_username_and_the_e_mail_in_small_letters() -> None:
    assert username_key("Zoe ") == ("USERNAME#Zoe ", "POINTER")
    assert email_key(" Zoe@A.org ") == ZOE_MAIL
    name, sort_key = forgotten_key("zoe", b"s")
    assert (name.startswith("FORGOTTEN#"), sort_key) == (True, "POINTER")
    assert forgotten_key("zoe", b"s") != forgotten_key("zoe", b"t")
    assert holders(pointer(ZOE_MAIL, "7")) == ["7"]
    assert holders(pointer(ZOE_MAIL, "7", "9", "8")) == ["7", "8", "9"]


def test_a_learner_is_found_by_id_username_and_e_mail(stored: Any) -> None:
    stored(profile(), pointer(ZOE, "7"), pointer(ZOE_MAIL, "7"))
    store = LearnerStore(b"s")
    for found in (store.learner("7"), store.find("zoe"), store.find("ZOE@a.org")):
        assert found is not None and (found.user_id, found.username) == ("7", "zoe")
    assert store.learner("8") is None
    assert store.find("Zoe") is None
    assert (store.user_id_of("zoe"), store.user_id_of("Zoe")) == ("7", None)
    assert store.user_ids_of(["zoe", "ada"]) == {"zoe": "7"}
    assert set(store.learners(["7", "8"])) == {"7"}
    assert store.user_ids(["zoe", "zoe@a.org", "ada"]) == {"zoe": ("7",), "zoe@a.org": ("7",), "ada": ()}


def test_an_e_mail_of_several_learners_finds_nobody_by_chance(stored: Any) -> None:
    stored(profile(), profile("8", "zo"), pointer(ZOE_MAIL, "7", "8"))
    with pytest.raises(Ambiguous) as refused:
        LearnerStore().find("zoe@a.org")
    assert refused.value.values["learners"] == [
        {"user_id": "7", "username": "zoe"},
        {"user_id": "8", "username": "zo"},
    ]
    assert [learner.user_id for learner in LearnerStore().all_named("zoe@a.org")] == ["7", "8"]


def test_a_username_that_is_the_e_mail_of_another_learner_names_both(stored: Any) -> None:
    odd = ("USERNAME#zoe@a.org", "POINTER")
    stored(pointer(odd, "9"), pointer(ZOE_MAIL, "7"))
    assert LearnerStore().user_ids(["zoe@a.org"]) == {"zoe@a.org": ("9", "7")}


def test_names_of_forgotten_learners_are_known_by_their_hash(stored: Any) -> None:
    stored(pointer(forgotten_key("zoe", b"s"), "7"))
    assert LearnerStore(b"s").forgotten(["zoe", "ada", " "]) == {"zoe"}
    assert LearnerStore(b"t").forgotten(["zoe"]) == frozenset()


def update(username: str | None = "zoe", email: str | None = "zoe@a.org", user_id: str = "7") -> LmsUpdate:
    account = Account(username, email) if username is not None else None
    return LmsUpdate(user_id=user_id, at=AT, account=account)


@pytest.mark.parametrize(
    ("given", "before", "claims", "leaves"),
    [
        (update(), None, [ZOE, ZOE_MAIL], []),
        (update(email=None), None, [ZOE], []),
        (update(email=" "), None, [ZOE], []),
        (update(), profile(), [], []),
        (update("zo"), profile(), [ZO], [ZOE]),
        (update("zo", None), profile(), [ZO], [ZOE]),
        (update(email="new@a.org"), profile(), [NEW_MAIL], [ZOE_MAIL]),
        (update(email=""), profile(), [], [ZOE_MAIL]),
        (update(None), profile(), [], [ZOE, ZOE_MAIL]),
        (update(), profile(email=""), [ZOE_MAIL], []),
    ],
)
def test_an_account_claims_its_new_names_and_leaves_the_old_ones(
    given: LmsUpdate, before: LearnerItem | None, claims: list[Key], leaves: list[Key]
) -> None:
    assert claimed(given, before) == claims
    assert abandoned(given, before) == leaves


MINE = PointerItem.pk.does_not_exist() | ((PointerItem.user_id == "7") & PointerItem.more_user_ids.does_not_exist())


def test_names_are_claimed_without_reading_unless_another_learner_has_them() -> None:
    assert list(hopeful_entries(update("zo"), profile())) == [
        writes.put(pointer(ZO, "7"), MINE),
        writes.delete(ZOE, MINE),
    ]


def named(*user_ids: str) -> Any:
    more = PointerItem.more_user_ids
    others = more == set(user_ids[1:]) if user_ids[1:] else more.does_not_exist()
    return (PointerItem.user_id == user_ids[0]) & others


def test_a_pointer_changes_only_from_the_learners_that_were_read() -> None:
    assert change_of(ZOE_MAIL, ["7", "8"], ["8"]) == writes.put(pointer(ZOE_MAIL, "8"), named("7", "8"))
    assert change_of(ZOE_MAIL, ["7"], []) == writes.delete(ZOE_MAIL, named("7"))
    assert change_of(ZOE_MAIL, ["7"], ["7", "8"]) == writes.put(pointer(ZOE_MAIL, "7", "8"), named("7"))


def careful(given: LmsUpdate, before: LearnerItem | None) -> list[Any]:
    return list(careful_entries(given, before))


def test_free_names_are_claimed_and_names_of_others_are_left_alone(stored: Any) -> None:
    stored(pointer(ZOE, "7"), pointer(ZOE_MAIL, "7"))
    assert careful(update("zo", "new@a.org"), profile()) == [
        writes.put(pointer(ZO, "7"), PointerItem.pk.does_not_exist()),
        writes.put(pointer(NEW_MAIL, "7"), PointerItem.pk.does_not_exist()),
        writes.delete(ZOE, named("7")),
        writes.delete(ZOE_MAIL, named("7")),
    ]
    stored(pointer(ZOE, "9"))
    assert careful(update("zo", None), profile()) == [writes.put(pointer(ZO, "7"), PointerItem.pk.does_not_exist())]


def test_an_e_mail_is_shared_with_those_who_have_it(stored: Any) -> None:
    stored(profile("8", "ada", "new@a.org"), pointer(NEW_MAIL, "8"), pointer(ZOE_MAIL, "6", "7"))
    assert careful(update(email="new@a.org"), profile()) == [
        writes.put(pointer(NEW_MAIL, "8", "7"), named("8")),
        writes.put(pointer(ZOE_MAIL, "6"), named("6", "7")),
    ]


def test_an_account_that_holds_the_pointer_already_claims_nothing(stored: Any) -> None:
    stored(pointer(ZO, "7"), pointer(ZOE, "7"))
    assert careful(update("zo", None), profile(email="")) == [writes.delete(ZOE, named("7"))]


def test_a_username_goes_to_the_account_with_the_later_update(stored: Any) -> None:
    earlier = profile("8", "zo", "", profiled_at=AT - timedelta(hours=1))
    stored(earlier, pointer(ZO, "8"))
    unchanged = writes.check(("LEARNER#8", "PROFILE"), LearnerItem.profiled_at == AT - timedelta(hours=1))
    assert careful(update("zo", None), None) == [writes.put(pointer(ZO, "7"), named("8")), unchanged]
    later = profile("8", "zo", "", profiled_at=AT + timedelta(hours=1))
    stored(later, pointer(ZO, "8"))
    assert careful(update("zo", None), None) == [
        writes.check(("LEARNER#8", "PROFILE"), LearnerItem.profiled_at == AT + timedelta(hours=1))
    ]
    stored(profile("8", "zo", "", profiled_at=AT), pointer(ZO, "8"))
    assert careful(update("zo", None), None)[0] == writes.put(pointer(ZO, "7"), named("8"))


def test_the_loser_of_a_username_also_loses_the_e_mail_that_both_had(stored: Any) -> None:
    rival = profile("8", "zo", "new@a.org")
    stored(rival, pointer(ZO, "8"), pointer(NEW_MAIL, "8"))
    assert careful(update("zo", "new@a.org"), None) == [
        writes.put(pointer(ZO, "7"), named("8")),
        writes.put(pointer(NEW_MAIL, "7"), named("8")),
    ]


def test_a_learner_who_has_meanwhile_another_username_is_no_rival(stored: Any) -> None:
    stored(profile("8", "ada", "", profiled_at=AT + timedelta(hours=1)), pointer(ZO, "8"))
    assert careful(update("zo", None), None) == [writes.put(pointer(ZO, "7"), named("8"))]
    stored(pointer(ZO, "8"))
    assert careful(update("zo", None), None) == [writes.put(pointer(ZO, "7"), named("8"))]
