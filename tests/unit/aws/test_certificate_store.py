"""What one change of a certificate writes together, under which conditions, and how its parts are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certificates.aws import certificate_store
from certificates.aws.certificate_items import (
    CertificateItem,
    ExceptionItem,
    InvalidationItem,
    certificate_item,
    exception_item,
    invalidation_item,
)
from certificates.aws.certificate_store import CertificateStore
from certificates.aws.change_entries import entries_of
from certificates.aws.history_items import HistoryItem, history_item
from certificates.aws.item_model import ByHolder, ByVerifyUuid
from certificates.aws.learner_items import EnrollmentItem, LearnerItem
from certificates.aws.run_items import run_item
from certificates.aws.status_lists import StatusBitItem
from certificates.aws.table import Key
from certificates.aws.writes import check, delete, put
from certificates.change import Change
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import (
    Certificate,
    CourseRun,
    Enrollment,
    ExceptionEntry,
    Facts,
    Invalidation,
    Site,
    Status,
)
from tests.unit.aws import samples
from tests.unit.aws.samples import AT, COURSE, ENTRY, OTHER_COURSE

LATER = AT + timedelta(days=1)
KEY, PROFILE = f"RUN#{COURSE}#7", ("LEARNER#7", "PROFILE")
ID = samples.HELD.verify_uuid

HELD = replace(
    samples.HELD,
    name="Zoë",
    issued_on=date(2026, 11, 1),
    document="certificates/8f14/3-0.pdf",
    status_list="list",
    status_index=7,
)
EXCEPTION = ExceptionEntry(user_id="7", note="ill", added_by="dean", added_at=AT)
OPEN = Invalidation(user_id="7", note="copied", invalidated_by="dean", invalidated_at=AT)
CLOSED = replace(OPEN, active=False, revalidated_by="dean", revalidated_at=LATER)
NO_NAME = replace(HELD, name="")


def change(certificate: Certificate | None = NO_NAME, **values: Any) -> Change:
    usual: dict[str, Any] = {"course_id": COURSE, "user_id": "7", "history": ENTRY, "revision_read": 2}
    return Change(certificate=certificate, **usual | values)


def history(entry: HistoryEntry, revision: int, status: Status | None) -> dict[str, Any]:
    """The put of an entry of the history, which is never rewritten."""
    return put(history_item(KEY, entry, revision, status), HistoryItem.pk.does_not_exist())


ISSUED = history(ENTRY, 3, Status.DOWNLOADABLE)
AT_TWO = CertificateItem.revision == 2
NOT_FORGOTTEN = check(PROFILE, LearnerItem.forgotten_at.does_not_exist())


def test_a_new_revision_replaces_only_the_one_that_was_read() -> None:
    assert list(entries_of(change())) == [put(certificate_item(NO_NAME, ENTRY), AT_TWO), ISSUED]


def test_a_first_certificate_replaces_none() -> None:
    first, _ = entries_of(change(revision_read=0))
    assert first == put(certificate_item(NO_NAME, ENTRY), CertificateItem.pk.does_not_exist())


def test_an_act_without_a_new_revision_holds_only_on_the_revision_that_was_read() -> None:
    assert list(entries_of(change(None))) == [check((KEY, "CERTIFICATE"), AT_TWO), history(ENTRY, 2, None)]


def test_an_act_of_staff_and_the_decision_after_it_are_two_entries_of_the_history() -> None:
    act = replace(ENTRY, actor="dean", change=ChangeKind.REVALIDATED, note="wrong person", reason="looked again")
    assert list(entries_of(change(first=act)))[1:] == [history(act, 2, None), ISSUED]
    full = replace(ENTRY, note="n", name_before="Zoe", name_after="Zoë", job_id="j1")
    assert list(entries_of(change(history=full)))[1:] == [history(full, 3, Status.DOWNLOADABLE)]


def test_the_keys_of_a_history_sort_by_time_and_by_revision() -> None:
    *_, entry = entries_of(change(history=replace(ENTRY, at=datetime(2026, 11, 20, 8, tzinfo=UTC))))
    assert entry["Put"]["Item"]["sk"] == {"S": "HISTORY#2026-11-20T08:00:00.000000+00:00#000003#issued"}


@pytest.mark.parametrize("revoked", [True, False])
def test_a_credential_changes_its_status_with_the_certificate(revoked: bool) -> None:
    _, bit, _ = entries_of(change(revoked=revoked))
    assert bit == put(StatusBitItem(pk="STATUS-LIST#list", sk="BIT#7", revoked=revoked))
    assert len(list(entries_of(change(None, revoked=revoked)))) == 2


@pytest.mark.parametrize("lacking", [{"status_list": None}, {"status_index": None}])
def test_a_certificate_without_a_credential_has_no_status_to_change(lacking: dict[str, None]) -> None:
    with pytest.raises(ValueError, match=r"^a certificate without a credential has no status to change$"):
        list(entries_of(change(replace(NO_NAME, **lacking), revoked=True)))
    first = replace(NO_NAME, status_index=0)
    assert list(entries_of(change(first, revoked=True)))[1]["Put"]["Item"]["sk"] == {"S": "BIT#0"}


IS_LISTED, IS_NOT_LISTED = ExceptionItem.pk.exists(), ExceptionItem.pk.does_not_exist()


@pytest.mark.parametrize(
    ("values", "entry"),
    [
        ({"exception_removed": True}, delete((KEY, "EXCEPTION"), IS_LISTED)),
        ({"exception_removed": True, "excepted": False}, delete((KEY, "EXCEPTION"), IS_LISTED)),
        ({"excepted": True}, check((KEY, "EXCEPTION"), IS_LISTED)),
        ({"excepted": False}, check((KEY, "EXCEPTION"), IS_NOT_LISTED)),
    ],
)
def test_a_decision_holds_only_while_the_exception_list_is_as_it_was_read(
    values: dict[str, Any], entry: dict[str, Any]
) -> None:
    assert list(entries_of(change(**values)))[1:] == [entry, ISSUED]


def test_a_learner_is_listed_once() -> None:
    assert list(entries_of(change(exception_added=EXCEPTION, excepted=True)))[1:] == [
        put(exception_item(COURSE, EXCEPTION), IS_NOT_LISTED),
        NOT_FORGOTTEN,
        ISSUED,
    ]


GRADE, VERDICT = EnrollmentItem.graded_at, EnrollmentItem.verdict_at


@pytest.mark.parametrize(
    ("graded_at", "verdict_at", "condition"),
    [
        (AT, LATER, (GRADE == AT) & (VERDICT == LATER)),
        (AT, None, (GRADE == AT) & VERDICT.does_not_exist()),
        (None, LATER, GRADE.does_not_exist() & (VERDICT == LATER)),
        (None, None, GRADE.does_not_exist() & VERDICT.does_not_exist()),
    ],
)
def test_a_decision_holds_only_while_grade_and_verdict_are_those_that_were_read(
    graded_at: datetime | None, verdict_at: datetime | None, condition: Any
) -> None:
    read = Enrollment(
        user_id="7",
        course_id=COURSE,
        mode="verified",
        active=True,
        grade=Decimal("0.9"),
        graded_at=graded_at,
        verdict_at=verdict_at,
    )
    assert list(entries_of(change(graded=read)))[1:] == [check((KEY, "ENROLLMENT"), condition), ISSUED]


IS_CLOSED = InvalidationItem.active == False  # noqa: E712 - DynamoDB's comparison


def test_an_invalidation_replaces_only_a_closed_one_which_is_archived() -> None:
    _, *entries, last = entries_of(change(invalidation=OPEN, replaced=CLOSED))
    assert entries == [
        NOT_FORGOTTEN,
        put(invalidation_item(COURSE, OPEN), InvalidationItem.pk.does_not_exist() | IS_CLOSED),
        put(invalidation_item(COURSE, CLOSED, archived=True)),
    ]
    assert last == ISSUED


def test_an_invalidation_is_closed_once() -> None:
    _, closing, _ = entries_of(change(invalidation=CLOSED))
    assert closing == put(invalidation_item(COURSE, CLOSED), ~IS_CLOSED)


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        (change(), False),
        (change(HELD), True),
        (change(None), False),
        (change(HELD, history=replace(ENTRY, job_id="j1")), False),
        (change(exception_added=EXCEPTION), True),
        (change(exception_added=EXCEPTION, history=replace(ENTRY, job_id="j1")), False),
        (change(invalidation=OPEN), True),
        (change(invalidation=CLOSED), False),
    ],
)
def test_a_name_or_a_note_is_written_only_about_a_learner_who_is_not_forgotten(given: Change, asks: bool) -> None:
    assert (NOT_FORGOTTEN in list(entries_of(given))) is asks


def test_several_changes_are_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    monkeypatch.setattr(certificate_store, "transact", written.append)
    changes = change(), change(None, course_id=OTHER_COURSE)
    CertificateStore().write(*changes)
    assert written == [[*entries_of(changes[0]), *entries_of(changes[1])]]


RUN = CourseRun(course_id=COURSE, title="Biology", organization="Fjord")
SITE = Site(time_zone="Europe/Oslo")


class Table:
    """The items of the table by key, and the keys that an index lists. It notes the queries."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.items: dict[Key, Any] = {}
        self.listed: list[Key] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        monkeypatch.setattr(certificate_store, "get_items", self._get_items)
        monkeypatch.setattr(certificate_store, "query", self._query)
        monkeypatch.setattr(
            certificate_store,
            "of_print",
            lambda run, learner, enrollment, name_fits: {
                "unprintable": learner.username,
                "misspelt": enrollment is not None,
                "too_long": name_fits is not None and not name_fits(run, learner),
            },
        )

    def add(self, *items: Any) -> None:
        for raw in (item.raw() for item in items):
            self.items[raw["pk"]["S"], raw["sk"]["S"]] = raw

    def _get_items(self, keys: Iterable[Key]) -> dict[Key, Any]:
        return {key: self.items[key] for key in keys if key in self.items}

    def _query(self, condition: Any, **how: Any) -> Iterator[dict[str, Any]]:
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        self.asked.append((condition.serialize(names, values), {"names": names, "values": values, **how}))
        for pk, sk in self.listed:
            yield self.items.get((pk, sk)) or {"pk": {"S": pk}, "sk": {"S": sk}}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(monkeypatch)


