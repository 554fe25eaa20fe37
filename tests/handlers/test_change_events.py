"""The table's stream: every change of a certificate is sent to the bus and to the queues of mail and webhooks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from certificates import runtime
from certificates.aws import given_up
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.lms_api.values import LmsCertificate
from certificates.messages.function import FunctionFailed
from certificates.messages.notices import ChangeToTell, JobToTell
from certificates.notices.change import CertificateChange, ChangeType
from certificates.notices.showing import show_due
from certificates.planning import Cause
from certificates.reconciliation.importing import import_certificate
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.history import Trigger
from certificates.rules.model import Display, Pacing
from certificates.runtime.changes import receivers, showing
from tests import cheap_backend, jobs
from tests.handlers.conftest import load
from tests.handlers.http_events import Context
from tests.moto_cloud import changes, client_of
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Listening:
    """The two queues, and the bus: a rule sends every event to a third queue."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        sqs, events = client_of("sqs"), client_of("events")
        self.queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("bus", "mail", "webhooks")}
        events.create_event_bus(Name="changes")
        events.put_rule(
            Name="all", EventBusName="changes", EventPattern=json.dumps({"source": ["course-certificates"]})
        )
        arn = sqs.get_queue_attributes(QueueUrl=self.queues["bus"], AttributeNames=["QueueArn"])["Attributes"]
        events.put_targets(Rule="all", EventBusName="changes", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
        self.patched = patched
        self.tells(bus="changes", mail=self.queues["mail"], webhooks=self.queues["webhooks"])

    def tells(
        self, bus: str = "", mail: str = "", webhooks: str = "", open_edx: bool = False, personal: bool = False
    ) -> None:
        """The environment of the function."""
        for name, value in {
            "CHANGE_BUS": bus,
            "MAIL_QUEUE_URL": mail,
            "WEBHOOK_QUEUE_URL": webhooks,
            "OPEN_EDX_EVENTS": str(open_edx).lower(),
            "EVENT_PERSONAL_DATA": str(personal).lower(),
        }.items():
            self.patched.setenv(name, value)
        receivers.cache_clear()

    def heard(self, queue: str) -> list[dict[str, Any]]:
        """The messages of a queue since the last call."""
        found: list[dict[str, Any]] = []
        sqs = client_of("sqs")
        while messages := sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            heard = [{"Id": it["MessageId"], "ReceiptHandle": it["ReceiptHandle"]} for it in messages]
            sqs.delete_message_batch(QueueUrl=self.queues[queue], Entries=heard)
        return found

    def changes(self, queue: str) -> list[CertificateChange]:
        return [
            CertificateChange.from_json(ChangeToTell.from_json(it).change) for it in self.heard(queue) if "change" in it
        ]


@pytest.fixture
def listening(backend: Any, monkeypatch: pytest.MonkeyPatch) -> Listening:
    return Listening(monkeypatch)


@pytest.fixture
def backend(backend: Any) -> Any:
    made = cheap_backend.cheap(backend)
    make_run(made, pacing=Pacing.SELF)
    enroll(made, "7", "zoe", name="Zoë Ångström", email="zoe@example.org", grade="0.9")
    return made


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def follow() -> None:
    """Send the function all writes to the table so far that pass the filters of the template."""
    load("change_events")({"Records": [record for record in changes() if is_let_through(record)]}, Context())


def is_let_through(record: dict[str, Any]) -> bool:
    images = record["dynamodb"]
    sk = images["Keys"]["sk"]["S"]
    if sk == "TO-BE-SHOWN":
        return "shown_at" in images.get("NewImage", {})
    return sk == "CERTIFICATE" or (sk.startswith("JOB#") and record["eventName"] == "MODIFY")


def regenerate(backend: Any, hours: int) -> None:
    cause = Cause(trigger=Trigger.REGENERATE, actor="ines")
    issue(COURSE, "7", cause=cause, backend=backend, now=at(hours), decide=decide_regeneration)


def a_life(backend: Any) -> None:
    """A certificate is issued, regenerated with another name, invalidated, re-validated, and its learner forgotten."""
    request_certificate(COURSE, "zoe", backend=backend, now=at(0))
    enroll(backend, "7", "zoe", name="Zoë Berg", email="zoe@example.org", grade="0.9")
    regenerate(backend, 1)
    invalidate(COURSE, "zoe", "copied", by="ines", backend=backend, now=at(2))
    revalidate(COURSE, "7", by="ines", backend=backend, now=at(3))
    start_forgetting("7", by="root", out_of_time=lambda: False, function="none", backend=backend, now=at(4))


LIFE = ["issued", "regenerated", "invalidated", "revalidated", "withdrawn"]


def test_every_change_is_sent_to_every_receiver_once_in_order(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    on_bus = [event["detail"] for event in listening.heard("bus")]
    assert [event["type"] for event in on_bus] == [f"certificate.{told}" for told in LIFE]
    assert [event["sequence"] for event in on_bus] == sorted({event["sequence"] for event in on_bus})
    for queue in ("mail", "webhooks"):
        told = listening.changes(queue)
        assert [change.type.value for change in told] == LIFE
        assert [change.id for change in told] == [event["id"] for event in on_bus]


@dataclass
class Stream:
    """The stream of the table for calls, three records in an answer. It keeps all records since number `kept_since`."""

    records: list[dict[str, Any]]
    kept_since: int = 0

    def get_shard_iterator(self, *, SequenceNumber: str, **asked: str) -> dict[str, str]:
        assert asked == {"StreamArn": "stream", "ShardId": "shard", "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
        if int(SequenceNumber) < self.kept_since:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": SequenceNumber}

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]:
        place = int(ShardIterator)
        return {"Records": self.records[place : place + 3], "NextShardIterator": str(place + 3)}


def letter_of_lambda(first: int, last: int) -> dict[str, Any]:
    """What Lambda puts into the queue of failures when it gives up a batch."""
    batch = {
        "shardId": "shard",
        "streamArn": "stream",
        "startSequenceNumber": str(first),
        "endSequenceNumber": str(last),
    }
    return {"version": "1.0", "requestContext": {"condition": "RecordAgeExceeded"}, "DDBStreamBatchInfo": batch}


def test_changes_that_were_given_up_are_sent_when_an_operator_hands_the_letter_in(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_life(backend)
    records = changes()
    for number, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = str(number)
    monkeypatch.setattr(given_up, "streams", lambda: Stream(records))
    revised = [n for n, record in enumerate(records) if record["dynamodb"]["Keys"]["sk"]["S"] == "CERTIFICATE"]
    load("change_events")(letter_of_lambda(revised[1], revised[-2]), Context())
    assert [change.type.value for change in listening.changes("webhooks")] == LIFE[1:-1]
    load("change_events")(letter_of_lambda(0, len(records) - 1), Context())
    assert [event["detail-type"] for event in listening.heard("bus")][-len(LIFE) :] == [
        f"certificate.{it}" for it in LIFE
    ]


def test_a_letter_about_records_that_dynamodb_keeps_no_longer_fails_and_sends_nothing(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_life(backend)
    monkeypatch.setattr(given_up, "streams", lambda: Stream(changes(), kept_since=5))
    with pytest.raises(FunctionFailed, match=r"^ClientError in the request "):
        load("change_events")(letter_of_lambda(0, 4), Context())
    assert listening.heard("bus") == []


def test_a_change_has_the_id_and_the_time_of_its_history_entry(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    entries = [entry for entry in backend.certificates.history(COURSE, "7") if entry.status is not None]
    told = listening.changes("mail")
    assert [(change.revision, change.time, change.status, change.trigger) for change in told] == [
        (entry.revision, entry.at, entry.status, entry.trigger.value) for entry in entries
    ]


def test_writes_of_an_earlier_release_during_a_deployment_are_sent_too(backend: Any, listening: Listening) -> None:
    """During a deployment, functions of the earlier release still write certificates in its form."""
    a_life(backend)
    records = [record for record in changes() if is_let_through(record)]
    for record in records:
        for image in ("OldImage", "NewImage"):
            for unknown in ("trigger", "change"):
                record["dynamodb"].get(image, {}).pop(unknown, None)
    load("change_events")({"Records": records}, Context())
    told = listening.changes("mail")
    # With items of the earlier release, forgetting a learner looks like an invalidation.
    assert [change.type.value for change in told] == [*LIFE[:-1], "invalidated"]
    assert {change.trigger for change in told} == {""}


def test_changes_that_are_sent_again_have_the_same_ids(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    first = listening.heard("bus"), listening.heard("mail"), listening.heard("webhooks")
    follow()
    again = listening.heard("bus"), listening.heard("mail"), listening.heard("webhooks")
    assert [event["detail"] for event in first[0]] == [event["detail"] for event in again[0]]
    assert first[1:] == again[1:]


def test_no_names_are_sent_by_default(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    told = json.dumps([listening.heard(queue) for queue in ("bus", "mail", "webhooks")], ensure_ascii=False)
    assert COURSE in told
    assert [secret for secret in ("Zoë", "Berg", "zoe", "example.org", "0.9", "copied") if secret in told] == []


def test_names_and_grades_are_sent_if_the_operator_asks(backend: Any, listening: Listening) -> None:
    listening.tells(bus="changes", mail=listening.queues["mail"], webhooks=listening.queues["webhooks"], personal=True)
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    follow()
    person = {"username": "zoe", "email": "zoe@example.org", "name": "Zoë Ångström", "grade": "0.9"}
    [event] = listening.heard("bus")
    assert event["detail"]["learner"] == person
    [change] = listening.changes("webhooks")
    assert change.learner is not None
    assert change.learner.name == person["name"]
    [mail] = listening.changes("mail")
    assert mail.learner is None, "mail looks the learner up when it is sent"


def test_a_change_before_a_learner_was_forgotten_has_no_name_when_it_is_sent_later(
    backend: Any, listening: Listening
) -> None:
    listening.tells(bus="changes", mail="", webhooks=listening.queues["webhooks"], open_edx=True, personal=True)
    a_life(backend)
    follow()
    told = json.dumps([listening.heard(queue) for queue in ("bus", "webhooks")], ensure_ascii=False)
    assert COURSE in told
    assert [secret for secret in ("Zoë", "Berg", "zoe", "example.org", "0.9") if secret in told] == []


def issue_early(backend: Any) -> None:
    """A certificate of a run that shows its certificates tomorrow."""
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW)
    issue(COURSE, "7", cause=Cause(trigger=Trigger.BULK, actor="schedule"), backend=backend, now=NOW)
    follow()


TOMORROW = runtime.now() + timedelta(days=1)


def look(now: datetime) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runtime, "now", lambda: now)
        load("change_events")({"show": "due"}, Context())
        follow()


def types(listening: Listening) -> list[tuple[str, bool]]:
    """The changes that were sent for the first time: their types, and whether the certificate is shown."""
    first: dict[str, tuple[str, bool]] = {}
    for change in listening.changes("webhooks"):
        first.setdefault(change.id, (change.type.value, change.shown))
    return list(first.values())


def test_the_change_of_a_certificate_that_is_not_shown_yet_says_so(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    assert types(listening) == [("issued", False)]
    look(TOMORROW - timedelta(seconds=1))
    assert types(listening) == [("issued", False)]


def test_an_early_certificate_has_a_second_change_when_its_date_has_come(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    look(TOMORROW)
    told = listening.changes("mail")
    assert [change.type.value for change in told][-1] == "shown"
    issued, shown = told[0], told[-1]
    assert (shown.id, shown.shown, shown.revision) == (f"{issued.id}-shown", True, 1)
    assert shown.sequence > issued.sequence


def test_repeated_checks_show_a_certificate_once(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    ids = set()
    for minutes in range(4):
        look(TOMORROW + timedelta(minutes=minutes))
        ids |= {change.id for change in listening.changes("mail") if change.type is ChangeType.SHOWN}
    assert len(ids) == 1
    assert (
        sum(record["dynamodb"]["Keys"]["sk"]["S"] == "TO-BE-SHOWN" and is_let_through(record) for record in changes())
        == 1
    )
    assert not showing().waiting.runs(), "nobody looks at a run any more in which nothing waits"


def test_a_change_of_settings_shows_an_early_certificate_too(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW, display=Display.EARLY_NO_INFO)
    look(NOW)
    assert types(listening)[-1] == ("shown", True)


def test_the_change_shown_has_the_revision_of_that_moment(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    enroll(backend, "7", "zoe", name="Zoë Berg", email="zoe@example.org", grade="0.9")
    regenerate(backend, 1)
    look(TOMORROW)
    regenerate(backend, 2)
    follow()
    told = {change.id: change for change in listening.changes("webhooks")}
    in_order = sorted(told.values(), key=lambda change: change.sequence)
    assert [(change.type.value, change.revision) for change in in_order] == [
        ("issued", 1),
        ("regenerated", 2),
        ("shown", 2),
        ("regenerated", 3),
    ]


def test_a_certificate_invalidated_before_its_date_is_not_shown(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=at(1))
    follow()
    look(TOMORROW)
    assert types(listening) == [("issued", False), ("invalidated", False)]
    look(TOMORROW + timedelta(minutes=2))
    revalidate(COURSE, "7", by="ines", backend=backend, now=at(48))
    look(TOMORROW + timedelta(minutes=3))
    assert types(listening)[-1] == ("revalidated", True)


def test_no_second_change_is_sent_when_a_hidden_certificate_is_shown_again(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    look(TOMORROW)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW + timedelta(days=9))
    look(TOMORROW + timedelta(days=1))
    look(TOMORROW + timedelta(days=9))
    assert [told for told, _ in types(listening)].count("shown") == 1


def test_a_certificate_that_begins_to_wait_during_a_check_is_found_by_the_next_check(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_early(backend)
    enroll(backend, "8", "abe", grade="0.9")
    waiting = showing().waiting
    real, began = type(waiting).learners, list[bool]()

    def learners(store: Any, course_id: str) -> list[str]:
        found = real(store, course_id)
        if not began:
            began.append(True)
            cause = Cause(trigger=Trigger.BULK, actor="schedule")
            issue(COURSE, "8", cause=cause, backend=backend, now=NOW)
            waiting.wait([(COURSE, "8", 1)], NOW)
        return found

    monkeypatch.setattr(type(waiting), "learners", learners)
    look(TOMORROW)
    look(TOMORROW + timedelta(minutes=1))
    shown = {change.user_id for change in listening.changes("webhooks") if change.type is ChangeType.SHOWN}
    assert shown == {"7", "8"}


def find() -> None:
    load("change_events")({"find": ""}, Context())


def test_the_daily_check_finds_early_certificates_from_before_changes_were_sent(
    backend: Any, listening: Listening
) -> None:
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW)
    issue(COURSE, "7", cause=Cause(trigger=Trigger.BULK, actor="schedule"), backend=backend, now=NOW)
    enroll(backend, "8", "abe", grade="0.9")
    said = LmsCertificate(verify_uuid="f" * 32, mode="verified", grade=None, created_at=NOW)
    assert import_certificate(COURSE, "8", said, backend=backend, now=NOW)
    enroll(backend, "9", "mia", grade="0.9")
    issue(COURSE, "9", cause=Cause(trigger=Trigger.BULK, actor="schedule"), backend=backend, now=NOW)
    invalidate(COURSE, "mia", "", by="ines", backend=backend, now=at(1))
    find()
    assert showing().waiting.learners(COURSE) == ["7"]
    marked = showing().waiting.runs()
    find()
    assert showing().waiting.runs() == marked, "found again, nothing is written"
    look(TOMORROW)
    shown = [change.user_id for change in listening.changes("webhooks") if change.type is ChangeType.SHOWN]
    assert shown == ["7"]


def test_the_daily_check_finds_nothing_in_a_run_that_shows_its_certificates(backend: Any, listening: Listening) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    find()
    assert showing().waiting.runs() == []


def test_the_daily_check_does_not_repeat_the_change_of_a_certificate_that_staff_hid(
    backend: Any, listening: Listening
) -> None:
    issue_early(backend)
    look(TOMORROW)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW + timedelta(days=9))
    find()
    look(TOMORROW + timedelta(days=9))
    assert [told for told, _ in types(listening)].count("shown") == 1


def test_the_daily_check_of_many_runs_needs_several_invocations(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_on: list[Any] = []
    monkeypatch.setattr("certificates.aws.continuation.lambda_", lambda: Mock(invoke=lambda **it: handed_on.append(it)))
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW)
    issue(COURSE, "7", cause=Cause(trigger=Trigger.BULK, actor="schedule"), backend=backend, now=NOW)
    make_run(backend, "course-v1:Aaa+A+1", pacing=Pacing.INSTRUCTOR, end=TOMORROW)

    class Hurried(Context):
        @staticmethod
        def get_remaining_time_in_millis() -> int:
            return 1000

    event = {"find": ""}
    for _ in range(3):
        load("change_events")(event, Hurried())
        if not handed_on:
            break
        event = json.loads(handed_on.pop()["Payload"])
    assert event["find"] == COURSE
    assert showing().waiting.learners(COURSE) == ["7"]


def test_a_check_without_time_leaves_the_rest_to_the_next(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.notices.showing.PAGE", 1)
    enroll(backend, "8", "abe", grade="0.9")
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW)
    jobs.run(backend, jobs.BULK)
    follow()
    left = iter([False, True, False])
    assert show_due(showing(), now=TOMORROW, out_of_time=lambda: next(left)) == 1
    assert show_due(showing(), now=TOMORROW, out_of_time=lambda: next(left)) == 1


def test_a_regeneration_without_a_visible_change_sends_no_message_to_mail(backend: Any, listening: Listening) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    regenerate(backend, 1)
    follow()
    assert [change.type.value for change in listening.changes("mail")] == ["issued"]
    assert [change.type.value for change in listening.changes("webhooks")] == ["issued", "regenerated"]


def test_no_receiver_gets_a_change_for_an_imported_certificate(backend: Any, listening: Listening) -> None:
    said = LmsCertificate(
        verify_uuid="f" * 32, mode="verified", grade=Decimal("0.9"), created_at=NOW - timedelta(days=400)
    )
    assert import_certificate(COURSE, "7", said, backend=backend, now=NOW) is not None
    follow()
    look(TOMORROW)
    assert [listening.heard(queue) for queue in listening.queues] == [[], [], []]
    regenerate(backend, 1)
    follow()
    assert [change.type.value for change in listening.changes("webhooks")] == ["regenerated"]


def test_only_mail_gets_a_message_when_a_job_ends(backend: Any, listening: Listening) -> None:
    job = jobs.run(backend, jobs.BULK)
    follow()
    [told] = [JobToTell.from_json(it) for it in listening.heard("mail") if "job_ended" in it]
    assert told == JobToTell(COURSE, job.job_id)
    assert not [it for it in listening.heard("webhooks") if "job_ended" in it]


@pytest.mark.parametrize("only", ["bus", "mail", "webhooks"])
def test_each_kind_of_receiver_can_be_the_only_one(only: str, backend: Any, listening: Listening) -> None:
    listening.tells(**{only: "changes" if only == "bus" else listening.queues[only]})  # type: ignore[arg-type]
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    follow()
    assert {queue: len(listening.heard(queue)) for queue in listening.queues} == {
        queue: int(queue == only) for queue in listening.queues
    }


def test_events_that_the_bus_keeps_refusing_are_delivered_again(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    said = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
    with monkeypatch.context() as patched:
        patched.setattr("certificates.aws.change_bus.events", lambda: Mock(put_events=Mock(return_value=said)))
        with pytest.raises(FunctionFailed, match="TurnedAway"):
            follow()
    follow()
    assert len(listening.heard("bus")) == 1


def test_only_the_events_that_the_bus_refused_are_put_again(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_life(backend)
    put: list[list[str]] = []

    def put_events(Entries: list[dict[str, Any]]) -> Any:
        put.append([json.loads(entry["Detail"])["type"] for entry in Entries])
        refused = {"ErrorCode": "ThrottlingException"} if len(put) == 1 else {}
        return {"Entries": [{}, refused, *({} for _ in Entries[2:])][: len(Entries)]}

    monkeypatch.setattr("certificates.aws.change_bus.events", lambda: Mock(put_events=put_events))
    follow()
    assert put == [[f"certificate.{told}" for told in LIFE], ["certificate.regenerated"]]
