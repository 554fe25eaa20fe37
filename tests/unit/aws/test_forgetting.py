"""The items of a learner who is being forgotten: what to look for, and what is left in the end."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import forgetting_store, throttling
from certificates.aws.forgetting_store import ForgettingItem, ForgettingStore, Redacted, Remembered, Sought
from certificates.aws.item_model import ByKind
from certificates.aws.learner_items import LearnerItem
from certificates.aws.learner_store import PointerItem, email_key, forgotten_key, username_key
from certificates.aws.pointers import change_of
from certificates.aws.redaction import redaction
from certificates.aws.writes import delete, put, update
from certificates.errors import Raced
from certificates.rules.forgotten import FORGOTTEN_LEARNER
from certificates.rules.history import Trigger
from certificates.rules.traces import Traces
from tests.unit.aws.kept_items import KeptItems

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
STORE = ForgettingStore()
L, F = LearnerItem, ForgettingItem
PROFILE, MARKER = ("LEARNER#7", "PROFILE"), ("LEARNER#7", "FORGETTING")


def stored(**values: Any) -> LearnerItem:
    usual = {"user_id": "7", "username": "zoe", "email": "zoe@a.org", "name": "Zoe Ang"}
    return L(pk=PROFILE[0], sk=PROFILE[1], **usual | values)


def profile(**values: Any) -> LearnerItem:
    return L.read(stored(**values).raw())


def marker(usernames: set[str] | None, texts: set[str] | None, by: str = "omar") -> ForgettingItem:
    kept = {"usernames": usernames, "texts": texts, "asked_by": by}
    return F(pk=MARKER[0], sk=MARKER[1], kind="forgetting", user_id="7", **kept)


def pointer(key: tuple[str, str], *holders: str) -> PointerItem:
    return PointerItem(pk=key[0], sk=key[1], user_id=holders[0], more_user_ids=set(holders[1:]) or None)


class Certificates:
    """A learner's certificates and their history."""

    def __init__(self) -> None:
        self.changes: list[Any] = []
        self.held: list[Any] = []

    def course_ids_of(self, user_id: str) -> list[str]:
        assert user_id == "7"
        return ["course"]

    def history(self, course_id: str, user_id: str) -> list[Any]:
        assert (course_id, user_id) == ("course", "7")
        return self.changes

    def certificates_of(self, user_id: str) -> list[Any]:
        assert user_id == "7"
        return self.held


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)
    return KeptItems(monkeypatch, forgetting_store)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Certificates:
    made = Certificates()
    monkeypatch.setattr(forgetting_store, "CertificateStore", lambda: made)
    return made


def test_a_learner_is_remembered_until_forgotten(table: KeptItems) -> None:
    assert STORE.remembered("7") is None
    table.add(stored())
    found = STORE.remembered("7")
    assert found is not None
    assert (found.profile.user_id, found.forgotten_at) == ("7", None)
    table.add(stored(forgotten_at=AT))
    again = STORE.remembered("7")
    assert again is not None
    assert again.forgotten_at == AT


def test_what_is_sought_is_kept_until_everything_is_removed(table: KeptItems) -> None:
    assert STORE.sought("7") is None
    table.add(marker({"zoe"}, None))
    assert STORE.sought("7") == Sought(Traces.of(["zoe"], []), "omar", is_nameless=False)
    table.add(marker(None, {"Zoe Ang"}))
    assert STORE.sought("7") == Sought(Traces.of([], ["Zoe Ang"]), "omar", is_nameless=False)
    table.add(marker(None, None))
    assert STORE.sought("7") == Sought(Traces.of([], []), "omar", is_nameless=True)
    STORE.found("7")
    STORE.end("7")
    assert table.written == [update(MARKER, [F.usernames.remove(), F.texts.remove()], F.pk.exists()), delete(MARKER)]


def change(trigger: Trigger = Trigger.BULK, actor: str = "omar", before: Any = None, after: Any = None) -> Any:
    return SimpleNamespace(trigger=trigger, actor=actor, name_before=before, name_after=after)