LEARNER = LearnerItem(pk="LEARNER#7", sk="PROFILE", user_id="7", username="zoe", email="z@a.org", name="Zoë")
ENROLLED = EnrollmentItem.at(COURSE, "7", "ENROLLMENT", mode="verified", active=True)
LISTED = exception_item(COURSE, EXCEPTION)
INVALID = invalidation_item(COURSE, OPEN)


def test_all_facts_of_a_learner_come_from_one_read(table: Table) -> None:
    table.add(run_item(RUN), LEARNER, ENROLLED, certificate_item(HELD, ENTRY), LISTED, INVALID)
    found = CertificateStore().facts(COURSE, "7", site=SITE, now=LATER)
    assert found is not None and found.enrollment is not None
    assert (found.run, found.site, found.now) == (RUN, SITE, LATER)
    assert (found.learner.user_id, found.enrollment.mode) == ("7", "verified")
    assert (found.certificate, found.exception, found.invalidation) == (HELD, EXCEPTION, OPEN)
    assert (found.unprintable, found.misspelt) == ("zoe", True)
    ((user_id, same),) = CertificateStore().facts_of_many(RUN, ["7"], site=SITE, now=LATER)
    assert (user_id, same) == ("7", found)


def test_a_store_that_measures_names_knows_a_name_that_is_too_long(table: Table) -> None:
    table.add(run_item(RUN), LEARNER)

    def measured(*, fits: bool) -> Facts | None:
        store = CertificateStore(lambda run, learner: fits and (run, learner.name) == (RUN, "Zoë"))
        return store.facts(COURSE, "7", site=SITE, now=LATER)

    assert [found and found.too_long for found in (measured(fits=True), measured(fits=False))] == [False, True]
    unmeasured = CertificateStore().facts(COURSE, "7", site=SITE, now=LATER)
    assert unmeasured is not None and unmeasured.too_long is False


