"""The listing of a run's items by shard: what the index is asked, and where a page goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws import learner_store, listing_store, report_listing
from certificates.aws.item_model import ByShard
from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.listing_store import Listed, ListingStore
from certificates.aws.report_listing import learners_in_report
from certificates.aws.table import SHARDS, shard_of
from certificates.errors import BadRequest
from certificates.rules.model import CourseRun, Learner, Site

COURSE = "course-v1:Fjord+BIO1+2026"
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
STORE = ListingStore()
KEYS = ("pk", "sk", "course_id", "user_id", "shard_entry")
RUN = CourseRun(course_id=COURSE, title="Biology", organization="Fjord")


def entry(user_id: str, kind: str = "ENROLLMENT", sk: str = "", **values: Any) -> dict[str, Any]:
    raw = EnrollmentItem.at(COURSE, user_id, kind, **values).raw()
    return {**raw, "sk": {"S": sk or kind}, "shard_entry": {"S": f"{sk or kind}#{user_id}"}}


def profile(user_id: str) -> LearnerItem:
    name = f"learner{user_id}"
    values = {"user_id": user_id, "username": name, "email": "", "name": name}
    return LearnerItem(pk=f"LEARNER#{user_id}", sk="PROFILE", **values)


class Index:
    """Notes what is asked, and answers each query from `found` by the range of the sort key."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.found: list[dict[str, Any]] = []
        self.profiles: dict[tuple[str, str], Any] = {}
        self.more = False
        monkeypatch.setattr(listing_store, "query", self._query)
        monkeypatch.setattr(listing_store, "query_page", self._query_page)
        monkeypatch.setattr(listing_store, "get_items", self._get_items)
        monkeypatch.setattr(learner_store, "get_items", self._get_items)

    def _query(self, where: Any, **how: Any) -> list[dict[str, Any]]:
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        text = where.serialize(names, values)
        for name, place in names.items():
            text = text.replace(place, name)
        said = {place: value["S"] for place, value in values.items()}
        self.asked.append(({"": text, **said}, how))
        shard, *ends = said.values()
        low, high = ends or ("", "\U0010ffff")
        mine = [raw for raw in self.found if raw["shard"]["S"] == shard]
        return sorted(
            (raw for raw in mine if low <= raw["shard_entry"]["S"] <= high), key=lambda raw: raw["shard_entry"]["S"]
        )

    def _query_page(self, where: Any, **how: Any) -> tuple[list[dict[str, Any]], bool]:
        return self._query(where, **how), self.more

    def _get_items(self, keys: Any) -> dict[tuple[str, str], Any]:
        return {key: self.profiles[key] for key in keys if key in self.profiles}


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Index:
    return Index(monkeypatch)


def of_one_shard(number: int, shard: int = 3) -> list[str]:
    """The first ids of learners of this shard."""
    return [user_id for user_id in map(str, range(500)) if shard_of(user_id) == shard][:number]


RANGE = "(shard = :0 AND shard_entry BETWEEN :1 AND :2)"


def test_an_entry_knows_its_learner_its_key_and_its_place() -> None:
    listed = Listed({**entry("7", sk="MAIL#a"), "state": {"S": "sent"}})
    assert (listed.user_id, listed.key) == ("7", (f"RUN#{COURSE}#7", "MAIL#a"))
    assert (listed.text("state"), listed.text("reason"), listed.text("grade")) == ("sent", "", "")
    assert listed.place == f"{shard_of('7'):02d}/MAIL#a#7"


def test_a_walk_goes_through_all_shards(index: Index) -> None:
    assert list(STORE.walk(COURSE, "ENROLLMENT", attributes=["mode"], page_size=7)) == []
    assert [said for said, _ in index.asked] == [
        {"": RANGE, ":0": f"RUN#{COURSE}#{shard:02d}", ":1": "ENROLLMENT#", ":2": "ENROLLMENT$"}
        for shard in range(SHARDS)
    ]
    assert all(how == {"index": ByShard, "attributes": (*KEYS, "mode"), "page_size": 7} for _, how in index.asked)


@pytest.mark.parametrize(
    ("after", "shards", "first"),
    [
        (None, 16, "ENROLLMENT#"),
        ("", 16, "ENROLLMENT#"),
        ("14/ENROLLMENT#7", 2, "ENROLLMENT#7\0"),
        ("14/ENROLLMENT#7/8", 2, "ENROLLMENT#7/8\0"),
    ],
)
def test_a_walk_goes_on_after_a_place(index: Index, after: str | None, shards: int, first: str) -> None:
    assert list(STORE.walk(COURSE, "ENROLLMENT", after=after)) == []
    said, how = zip(*index.asked, strict=True)
    assert [asked[":0"][-2:] for asked in said] == [f"{shard:02d}" for shard in range(SHARDS)][-shards:]
    assert [asked[":1"] for asked in said] == [first] + ["ENROLLMENT#"] * (shards - 1)
    assert all(asked == {"index": ByShard, "attributes": KEYS, "page_size": 1000} for asked in how)


