"""Reconciliations in the table: one at a time in a run, and the differences that they find."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import reconciliation_store
from certificates.aws.reconciliation_store import (
    CertificatesReadItem,
    DifferenceItem,
    ReconciliationItem,
    ReconciliationStore,
    ReconcilingItem,
    WithoutCertificateItem,
)
from certificates.aws.writes import delete, put
from certificates.paging import Slice
from certificates.rules.reconciliation import Difference, DifferenceKind, Phase, Reconciliation, ReconciliationState
from tests.unit.aws.kept_items import KeptItems

COURSE = "course-v1:Fjord+BIO1+2026"
AT = datetime(2026, 11, 20, 8, 0, 0, 125, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
STORE = ReconciliationStore()
RUN = f"COURSE-RUN#{COURSE}"
BEGUN = Reconciliation(
    course_id=COURSE,
    reconciliation_id="r1",
    state=ReconciliationState.RUNNING,
    phase=Phase.GRADES,
    started_by="omar",
    started_at=AT,
    moved_at=AT,
)
FULL = replace(
    BEGUN, state=ReconciliationState.ASKS, finished_at=LATER, until=LATER, next_try_at=LATER, not_listed=("grades",),
    version=3, why="shrank", total=7, cursor="a", job_id="j1", accepts_shrinking=True,
)  # fmt: skip
LOCK = ReconcilingItem(pk=RUN, sk="RECONCILING", reconciliation_id="r1")


def stored(value: Reconciliation) -> ReconciliationItem:
    names = set(Reconciliation.__dataclass_fields__) - {"started_by", "version"}
    found = {name: getattr(value, name) for name in names}
    progress = {name: part.isoformat() if isinstance(part, datetime) else part for name, part in found.items()}
    sk = f"RECONCILIATION#{value.reconciliation_id}"
    return ReconciliationItem(pk=RUN, sk=sk, started_by=value.started_by, progress=progress, version=value.version)


def same(one: Any, other: Any) -> bool:
    """Whether two writes are the same, in any order of the names of the progress."""

    def sorted_progress(entry: Any) -> Any:
        entry = json.loads(json.dumps(entry, default=str))
        for each in entry if isinstance(entry, list) else [entry]:
            item = each.get("Put", {}).get("Item", {})
            if "progress" in item:
                item["progress"] = json.loads(item["progress"]["S"])
        return entry

    return bool(sorted_progress(one) == sorted_progress(other))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> KeptItems:
    return KeptItems(monkeypatch, reconciliation_store)


def test_a_run_has_one_reconciliation_at_a_time(table: KeptItems) -> None:
    STORE.begin(BEGUN)
    assert same(table.written[0], [put(stored(BEGUN)), put(LOCK, ReconcilingItem.pk.does_not_exist())])


@pytest.mark.parametrize("value", [BEGUN, FULL])
def test_a_reconciliation_comes_back_as_it_was_written(table: KeptItems, value: Reconciliation) -> None:
    assert STORE.reconciliation(COURSE, "r1") is None
    table.add(stored(value))
    assert STORE.reconciliation(COURSE, "r1") == value
    assert STORE.reconciliation(COURSE, "r2") is None
    assert STORE.running(COURSE) is None
    table.add(LOCK)
    assert STORE.running(COURSE) == value


def test_reconciliations_are_listed_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def newest_first(*what: Any, **how: Any) -> Slice[Any]:
        asked.append((what, how))
        return Slice([stored(FULL).raw(), stored(BEGUN).raw()], "r0")

    monkeypatch.setattr(reconciliation_store, "newest_first", newest_first)
    assert STORE.reconciliations(COURSE, limit=2) == Slice([FULL, BEGUN], "r0")
    STORE.reconciliations(COURSE, limit=3, after="r9")
    what = (ReconciliationItem, RUN, "RECONCILIATION#")
    assert asked == [(what, {"limit": 2, "after": None}), (what, {"limit": 3, "after": "r9"})]


def test_a_step_is_written_only_by_the_delivery_that_read_the_step_before(table: KeptItems) -> None:
    before = replace(FULL, state=ReconciliationState.RUNNING)
    unchanged = (ReconciliationItem.version == 3) & (ReconciliationItem.started_by == "omar")
    moved = STORE.move(before, replace(before, page=4, version=99), LATER)
    assert moved == replace(before, page=4, version=4, moved_at=LATER)
    ended = STORE.move(before, FULL, LATER)
    assert ended == replace(FULL, version=4, moved_at=LATER)
    free = delete((RUN, "RECONCILING"), ReconcilingItem.reconciliation_id == "r1")
    assert same(table.written[0], put(stored(moved), unchanged))
    assert same(table.written[1], [put(stored(ended), unchanged), free])


NAMES, GRADES = DifferenceKind.HOLDER_RENAMED, DifferenceKind.GRADE_MISSING


def difference(user_id: str, **since: datetime) -> DifferenceItem:
    kinds = {kind.replace("_", "-"): time.isoformat() for kind, time in since.items()}
    return DifferenceItem.at(COURSE, user_id, "DIFFERENCE", since=kinds)


def test_a_difference_keeps_the_time_when_it_was_first_found(table: KeptItems) -> None:
    for user_id in ("1", "2", "3"):
        table.add(difference(user_id, holder_renamed=AT))
    found = {
        "1": frozenset({NAMES}),
        "2": frozenset({NAMES, GRADES}),
        "3": frozenset[DifferenceKind](),
        "4": frozenset({GRADES}),
        "5": frozenset[DifferenceKind](),
    }
    assert STORE.note_differences(COURSE, found, at=LATER) == 3
    assert table.written == [
        put(difference("2", grade_missing=LATER, holder_renamed=AT)),
        delete((f"RUN#{COURSE}#3", "DIFFERENCE")),
        put(difference("4", grade_missing=LATER)),
    ]


def test_the_lms_is_not_asked_again_about_a_certificate_that_it_does_not_have(table: KeptItems) -> None:
    STORE.note_without_certificate(COURSE, "7", passes=True, at=AT)
    STORE.note_certificates_read(COURSE, at=AT)
    one = WithoutCertificateItem.at(COURSE, "7", "LMS-CERTIFICATE", passing=True, asked_at=AT)
    all_read = CertificatesReadItem(pk=RUN, sk="LMS-CERTIFICATES", read_at=AT)
    assert table.written == [put(one), put(all_read)]
    assert STORE.was_asked_about(COURSE, "7") is False
    for item in (one, all_read):
        table.items.clear()
        table.add(item)
        assert STORE.was_asked_about(COURSE, "7") is True


def listing(monkeypatch: pytest.MonkeyPatch, *entries: Any) -> list[Any]:
    asked: list[Any] = []

    def walk(*what: Any, **how: Any) -> Any:
        asked.append((what, how))
        return iter(entries)

    monkeypatch.setattr(reconciliation_store, "ListingStore", lambda: SimpleNamespace(walk=walk))
    return asked


def test_learners_without_a_certificate_are_listed_with_their_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    raws = {"1": {"passing": {"BOOL": True}}, "2": {"passing": {"BOOL": False}}, "3": {}}
    entries = [SimpleNamespace(user_id=user_id, raw=raw) for user_id, raw in raws.items()]
    asked = listing(monkeypatch, *entries)
    assert STORE.without_certificate(COURSE) == {"1": True, "2": False, "3": False}
    assert asked == [((COURSE, "LMS-CERTIFICATE"), {"attributes": ["passing"]})]


def test_staff_see_differences_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        SimpleNamespace(user_id=str(number), place=f"01/{number}", raw=difference(str(number), grade_missing=AT).raw())
        for number in range(3)
    ]
    asked = listing(monkeypatch, *entries)
    shown = [Difference(str(number), {"grade-missing": AT}) for number in range(3)]
    assert STORE.differences(COURSE, limit=2) == Slice(shown[:2], "01/1")
    assert STORE.differences(COURSE, limit=3, after="01/0") == Slice(shown, None)
    assert asked == [
        ((COURSE, "DIFFERENCE"), {"after": None, "attributes": ["since"], "page_size": 3}),
        ((COURSE, "DIFFERENCE"), {"after": "01/0", "attributes": ["since"], "page_size": 4}),
    ]