def seek(by: str = "omar", **values: Any) -> None:
    STORE.seek(Remembered(profile(**values)), by)


def sought(table: KeptItems) -> tuple[set[str], set[str], str]:
    """Usernames, texts and who asked, as they were written."""
    ((entry,),) = [table.written]
    item = F.read(entry["Put"]["Item"])
    assert (item.pk, item.sk, item.kind, item.user_id) == (*MARKER, "forgetting", "7")
    assert "ConditionExpression" not in entry["Put"]
    return set(item.usernames or ()), set(item.texts or ()), item.asked_by


def test_every_name_of_the_profile_and_of_certificates_is_sought(table: KeptItems, held: Certificates) -> None:
    held.changes = [change(before="Zoe B", after="Zoe C"), change(Trigger.LEARNER, "zoe.old")]
    held.held = [SimpleNamespace(name="Zoe D", name_before="Zoe E")]
    table.add(pointer(username_key("zo"), "7"), pointer(email_key("b@a.org"), "7", "8"))
    seek(spare_name="Zoe S", bounced_email="c@a.org", former_usernames={"zo"}, former_texts={"b@a.org", "Zoe F"})
    usernames, texts, by = sought(table)
    assert usernames == {"zoe", "zoe.old", "zo"}
    assert texts == {
        *("zoe@a.org", "Zoe Ang", "Zoe S", "c@a.org", "b@a.org"),
        *("Zoe B", "Zoe C", "Zoe D", "Zoe E", "Zoe F"),
    }
    assert by == "omar"


def test_names_that_belong_to_others_now_are_not_sought(table: KeptItems, held: Certificates) -> None:
    held.changes = [change(Trigger.LEARNER, "ada")]
    table.add(pointer(username_key("zo"), "8"), pointer(username_key("ada"), "8"), pointer(email_key("B@a.org"), "8"))
    seek(former_usernames={"zo"}, former_texts={"B@a.org"})
    assert sought(table) == ({"zoe"}, {"zoe@a.org", "Zoe Ang"}, "omar")


def test_a_second_request_adds_to_what_is_sought(table: KeptItems, held: Certificates) -> None:
    table.add(marker({"zo"}, {"Zoe Old"}))
    seek(by="zoe", username=FORGOTTEN_LEARNER, name="", email="")
    assert sought(table) == ({"zo"}, {"Zoe Old"}, "zoe")


def test_a_learner_who_asked_is_not_named_as_the_one_who_asked(table: KeptItems, held: Certificates) -> None:
    seek(by="zoe")
    assert sought(table)[2] == FORGOTTEN_LEARNER


EMPTIED = [
    L.username.set(""),
    L.email.set(""),
    L.name.set(""),
    L.spare_name.remove(),
    L.opted_out_at.remove(),
    L.opted_out_by.remove(),
    L.bounced_email.remove(),
    L.former_usernames.remove(),
    L.former_texts.remove(),
    L.forgotten_at.set(AT),
]
AS_READ = (L.username == "zoe") & (L.email == "zoe@a.org") & (L.name == "Zoe Ang")


def hashed(called: str) -> Any:
    pk, sk = forgotten_key(called, b"salt")
    return put(PointerItem(pk=pk, sk=sk, user_id="7"))


def written(table: KeptItems) -> tuple[Any, Any]:
    """The entry of the profile, and the others in a fixed order."""
    ((first, *others),) = table.written
    return first, sorted(others, key=str)


def test_the_profile_is_emptied_and_its_pointers_become_hashes(table: KeptItems) -> None:
    table.add(pointer(username_key("zoe"), "7"), pointer(email_key("zoe@a.org"), "7", "8"))
    former = {"former_usernames": {"zo"}, "former_texts": {"b@a.org", "Zoe F"}, "spare_name": "Z"}
    STORE.empty(Remembered(profile(**former)), AT, b"salt")
    entries = [
        change_of(username_key("zoe"), ["7"], []),
        change_of(email_key("zoe@a.org"), ["7", "8"], ["8"]),
        *map(hashed, ("zoe", "zoe@a.org", "zo", "b@a.org")),
    ]
    assert written(table) == (update(PROFILE, EMPTIED, AS_READ & (L.spare_name == "Z")), sorted(entries, key=str))