@pytest.mark.parametrize(
    "after",
    [
        "7/ENROLLMENT#7",
        "x7/ENROLLMENT#7",
        "٧٧/ENROLLMENT#7",
        "14/CERTIFICATE#7",
        "14/ENROLLMENT",
        "14",
        "/",
        "16/ENROLLMENT#7",
    ],
)
def test_a_place_in_another_list_is_refused_before_the_table_is_asked(index: Index, after: str) -> None:
    with pytest.raises(BadRequest) as refused:
        STORE.walk(COURSE, "ENROLLMENT", after=after)
    assert (refused.value.reason, index.asked) == ("bad-cursor", [])


def test_a_shard_has_items_of_all_kinds(index: Index) -> None:
    user_id = of_one_shard(1)[0]
    index.found = [entry(user_id), entry(user_id, "CERTIFICATE")]
    assert [listed.key[1] for listed in STORE.shard(COURSE, 3)] == ["CERTIFICATE", "ENROLLMENT"]
    assert index.asked == [
        (
            {"": "shard = :0", ":0": f"RUN#{COURSE}#03"},
            {"index": ByShard, "attributes": KEYS, "page_size": 1000},
        )
    ]


def test_a_page_names_its_last_learner_if_more_follow(index: Index) -> None:
    ids = sorted(of_one_shard(2))
    index.found = list(map(entry, ids))
    assert STORE.page(COURSE, 3, "ENROLLMENT", after=None, limit=2) == (ids, None)
    index.more = True
    assert STORE.page(COURSE, 3, "ENROLLMENT", after=ids[0], limit=2) == (ids[1:], ids[1])
    assert [said[":1"] for said, _ in index.asked] == ["ENROLLMENT#", f"ENROLLMENT#{ids[0]}\0"]
    assert {said[""] for said, _ in index.asked} == {RANGE}
    assert all(how == {"index": ByShard, "attributes": ["user_id"], "limit": 2} for _, how in index.asked)


def test_counts_see_the_facts_of_every_learner_of_a_shard(index: Index) -> None:
    one, two = of_one_shard(2)
    index.found = [entry(one, mode="verified", grade=Decimal("0.5"), graded_at=AT), entry(two, mode="audit")]
    site = Site(time_zone="Europe/Oslo")
    facts = list(STORE.facts_of_shard(RUN, 3, site=site, now=AT))
    assert {fact.learner for fact in facts} == {
        Learner(user_id=user_id, username="", email="", name="") for user_id in (one, two)
    }
    assert all((fact.run, fact.now, fact.site) == (RUN, AT, site) for fact in facts)
    assert {fact.learner.user_id: fact.enrollment and fact.enrollment.mode for fact in facts} == {
        one: "verified",
        two: "audit",
    }
    ((said, how),) = index.asked
    assert said[":0"] == f"RUN#{COURSE}#03"
    assert {"mode", "grade", "status", "outcome", "fields"} < set(how["attributes"])
    index.profiles["LEARNER#" + one, "PROFILE"] = profile(one).raw()
    assert [fact.learner.name for fact in STORE.named(facts)] == [f"learner{one}"]


def test_items_are_read_again_before_they_are_shown(index: Index) -> None:
    raw = profile("7").raw()
    index.profiles = {("LEARNER#7", "PROFILE"): raw}
    assert STORE.current([("LEARNER#7", "PROFILE"), ("LEARNER#8", "PROFILE")]) == index.profiles


def test_a_report_has_each_learner_with_a_profile_once(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_listing, "MAX_KEYS", 2)
    ids = sorted(of_one_shard(4))
    index.found = [entry(user_id, mode="verified") for user_id in ids]
    index.found.append({**entry(ids[1], "EXCEPTION"), "added_by": {"S": "omar"}, "added_at": {"S": "2026-11-20"}})
    index.found.append(entry(ids[1], "INVALIDATION", sk="INVALIDATION#2026"))
    for user_id in (ids[0], ids[1], ids[3]):
        index.profiles["LEARNER#" + user_id, "PROFILE"] = profile(user_id).raw()
    shown = list(learners_in_report(COURSE, 3))
    assert [each.learner.user_id for each in shown] == [ids[0], ids[1], ids[3]]
    assert [each.enrollment is not None for each in shown] == [True] * 3
    assert [each.exception is not None for each in shown] == [False, True, False]
    assert all(each.certificate is each.invalidation is None for each in shown)
    assert sorted(said[":1"] for said, _ in index.asked) == [
        "CERTIFICATE#",
        "ENROLLMENT#",
        "EXCEPTION#",
        "INVALIDATION#",
    ]
    assert {said[":0"] for said, _ in index.asked} == {f"RUN#{COURSE}#03"}
    assert all({"grade", "note", "invalidated_by", "verify_uuid"} < set(how["attributes"]) for _, how in index.asked)
