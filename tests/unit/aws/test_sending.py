"""Messages, events and schedules: what SQS, EventBridge and its scheduler get, and what a refusal means."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import change_bus, queues, schedules, throttling, webhook_queue
from certificates.aws.change_bus import BusEvent, ChangeBus
from certificates.aws.queues import (
    DecisionQueue,
    JobQueue,
    MailQueue,
    NoticeQueue,
    ReconciliationQueue,
    UploadQueue,
)
from certificates.aws.schedules import Schedules
from certificates.aws.webhook_queue import TrySchedules, WebhookQueue
from certificates.messages.lms import ReconciliationStep, ReconciliationToBegin
from certificates.messages.notices import DeliveryToTry, JobToTell, MailToSendAgain
from certificates.messages.work import FileToReadOn, IssuanceDue, LearnersToDecide, ShardWork
from certificates.rules.mailing import MailKind

COURSE = "course-v1:Fjord+BIO1+2026"
URL = "https://sqs/queue"
AT = datetime(2026, 11, 20, 10, 0, 30, 500, tzinfo=timezone(timedelta(hours=2)))


class Taken(Exception):
    pass


class Service:
    """A service that notes its calls. `answers` are those of one method, in turn; the last one stays."""

    exceptions = SimpleNamespace(ConflictException=Taken, ResourceNotFoundException=Taken)

    def __init__(self, **answers: list[Any]) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**values: Any) -> Any:
            self.calls.append((name, values))
            answers = self._answers.get(name, [{}])
            given = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(given, Exception):
                raise given
            return given

        return call


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Service]:
    monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)

    def answering(**answers: list[Any]) -> Service:
        made = Service(**answers)
        for module, name in (
            (queues, "sqs"),
            (webhook_queue, "sqs"),
            (webhook_queue, "scheduler"),
            (schedules, "scheduler"),
            (change_bus, "events"),
        ):
            monkeypatch.setattr(module, name, lambda: made)
        return made

    return answering


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine has another time zone than UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def batches(made: Service) -> list[list[Any]]:
    """The messages of each call, without their envelopes."""
    assert {name for name, _ in made.calls} == {"send_message_batch"}
    assert all(values["QueueUrl"] == URL for _, values in made.calls)
    return [[json.loads(entry["MessageBody"]) for entry in values["Entries"]] for _, values in made.calls]


def test_each_shard_of_a_job_is_a_message_ten_in_a_call(service: Any) -> None:
    made = service()
    JobQueue(URL).send(COURSE, "j1", list(range(16)))
    messages = [ShardWork(COURSE, "j1", shard).to_json() for shard in range(16)]
    assert batches(made) == [messages[:10], messages[10:]]
    first = made.calls[0][1]["Entries"]
    assert [entry["Id"] for entry in first] == [str(number) for number in range(10)]
    assert all(set(entry) == {"Id", "MessageBody"} for entry in first)


def test_learners_to_decide_on_are_twenty_in_a_message(service: Any) -> None:
    made = service()
    ids = [str(number) for number in range(41)]
    DecisionQueue(URL).decide(COURSE, ids, "omar")
    (messages,) = batches(made)
    assert messages == [
        LearnersToDecide(COURSE, tuple(part), "omar").to_json() for part in (ids[:20], ids[20:40], ids[40:])
    ]


def test_notices_and_mails_are_sent_and_a_mail_does_not_wait(service: Any) -> None:
    made = service()
    NoticeQueue(URL).send([JobToTell(COURSE, "j1")])
    mail = MailToSendAgain(COURSE, "7", MailKind.ISSUED, 3)
    MailQueue(URL).send([mail])
    assert batches(made) == [[JobToTell(COURSE, "j1").to_json()], [mail.to_json()]]
    assert "DelaySeconds" not in made.calls[0][1]["Entries"][0]
    assert made.calls[1][1]["Entries"][0]["DelaySeconds"] == 0


def test_nothing_to_send_makes_no_call(service: Any) -> None:
    made = service()
    NoticeQueue(URL).send([])
    DecisionQueue(URL).decide(COURSE, [], "omar")
    ChangeBus("bus", "source").put([])
    assert made.calls == []


def test_a_message_that_the_queue_turns_away_is_an_error(service: Any) -> None:
    made = service(send_message_batch=[{"Failed": [{"Code": "InternalError"}, {"Code": "Other"}]}])
    with pytest.raises(OSError, match=r"^2 messages were turned away by the queue: InternalError$"):
        JobQueue(URL).send(COURSE, "j1", list(range(16)))
    assert len(made.calls) == 1


@pytest.mark.parametrize(("seconds", "delay"), [(0, 0), (899, 899), (900, 900), (5000, 900)])
def test_a_mail_is_put_off_by_fifteen_minutes_at_most(service: Any, seconds: int, delay: int) -> None:
    made = service()
    MailQueue(URL).put_off({"a": 1}, seconds)
    assert made.calls == [("send_message", {"QueueUrl": URL, "MessageBody": '{"a": 1}', "DelaySeconds": delay})]


def test_a_file_is_read_on_by_another_invocation(service: Any) -> None:
    made = service()
    UploadQueue(URL).read_on(COURSE, "u1")
    ((name, values),) = made.calls
    assert (name, values["QueueUrl"]) == ("send_message", URL)
    assert json.loads(values["MessageBody"]) == FileToReadOn(COURSE, "u1").to_json()


def test_the_lms_is_asked_one_thing_after_the_other_and_nothing_twice(service: Any) -> None:
    made = service()
    queue = ReconciliationQueue(URL)
    queue.read_for_job(COURSE, "j1", "omar")
    queue.send(ReconciliationToBegin(COURSE, "j1", "omar"))
    queue.send(ReconciliationStep(COURSE, "r1", 3))
    first, again, other = (values for _, values in made.calls)
    assert first == again
    text = json.dumps(ReconciliationToBegin(COURSE, "j1", "omar").to_json(), sort_keys=True)
    assert first == {
        "QueueUrl": URL,
        "MessageBody": text,
        "MessageGroupId": "lms",
        "MessageDeduplicationId": hashlib.sha256(text.encode()).hexdigest(),
    }
    assert other["MessageDeduplicationId"] != first["MessageDeduplicationId"]
    assert other["MessageGroupId"] == "lms"


def test_the_tries_of_a_webhook_are_one_group(service: Any) -> None:
    made = service()
    message = DeliveryToTry(COURSE, "w1", "d1", 1, 2)
    WebhookQueue(URL).send(message)
    WebhookQueue(URL).send(message, 30)
    (_, at_once), (_, later) = made.calls
    assert at_once == {
        "QueueUrl": URL,
        "MessageBody": json.dumps(message.to_json()),
        "DelaySeconds": 0,
        "MessageGroupId": "w1",
    }
    assert later == at_once | {"DelaySeconds": 30}


def event(number: int) -> BusEvent:
    return BusEvent("certificate.issued", AT, {"name": "Zoë", "number": number})


def entry(number: int) -> dict[str, Any]:
    return {
        "EventBusName": "bus",
        "Source": "source",
        "DetailType": "certificate.issued",
        "Time": AT,
        "Detail": f'{{"name": "Zoë", "number": {number}}}',
    }


def accepted(count: int) -> dict[str, Any]:
    return {"Entries": [{"EventId": "e"}] * count}


def test_events_are_put_on_the_bus_ten_in_a_call(service: Any) -> None:
    made = service(put_events=[accepted(10), accepted(2)])
    ChangeBus("bus", "source").put([event(number) for number in range(12)])
    assert [values["Entries"] for _, values in made.calls] == [
        [entry(number) for number in range(10)],
        [entry(10), entry(11)],
    ]


def test_only_the_events_that_the_bus_turned_away_are_put_again(service: Any) -> None:
    refused = {"Entries": [{"EventId": "e"}, {"ErrorCode": "ThrottlingException"}, {"EventId": "e"}]}
    made = service(put_events=[refused, accepted(1)])
    ChangeBus("bus", "source").put([event(0), event(1), event(2)])
    assert [values["Entries"] for _, values in made.calls] == [[entry(0), entry(1), entry(2)], [entry(1)]]


def test_an_answer_of_the_bus_that_says_nothing_of_an_event_is_no_success(service: Any) -> None:
    service(put_events=[accepted(1)])
    with pytest.raises(ValueError, match="shorter"):
        ChangeBus("bus", "source").put([event(0), event(1)])


def test_events_that_the_bus_turns_away_again_and_again_are_an_error(service: Any) -> None:
    refused = {"Entries": [{"ErrorCode": "InternalFailure"}, {"ErrorCode": "A"}]}
    made = service(put_events=[refused])
    with pytest.raises(OSError, match=r"^2 events were turned away by the bus: A, InternalFailure$"):
        ChangeBus("bus", "source").put([event(0), event(1)])
    assert len(made.calls) == 5


SCHEDULES = Schedules(group="group", role="role", target="target", dead_letters="dead")
RETRIES = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
NAME = hashlib.sha256(COURSE.encode()).hexdigest()[:40]


def test_the_schedule_of_a_run_fires_once_at_its_time_in_utc(service: Any, in_tokyo: None) -> None:
    made = service()
    due = datetime(2026, 11, 20, tzinfo=UTC)
    SCHEDULES.put(COURSE, due, AT)
    values = {
        "Name": NAME,
        "GroupName": "group",
        "ScheduleExpression": "at(2026-11-20T08:00:30)",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Description": f"Issue the certificates of {COURSE}",
        "Target": {
            "Arn": "target",
            "RoleArn": "role",
            "Input": json.dumps(IssuanceDue(COURSE, due).to_json()),
            "DeadLetterConfig": {"Arn": "dead"},
            "RetryPolicy": RETRIES,
        },
    }
    assert made.calls == [("create_schedule", values)]
    made = service(create_schedule=[Taken()])
    SCHEDULES.put(COURSE, due, AT)
    assert made.calls == [("create_schedule", values), ("update_schedule", values)]


@pytest.mark.parametrize("answer", [{}, Taken()])
def test_a_schedule_is_removed_whether_it_is_there_or_not(service: Any, answer: Any) -> None:
    made = service(delete_schedule=[answer])
    SCHEDULES.remove(COURSE)
    assert made.calls == [("delete_schedule", {"Name": NAME, "GroupName": "group"})]


@pytest.mark.parametrize("answer", [{}, Taken()])
def test_a_late_try_is_sent_by_one_schedule(service: Any, in_tokyo: None, answer: Any) -> None:
    made = service(create_schedule=[answer])
    message = DeliveryToTry(COURSE, "w1", "d1", 1, 2)
    TrySchedules(group="group", role="role", target="target", dead_letters="dead").put(message, AT)
    text = json.dumps(message.to_json(), sort_keys=True)
    assert made.calls == [
        (
            "create_schedule",
            {
                "Name": hashlib.sha256(text.encode()).hexdigest()[:60],
                "GroupName": "group",
                "ScheduleExpression": "at(2026-11-20T08:00:30)",
                "ScheduleExpressionTimezone": "UTC",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "ActionAfterCompletion": "DELETE",
                "Target": {
                    "Arn": "target",
                    "RoleArn": "role",
                    "Input": text,
                    "DeadLetterConfig": {"Arn": "dead"},
                    "RetryPolicy": RETRIES,
                },
            },
        )
    ]
