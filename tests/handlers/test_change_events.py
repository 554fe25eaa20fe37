"""The table's stream: every change of a certificate is told on the bus and to the queues of mail and webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from certificates import runtime
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.issue import issue
from certificates.lms_api.values import LmsCertificate
from certificates.messages.kinds import ChangeToTell, JobToTell
from certificates.notices.change import CertificateChange, ChangeType
from certificates.notices.showing import show_due
from certificates.planning import Cause
from certificates.reconciliation.importing import import_certificate
from certificates.request import request_certificate
from certificates.rules.eligibility import decide_regeneration
from certificates.rules.history import Trigger
from certificates.rules.model import Display, Pacing
from tests import faults, jobs
from tests.handlers.conftest import load
from tests.handlers.http_events import Context
from tests.moto_cloud import changes
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Listening:
    """The bus, by a rule that sends everything to a queue, and the two queues."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        sqs, events = boto3.client("sqs"), boto3.client("events")
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
        """The function is told this by its environment."""
        for name, value in {
            "CHANGE_BUS": bus,
            "MAIL_QUEUE_URL": mail,
            "WEBHOOK_QUEUE_URL": webhooks,
            "OPEN_EDX_EVENTS": str(open_edx).lower(),
            "EVENT_PERSONAL_DATA": str(personal).lower(),
        }.items():
            self.patched.setenv(name, value)
        runtime.receivers.cache_clear()

    def heard(self, queue: str) -> list[dict[str, Any]]:
        """What has come to a queue since it was last asked."""
        found: list[dict[str, Any]] = []
        sqs = boto3.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queues[queue], ReceiptHandle=message["ReceiptHandle"])
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
    made = faults.cheap(backend)
    make_run(made, pacing=Pacing.SELF)
    enroll(made, "7", "zoe", name="Zoë Ångström", email="zoe@example.org", grade="0.9")
    return made


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def follow() -> None:
    """All changes of the table so far, to the function: as the filters of the template let them through."""
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
    """Issued, generated again with another name, invalidated, re-validated, forgotten."""
    request_certificate(COURSE, "zoe", backend=backend, now=at(0))
    enroll(backend, "7", "zoe", name="Zoë Berg", email="zoe@example.org", grade="0.9")
    regenerate(backend, 1)
    invalidate(COURSE, "zoe", "copied", by="ines", backend=backend, now=at(2))
    revalidate(COURSE, "7", by="ines", backend=backend, now=at(3))
    start_forgetting("7", by="root", out_of_time=lambda: False, function="none", backend=backend, now=at(4))


LIFE = ["issued", "regenerated", "invalidated", "revalidated", "withdrawn"]


