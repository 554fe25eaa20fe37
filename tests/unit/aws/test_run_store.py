"""Course runs and their course staff: what is read, in which pages, and what a change of the staff writes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import pytest

from certificates.access import Caller, Rights
from certificates.aws import run_store
from certificates.aws.item_model import ByKind
from certificates.aws.run_items import CourseRunItem, run_item
from certificates.aws.run_store import RunStore, StaffItem
from certificates.aws.table import Key
from certificates.aws.writes import delete, put
from certificates.errors import Raced
from certificates.rules.model import CourseRun
from tests.strict_keys import check_range

A, B, C, D = (f"course-v1:Fjord+BIO{number}+2026" for number in range(1, 5))
OF_DELTA, COPY = "course-v1:Delta+X+2026", "ccx-v1:Fjord+BIO1+2026+ccx@7"
STORE = RunStore()


def run(course_id: str, version: int = 1) -> CourseRun:
    return CourseRun(course_id=course_id, title="Biology", organization="Fjord", version=version)


class Table:
    """Items by key. Queries are answered from them, as DynamoDB answers: in the order of their keys."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.items: dict[Key, Any] = {}
        self.written: list[Any] = []
        self.limits: list[int | None] = []
        monkeypatch.setattr(run_store, "get_items", self._get_items)
        monkeypatch.setattr(run_store, "query", self._query)
        monkeypatch.setattr(run_store.writes, "write_one", self.written.append)
        monkeypatch.setattr(run_store.writes, "transact", self.written.append)

    def add(self, *items: Any) -> None:
        for raw in (item.raw() for item in items):
            self.items[raw["pk"]["S"], raw["sk"]["S"]] = raw

    def _get_items(self, keys: Iterable[Key]) -> dict[Key, Any]:
        return {key: self.items[key] for key in keys if key in self.items}

    def _query(self, condition: Any, *, index: Any = None, limit: int) -> list[Any]:
        """The partition's items whose sort key fulfils the condition. The sort key of the index of kinds is `pk`."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        text = condition.serialize(names, values)
        check_range(text, values)
        given = [value["S"] for value in values.values()]
        hash_name, sort_name = ("kind", "pk") if index is ByKind else ("pk", "sk")
        assert set(names) <= {hash_name, sort_name}
        self.limits.append(limit)
        found = []
        for _, raw in sorted(self.items.items()):
            if raw.get(hash_name, {}).get("S") != given[0]:
                continue
            sort = raw[sort_name]["S"]
            fits = {
                "#0 = :0": lambda: True,
                "(#0 = :0 AND #1 > :1)": lambda sort=sort: sort > given[1],
                "(#0 = :0 AND begins_with (#1, :1))": lambda sort=sort: sort.startswith(given[1]),
                "(#0 = :0 AND #1 BETWEEN :1 AND :2)": lambda sort=sort: given[1] <= sort <= given[2],
            }
            if fits[text]():
                found.append(raw)
        return found[:limit]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(monkeypatch)


def staff_of(username: str, *course_ids: str) -> list[StaffItem]:
    """The person's items: one for each run."""
    return [StaffItem(pk=f"STAFF#{username}", sk=f"COURSE-RUN#{course_id}") for course_id in course_ids]


def test_runs_are_found_by_their_ids(table: Table) -> None:
    table.add(run_item(run(A)), run_item(run(B)))
    assert (STORE.run(A), STORE.run(C)) == (run(A), None)
    assert STORE.runs_by_id(id for id in (B, C, A)) == {B: run(B), A: run(A)}


@pytest.mark.parametrize(
    ("version_read", "condition"), [(0, CourseRunItem.pk.does_not_exist()), (4, CourseRunItem.version == 4)]
)
def test_settings_replace_only_the_version_that_was_read(table: Table, version_read: int, condition: Any) -> None:
    STORE.replace(run(A, 5), version_read=version_read)
    assert table.written == [put(run_item(run(A, 5)), condition)]