def test_a_function_that_prints_nothing_reads_no_facts_about_fonts(table: Table) -> None:
    table.add(run_item(RUN), LEARNER)
    found = CertificateStore().facts(COURSE, "7", site=SITE, now=LATER, printing=False)
    assert found is not None
    assert (found.unprintable, found.misspelt, found.enrollment, found.certificate) == ("", False, None, None)


def test_facts_need_the_run_and_the_learner(table: Table) -> None:
    store = CertificateStore()
    table.add(LEARNER)
    assert store.facts(COURSE, "7", site=SITE, now=LATER) is None
    table.add(run_item(RUN))
    assert store.facts(COURSE, "8", site=SITE, now=LATER) is None
    many = list(store.facts_of_many(RUN, (user_id for user_id in ("8", "7")), site=SITE, now=LATER))
    assert [(user_id, found is not None) for user_id, found in many] == [("8", False), ("7", True)]


def test_certificates_are_found_by_learner_and_by_their_document(table: Table) -> None:
    store = CertificateStore()
    table.add(certificate_item(HELD, ENTRY))
    assert store.document_in_use(COURSE, "7") == HELD.document
    assert store.document_in_use(COURSE, "8") is None
    assert store.held([(COURSE, "7"), (COURSE, "8")]) == {(COURSE, "7"): HELD}