def test_every_change_is_told_to_everybody_once_in_its_order(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    on_bus = [event["detail"] for event in listening.heard("bus")]
    assert [event["type"] for event in on_bus] == [f"certificate.{told}" for told in LIFE]
    assert [event["sequence"] for event in on_bus] == sorted({event["sequence"] for event in on_bus})
    for queue in ("mail", "webhooks"):
        told = listening.changes(queue)
        assert [change.type.value for change in told] == LIFE
        assert [change.id for change in told] == [event["id"] for event in on_bus]


def test_a_change_has_the_place_and_the_time_of_its_entry_in_the_history(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    entries = [entry for entry in backend.certificates.history(COURSE, "7") if entry.status is not None]
    told = listening.changes("mail")
    assert [(change.revision, change.time, change.status, change.trigger) for change in told] == [
        (entry.revision, entry.at, entry.status, entry.trigger.value) for entry in entries
    ]


def test_what_an_earlier_release_writes_meanwhile_is_told_too(backend: Any, listening: Listening) -> None:
    """While a new release is deployed, functions of the release before go on writing certificates, as they did."""
    a_life(backend)
    records = [record for record in changes() if is_let_through(record)]
    for record in records:
        for image in ("OldImage", "NewImage"):
            for unknown in ("trigger", "change"):
                record["dynamodb"].get(image, {}).pop(unknown, None)
    load("change_events")({"Records": records}, Context())
    told = listening.changes("mail")
    # What forgetting a learner leads to cannot be told from an invalidation then.
    assert [change.type.value for change in told] == [*LIFE[:-1], "invalidated"]
    assert {change.trigger for change in told} == {""}


def test_told_again_is_told_under_the_same_ids(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    first = listening.heard("bus"), listening.heard("mail"), listening.heard("webhooks")
    follow()
    again = listening.heard("bus"), listening.heard("mail"), listening.heard("webhooks")
    assert [event["detail"] for event in first[0]] == [event["detail"] for event in again[0]]
    assert first[1:] == again[1:]


def test_nobody_s_name_leaves_unless_the_operator_asks(backend: Any, listening: Listening) -> None:
    a_life(backend)
    follow()
    told = json.dumps([listening.heard(queue) for queue in ("bus", "mail", "webhooks")], ensure_ascii=False)
    assert COURSE in told
    assert [secret for secret in ("Zoë", "Berg", "zoe", "example.org", "0.9", "copied") if secret in told] == []


def test_the_operator_can_ask_for_names(backend: Any, listening: Listening) -> None:
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


def test_a_change_from_before_a_learner_was_forgotten_names_the_learner_no_more(
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
    """What was told for the first time: types, and whether it was shown."""
    first: dict[str, tuple[str, bool]] = {}
    for change in listening.changes("webhooks"):
        first.setdefault(change.id, (change.type.value, change.shown))
    return list(first.values())


def test_a_certificate_of_a_run_that_shows_none_yet_is_told_as_not_shown(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    assert types(listening) == [("issued", False)]
    look(TOMORROW - timedelta(seconds=1))
    assert types(listening) == [("issued", False)]


def test_a_certificate_that_was_issued_early_is_told_of_again_when_its_date_has_come(
    backend: Any, listening: Listening
) -> None:
    issue_early(backend)
    look(TOMORROW)
    told = listening.changes("mail")
    assert [change.type.value for change in told][-1] == "shown"
    issued, shown = told[0], told[-1]
    assert (shown.id, shown.shown, shown.revision) == (f"{issued.id}-shown", True, 1)
    assert shown.sequence > issued.sequence


def test_it_is_shown_once_however_often_one_looks(backend: Any, listening: Listening) -> None:
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
    assert not runtime.showing().waiting.runs(), "nobody looks at a run any more in which nothing waits"


def test_a_change_of_settings_shows_it_too(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW, display=Display.EARLY_NO_INFO)
    look(NOW)
    assert types(listening)[-1] == ("shown", True)


def test_it_is_shown_in_the_revision_that_it_has_by_then(backend: Any, listening: Listening) -> None:
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


def test_what_was_invalidated_before_its_date_is_not_shown(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=at(1))
    follow()
    look(TOMORROW)
    assert types(listening) == [("issued", False), ("invalidated", False)]
    look(TOMORROW + timedelta(minutes=2))
    revalidate(COURSE, "7", by="ines", backend=backend, now=at(48))
    look(TOMORROW + timedelta(minutes=3))
    assert types(listening)[-1] == ("revalidated", True)


def test_hidden_and_shown_again_it_is_not_told_of_again(backend: Any, listening: Listening) -> None:
    issue_early(backend)
    look(TOMORROW)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW + timedelta(days=9))
    look(TOMORROW + timedelta(days=1))
    look(TOMORROW + timedelta(days=9))
    assert [told for told, _ in types(listening)].count("shown") == 1


def test_what_begins_to_wait_while_one_looks_is_found_by_the_next_look(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_early(backend)
    enroll(backend, "8", "abe", grade="0.9")
    waiting = runtime.showing().waiting
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


def test_what_was_issued_early_before_anybody_was_told_is_found_and_shown_when_its_date_has_come(
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
    assert runtime.showing().waiting.learners(COURSE) == ["7"]
    marked = runtime.showing().waiting.runs()
    find()
    assert runtime.showing().waiting.runs() == marked, "found again, nothing is written"
    look(TOMORROW)
    shown = [change.user_id for change in listening.changes("webhooks") if change.type is ChangeType.SHOWN]
    assert shown == ["7"]


def test_in_a_run_that_shows_its_certificates_nothing_is_found(backend: Any, listening: Listening) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    find()
    assert runtime.showing().waiting.runs() == []


def test_what_was_shown_and_is_hidden_by_staff_is_not_told_of_again_for_being_found(
    backend: Any, listening: Listening
) -> None:
    issue_early(backend)
    look(TOMORROW)
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW + timedelta(days=9))
    find()
    look(TOMORROW + timedelta(days=9))
    assert [told for told, _ in types(listening)].count("shown") == 1


def test_many_runs_are_looked_through_in_one_invocation_after_the_other(
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
    assert runtime.showing().waiting.learners(COURSE) == ["7"]


def test_a_look_that_runs_out_of_time_leaves_the_rest_to_the_next(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.notices.showing.PAGE", 1)
    enroll(backend, "8", "abe", grade="0.9")
    make_run(backend, pacing=Pacing.INSTRUCTOR, end=TOMORROW)
    jobs.run(backend, jobs.BULK)
    follow()
    left = iter([False, True, False])
    assert show_due(runtime.showing(), now=TOMORROW, out_of_time=lambda: next(left)) == 1
    assert show_due(runtime.showing(), now=TOMORROW, out_of_time=lambda: next(left)) == 1


def test_a_regeneration_that_nobody_sees_writes_no_mail(backend: Any, listening: Listening) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    regenerate(backend, 1)
    follow()
    assert [change.type.value for change in listening.changes("mail")] == ["issued"]
    assert [change.type.value for change in listening.changes("webhooks")] == ["issued", "regenerated"]


def test_a_certificate_that_was_imported_is_announced_to_nobody(backend: Any, listening: Listening) -> None:
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


def test_mail_is_told_of_a_job_when_it_ends_and_nobody_else_is(backend: Any, listening: Listening) -> None:
    job = jobs.run(backend, jobs.BULK)
    follow()
    [told] = [JobToTell.from_json(it) for it in listening.heard("mail") if "job_ended" in it]
    assert told == JobToTell(COURSE, job.job_id)
    assert not [it for it in listening.heard("webhooks") if "job_ended" in it]


@pytest.mark.parametrize("only", ["bus", "mail", "webhooks"])
def test_each_can_be_told_alone(only: str, backend: Any, listening: Listening) -> None:
    listening.tells(**{only: "changes" if only == "bus" else listening.queues[only]})  # type: ignore[arg-type]
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    follow()
    assert {queue: len(listening.heard(queue)) for queue in listening.queues} == {
        queue: int(queue == only) for queue in listening.queues
    }


def test_what_the_bus_turns_away_for_long_is_delivered_again(
    backend: Any, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    said = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
    with monkeypatch.context() as patched:
        patched.setattr("certificates.aws.change_bus.events", lambda: Mock(put_events=Mock(return_value=said)))
        with pytest.raises(OSError, match="1 events were turned away by the bus: InternalFailure"):
            follow()
    follow()
    assert len(listening.heard("bus")) == 1


def test_what_the_bus_turns_away_once_is_put_again_and_nothing_else_is(
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
