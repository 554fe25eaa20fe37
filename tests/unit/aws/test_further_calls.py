"""Parts of reports, records that nobody processed, changes that are written together, and secrets of the operator."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import (
    changed_lists,
    given_up,
    grouped_changes,
    mail_wishes,
    report_writer,
)
from certificates.aws.learner_items import LearnerItem
from certificates.aws.report_writer import PartFailed, ReportWriter
from certificates.aws.table import SHARDS
from certificates.aws.writes import update
from certificates.errors import Raced
from tests.unit.aws.kept_items import KeptItems
from tests.unit.aws.services import Service, answer

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_the_parts_of_a_report_are_written_at_once_and_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    service, made = Service(invoke=[answer({}), answer({})]), []
    monkeypatch.setattr(report_writer, "lambda_", lambda *how: made.append(how) or service)
    assert list(ReportWriter("report-writing").write("course", ["a", "b"])) == ["a", "b"]
    assert made == [(22, 4)] * 3
    sent = sorted((call["FunctionName"], *sorted(json.loads(call["Payload"]).items())) for _, call in service.calls)
    assert [dict(part[1:]) for part in sent] == [
        {"version": 1, "course_id": "course", "shard": shard, "part": part} for shard, part in ((0, "a"), (1, "b"))
    ]
    assert {part[0] for part in sent} == {"report-writing"}


def test_no_part_of_a_report_waits_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Barrier(SHARDS, timeout=20)

    def invoke(**asked: Any) -> dict[str, Any]:
        together.wait()
        return answer({})

    monkeypatch.setattr(report_writer, "lambda_", lambda *how: SimpleNamespace(invoke=invoke))
    parts = [str(shard) for shard in range(SHARDS)]
    assert list(ReportWriter("report-writing").write("course", parts)) == parts


def test_there_is_no_report_without_one_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = answer({"errorType": "Sandbox.Timedout"}, FunctionError="Unhandled")
    monkeypatch.setattr(report_writer, "lambda_", lambda *how: Service(invoke=failed))
    with pytest.raises(PartFailed, match=r"^a: Sandbox\.Timedout$"):
        list(ReportWriter("report-writing").write("course", ["a"]))


def record(number: int) -> dict[str, Any]:
    return {"dynamodb": {"SequenceNumber": str(number)}}


LETTER = {
    "DDBStreamBatchInfo": {
        "streamArn": "arn",
        "shardId": "s1",
        "startSequenceNumber": "9",
        "endSequenceNumber": "11",
    }
}


@pytest.mark.parametrize(
    ("pages", "parts"),
    [
        ([([9, 10], "2"), ([11, 12], "3")], [[9, 10], [11]]),
        ([([9], "2"), ([], "3"), ([11], "4")], [[9], [], [11]]),
        ([([9, 12], "2")], [[9]]),
        ([([9], None)], [[9]]),
    ],
)
def test_the_records_of_a_batch_are_read_to_its_end_and_no_further(
    monkeypatch: pytest.MonkeyPatch, pages: list[tuple[list[int], str | None]], parts: list[list[int]]
) -> None:
    found = [
        {"Records": list(map(record, numbers)), **({"NextShardIterator": place} if place else {})}
        for numbers, place in pages
    ]
    service = Service(get_shard_iterator={"ShardIterator": "1"}, get_records=found)
    monkeypatch.setattr(given_up, "streams", lambda: service)
    assert list(given_up.batch_of(LETTER, lambda: False)) == [list(map(record, part)) for part in parts]
    place = {"StreamArn": "arn", "ShardId": "s1", "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "9"}
    places = [("get_records", {"ShardIterator": str(number + 1), "Limit": 100}) for number in range(len(pages))]
    assert service.calls == [("get_shard_iterator", place), *places]


def test_reading_a_batch_ends_before_the_function_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(get_shard_iterator={"ShardIterator": "1"})
    monkeypatch.setattr(given_up, "streams", lambda: service)
    with pytest.raises(TimeoutError, match=r"^the records were not read to their end$"):
        list(given_up.batch_of(LETTER, lambda: True))


def test_each_list_whose_bits_changed_is_signed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(changed_lists, "go_on", lambda *call: sent.append(call))
    named = [("STATUS-LIST#2-1", "BIT#7"), ("STATUS-LIST#1-1", "BIT#7"), ("STATUS-LIST#1-1", "BIT#8")]
    others = [("STATUS-LIST#3-1", "SIGNED"), ("RUN#a#7", "BIT#1")]

    def records(keys: list[tuple[str, str]]) -> list[dict[str, Any]]:
        return [{"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in keys]

    changed_lists.have_signed(records(others), "status-lists")
    assert sent == []
    changed_lists.have_signed(records([*named, *others]), "status-lists")
    assert sent == [("status-lists", {"version": 1, "changed": ["1-1", "2-1"]})]


def test_changes_that_lost_a_race_together_are_tried_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[list[str]] = []

    def transact(entries: list[str]) -> None:
        written.append(entries)
        if "3a" in entries:
            raise Raced

    monkeypatch.setattr(grouped_changes, "transact", transact)
    monkeypatch.setattr(grouped_changes, "entries_of", lambda change: [f"{change}a", f"{change}b"])
    changes: Any = ["1", "2", "3", "4", "5"]
    assert grouped_changes.write_together(changes, 2) == ["3", "4"]
    assert written == [["1a", "1b", "2a", "2b"], ["3a", "3b", "4a", "4b"], ["5a", "5b"]]


@pytest.mark.parametrize("races", [0, 1])
def test_a_learner_who_is_not_forgotten_turns_mails_off_and_on(monkeypatch: pytest.MonkeyPatch, races: int) -> None:
    table = KeptItems(monkeypatch, mail_wishes)
    key, there = ("LEARNER#7", "PROFILE"), LearnerItem.pk.exists() & LearnerItem.forgotten_at.does_not_exist()
    table.races = 3 * races
    assert mail_wishes.opt_out("7", "zoe", AT) is (not races)
    assert mail_wishes.opt_in("7") is (not races)
    mail_wishes.note_bounced("7", " Zoe@A.org ")
    off = [LearnerItem.opted_out_at.set(AT), LearnerItem.opted_out_by.set("zoe")]
    on = [LearnerItem.opted_out_at.remove(), LearnerItem.opted_out_by.remove()]
    bounced = [LearnerItem.bounced_email.set("zoe@a.org")]
    assert table.written == [update(key, actions, there) for actions in (off, on, bounced)]