def test_the_pointers_of_others_stay(table: KeptItems) -> None:
    table.add(pointer(username_key("zoe"), "8"), pointer(email_key("zoe@a.org"), "8"))
    STORE.empty(Remembered(profile()), AT, b"salt")
    entries = sorted(map(hashed, ("zoe", "zoe@a.org")), key=str)
    assert written(table) == (update(PROFILE, EMPTIED, AS_READ & L.spare_name.does_not_exist()), entries)


def test_a_profile_without_names_has_no_pointers(table: KeptItems) -> None:
    table.add(pointer(username_key(""), "7"), pointer(email_key(""), "7"))
    STORE.empty(Remembered(profile(username="", email=" ", name="")), AT, b"salt")
    assert written(table)[1] == []


MARA = Traces.of(["mara.ilves"], ["Mara Ilves"])


def note(pk: str, text: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "EXCEPTION"}, "note": {"S": text}}


def test_a_page_of_the_table_loses_the_learner_and_tells_where_the_learner_was(
    table: KeptItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = note("RUN#course-a#7", "ill"), note("RUN#course-b#8", "as Mara Ilves")
    call = {"pk": {"S": "IDEMPOTENCY#mara.ilves"}, "sk": {"S": "1"}, "status": {"S": "INPROGRESS"}}
    pages: dict[Any, Any] = {None: ([own, call, other], ("a", "b")), ("a", "b"): ([note("COURSE-RUN#c#7", "")], None)}
    monkeypatch.setattr(forgetting_store, "scan_page", lambda after: pages[after])
    assert STORE.redact_page("7", MARA, None) == Redacted(("a", "b"), {"course-a"}, True)
    assert table.written == [redaction(raw, "7", MARA) for raw in (own, call, other)]
    assert STORE.redact_page("7", MARA, ("a", "b")) == Redacted(None, set(), False)
    assert len(table.written) == 3


def page_of(monkeypatch: pytest.MonkeyPatch, raw: dict[str, Any]) -> None:
    monkeypatch.setattr(forgetting_store, "scan_page", lambda after: ([raw], None))


def test_an_item_that_changed_meanwhile_is_read_again(table: KeptItems, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = note("RUN#course#8", "Mara Ilves"), note("RUN#course#8", "see Mara Ilves")
    page_of(monkeypatch, old)
    table.items["RUN#course#8", "EXCEPTION"] = new
    table.races = 1
    STORE.redact_page("7", MARA, None)
    assert table.written == [redaction(raw, "7", MARA) for raw in (old, new)]


@pytest.mark.parametrize("left", [None, note("RUN#course#8", "nobody")])
def test_an_item_that_lost_the_learner_meanwhile_is_done(
    table: KeptItems, monkeypatch: pytest.MonkeyPatch, left: dict[str, Any] | None
) -> None:
    page_of(monkeypatch, note("RUN#course#8", "Mara Ilves"))
    if left:
        table.items["RUN#course#8", "EXCEPTION"] = left
    table.races = 1
    STORE.redact_page("7", MARA, None)
    assert len(table.written) == 1


def test_an_item_that_always_changes_is_tried_again_later(table: KeptItems, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = note("RUN#course#8", "Mara Ilves")
    page_of(monkeypatch, raw)
    table.items["RUN#course#8", "EXCEPTION"] = raw
    table.races = 99
    with pytest.raises(Raced, match=r"^an item kept being changed by others$"):
        STORE.redact_page("7", MARA, None)
    assert len(table.written) == 8


def test_unfinished_work_is_found_by_the_index(table: KeptItems) -> None:
    table.add(marker({"zoe"}, None))
    assert list(STORE.unfinished()) == ["7"]
    assert table.queries == [("kind = :0", {":0": "forgetting"}, {"index": ByKind})]