def test_a_public_id_is_looked_up_in_the_index_and_then_read_from_the_table(table: Table) -> None:
    store = CertificateStore()
    assert (store.certificate(ID), store.whose(ID)) == (None, None)
    table.listed = [(KEY, "CERTIFICATE")]
    assert store.certificate(ID) is None
    table.add(certificate_item(HELD, ENTRY))
    assert (store.certificate(ID), store.whose(ID)) == (HELD, (COURSE, "7"))
    asked = (
        "#0 = :0",
        {"names": {"verify_uuid": "#0"}, "values": {":0": {"S": ID}}, "index": ByVerifyUuid, "limit": 1},
    )
    assert table.asked == [asked] * 5


def test_everything_of_a_learner_is_listed_by_the_index_of_holders(table: Table) -> None:
    store = CertificateStore()
    second = replace(HELD, course_id=OTHER_COURSE, status=Status.NOTPASSING)
    table.add(certificate_item(HELD, ENTRY), certificate_item(second, ENTRY), ENROLLED)
    other = f"RUN#{OTHER_COURSE}#7"
    table.listed = [(KEY, "CERTIFICATE"), (KEY, "ENROLLMENT"), (other, "CERTIFICATE")]
    assert store.certificates_of("7") == [HELD, second]
    assert store.course_ids_of("7") == [COURSE, OTHER_COURSE]
    asked = ("#0 = :0", {"names": {"holder": "#0"}, "values": {":0": {"S": "7"}}, "index": ByHolder})
    assert table.asked == [asked] * 2


def test_a_history_comes_back_as_it_was_written(table: Table) -> None:
    full = replace(ENTRY, note="n", name_before="Zoe", name_after="Zoë", job_id="j1")
    act = replace(ENTRY, at=LATER, trigger=Trigger.REVALIDATE, change=ChangeKind.REVALIDATED)
    for entry in (history(full, 3, Status.DOWNLOADABLE), history(act, 3, None)):
        raw = entry["Put"]["Item"]
        table.items[raw["pk"]["S"], raw["sk"]["S"]] = raw
        table.listed.append((raw["pk"]["S"], raw["sk"]["S"]))
    assert CertificateStore().history(COURSE, "7") == [
        replace(full, revision=3, status=Status.DOWNLOADABLE),
        replace(act, revision=3),
    ]
    ((condition, how),) = table.asked
    assert condition == "(#0 = :0 AND begins_with (#1, :1))"
    assert (how["names"], how["values"]) == ({"pk": "#0", "sk": "#1"}, {":0": {"S": KEY}, ":1": {"S": "HISTORY#"}})
    raw = table.items[table.listed[0]]
    del raw["revision"]
    assert CertificateStore().history(COURSE, "7")[0].revision is None