@pytest.mark.parametrize(
    ("limit", "after", "ids", "last"),
    [
        (2, None, [A, B], B),
        (2, B, [C, D], None),
        (3, None, [A, B, C], C),
        (4, None, [A, B, C, D], None),
        (2, D, [], None),
    ],
)
def test_every_run_comes_once_in_pages(
    table: Table, limit: int, after: str | None, ids: list[str], last: str | None
) -> None:
    table.add(*(run_item(run(id)) for id in (A, B, C, D)))
    root = Caller("root", True)
    for page in (STORE.all_runs(limit=limit, after=after), STORE.runs_managed_by(root, limit=limit, after=after)):
        assert ([run.course_id for run in page.items], page.next_after) == (ids, last)
    assert table.limits == [limit + 1] * 2


@pytest.mark.parametrize(
    ("limit", "after", "ids", "last"),
    [(2, None, [A, B], B), (1, A, [B], B), (2, B, [D], None), (9, None, [A, B, D], None)],
)
def test_course_staff_of_the_lists_here_see_their_runs(
    table: Table, limit: int, after: str | None, ids: list[str], last: str | None
) -> None:
    table.add(*(run_item(run(id)) for id in (A, B, C, D)), *staff_of("ines", A, B, D), *staff_of("omar", C))
    for page in (
        STORE.runs_of_staff("ines", limit=limit, after=after),
        STORE.runs_managed_by(Caller("ines", False), limit=limit, after=after),
    ):
        assert ([run.course_id for run in page.items], page.next_after) == (ids, last)
    assert table.limits == [limit + 1] * 2
    assert STORE.runs_of_staff("zoe", limit=limit, after=None).items == []


def managed(rights: Rights, limit: int = 9, after: str | None = None) -> tuple[list[str], str | None]:
    page = STORE.runs_managed_by(Caller("ines", False, rights), limit=limit, after=after)
    return [run.course_id for run in page.items], page.next_after


def test_staff_see_the_runs_of_the_lists_here_and_those_that_the_lms_names(table: Table) -> None:
    table.add(*(run_item(run(id)) for id in (A, B, D, OF_DELTA)), *staff_of("ines", OF_DELTA))
    assert managed(Rights(course_ids=frozenset({B, C}))) == ([OF_DELTA, B], None)
    assert managed(Rights(course_ids=frozenset({B, C})), after=OF_DELTA) == ([B], None)
    assert managed(Rights(course_ids=frozenset({A, B, D})), limit=2) == ([OF_DELTA, A], A)
    assert managed(Rights(course_ids=frozenset({A, B, D})), limit=2, after=A) == ([B, D], None)


def test_a_page_of_the_runs_of_several_lists_reads_no_more_than_it_needs(table: Table) -> None:
    table.add(*(run_item(run(id)) for id in (A, B, C, D)), *staff_of("ines", A, B, C, D))
    assert managed(Rights(orgs=frozenset({"Delta"})), limit=2) == ([A, B], B)
    assert table.limits == [4, 4, 4]
    assert managed(Rights(orgs=frozenset({"Fjord"})), limit=3, after=A) == ([B, C, D], None)


def test_staff_of_an_organization_see_its_runs_and_coaches_copies_and_no_others(table: Table) -> None:
    longer, small = "course-v1:Fjords+X+2026", "course-v1:Fjord+é+2026"
    table.add(*(run_item(run(id)) for id in (A, B, COPY, OF_DELTA, longer, small)))
    fjord = Rights(orgs=frozenset({"Fjord"}))
    assert managed(fjord) == ([COPY, A, B, small], None)
    assert managed(fjord, limit=1) == ([COPY], COPY)
    assert managed(fjord, limit=1, after=COPY) == ([A], A)
    assert managed(fjord, limit=2, after=A) == ([B, small], None)
    assert managed(Rights(orgs=frozenset({"Fjord", "Delta"}))) == ([COPY, OF_DELTA, A, B, small], None)
    assert managed(Rights(orgs=frozenset({"Nobody"}))) == ([], None)


def test_staff_of_two_organizations_see_the_runs_of_the_second_after_those_of_the_first(table: Table) -> None:
    table.add(*(run_item(run(id)) for id in (A, B, COPY, OF_DELTA)))
    both = Rights(orgs=frozenset({"Delta", "Fjord"}))
    assert managed(both, limit=2) == ([COPY, OF_DELTA], OF_DELTA)
    assert managed(both, limit=2, after=OF_DELTA) == ([A, B], None)
    assert managed(both, after=B) == ([], None)


STAFF_KEY, OLD_KEY = (f"STAFF-OF#{A}", "STAFF"), (f"COURSE-RUN#{A}", "STAFF")


def listed(key: Key, *usernames: str) -> StaffItem:
    return StaffItem(pk=key[0], sk=key[1], usernames=set(usernames) or None)


def person(username: str) -> StaffItem:
    return StaffItem(pk=f"STAFF#{username}", sk=f"COURSE-RUN#{A}")


def test_the_staff_of_a_run_are_those_of_its_newest_list(table: Table) -> None:
    assert STORE.staff(A) == frozenset()
    table.add(listed(OLD_KEY, "ines"))
    assert STORE.staff(A) == {"ines"}
    table.add(listed(STAFF_KEY, "omar", "ada"))
    assert STORE.staff(A) == {"omar", "ada"}
    table.add(listed(STAFF_KEY))
    assert STORE.staff(A) == frozenset()


NONE_YET = StaffItem.usernames.does_not_exist()


@pytest.mark.parametrize(
    ("before", "after", "entries"),
    [
        ([], ["ada"], [put(listed(STAFF_KEY, "ada"), NONE_YET), put(person("ada"))]),
        (
            [listed(STAFF_KEY, "ada")],
            ["ada", "omar", "omar"],
            [put(listed(STAFF_KEY, "ada", "omar"), StaffItem.usernames == {"ada"}), put(person("omar"))],
        ),
        (
            [listed(STAFF_KEY, "ada")],
            [],
            [put(listed(STAFF_KEY), StaffItem.usernames == {"ada"}), delete(("STAFF#ada", f"COURSE-RUN#{A}"))],
        ),
        ([listed(STAFF_KEY)], ["ada"], [put(listed(STAFF_KEY, "ada"), NONE_YET), put(person("ada"))]),
        (
            [listed(OLD_KEY, "ines")],
            ["ines", "ada"],
            [put(listed(STAFF_KEY, "ines", "ada"), NONE_YET), delete(OLD_KEY), put(person("ada"))],
        ),
    ],
)
def test_a_change_of_the_staff_is_one_transaction_with_the_list_of_each_person(
    table: Table, before: list[StaffItem], after: list[str], entries: list[Any]
) -> None:
    table.add(*before)
    assert STORE.replace_staff(A, (name for name in after)) == set(after)
    (written,) = table.written
    assert [_sorted(entry) for entry in written] == [_sorted(entry) for entry in entries]


@pytest.mark.parametrize(
    ("read", "is_raced"), [(frozenset({"ada"}), False), (frozenset(), True), (frozenset({"omar"}), True)]
)
def test_the_staff_are_replaced_only_if_they_are_those_that_were_read(
    table: Table, read: frozenset[str], is_raced: bool
) -> None:
    table.add(listed(STAFF_KEY, "ada"))
    with pytest.raises(Raced) if is_raced else nullcontext():
        STORE.replace_staff(A, ["omar"], read=read)
    assert len(table.written) == (0 if is_raced else 1)


def _sorted(entry: Any) -> Any:
    """The same entry with its sets of usernames in order."""
    if isinstance(entry, dict):
        return {name: sorted(value) if name == "SS" else _sorted(value) for name, value in entry.items()}
    return entry
