"""What operators search for and count: each event's line of log, and its metric."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from certificates import telemetry
from certificates.errors import Conflict, MailNotSetUp, MailRefused, MissingSetting, TurnedAway
from certificates.lms.fields import Malformed
from certificates.rules.eligibility import Decision, Reason
from certificates.rules.history import Trigger
from certificates.rules.jobs import Job, JobKind, JobState, Part, Selection
from certificates.rules.model import Outcome
from certificates.rules.webhooks import Delivery, DeliveryTry, EndedBy, TryResult, Webhook, WebhookSettings
from tests.template import template

NOW = datetime(2026, 11, 1, tzinfo=UTC)
RUN = "course-v1:Fjord+BIO1+2026"
ADA = {"course_id": RUN, "user_id": "7"}

DECISION = Decision(outcome=Outcome.REFUSED, reason=Reason.NOT_PASSING)
JOB = Job(
    course_id=RUN,
    job_id="j1",
    selection=Selection(kind=JobKind.BULK),
    dry_run=False,
    state=JobState.RUNNING,
    started_by="omar",
    started_at=NOW,
    parts=(Part(batches=9), Part(batches=4)),
)
WEBHOOK = Webhook(
    owner=RUN,
    webhook_id="w1",
    settings=WebhookSettings(address="https://user:password@receiver.example/"),
    created_by="omar",
    created_at=NOW,
    sealed="sealed",
    ended_by=EndedBy.GONE,
)
DELIVERY = Delivery(webhook_id="w1", message_id="c1", event_type="t", occurred_at=NOW, event={"name": "Ada"}, tried=3)
TRIED = DeliveryTry(at=NOW, result=TryResult.REFUSED, status=500, milliseconds=12, said="secret")

EVENTS: dict[str, tuple[Callable[[], None], dict[str, Any], dict[str, int]]] = {
    "decided": (
        lambda: telemetry.decided(DECISION, Trigger.LEARNER, RUN, "7"),
        {"level": "INFO", **ADA, "trigger": "learner-request", "outcome": "refused", "reason": "not-passing"},
        {"Decisions.refused.not-passing": 1},
    ),
    "invalidated": (lambda: telemetry.invalidated(RUN, "7"), {"level": "INFO", **ADA}, {"Invalidations": 1}),
    "mailed": (
        lambda: telemetry.mailed(RUN, "7", "sent"),
        {"level": "INFO", **ADA, "ended": "sent"},
        {"Mails.sent": 1},
    ),
    "mail waits": (
        lambda: telemetry.mail_waits("TooManyRequests"),
        {"level": "WARNING", "call": "TooManyRequests"},
        {"MailsWaiting": 1},
    ),
    "message failed": (
        lambda: telemetry.message_failed(Malformed("detail.grade", "a number")),
        {
            "level": "ERROR",
            "errors": [{"type": "Malformed", "reason": "malformed-event", "field": "detail.grade", "frames": []}],
        },
        {"MessagesFailed": 1},
    ),
    "request failed": (
        lambda: telemetry.request_failed(ValueError("Zoë typed this")),
        {"level": "ERROR", "errors": [{"type": "ValueError", "frames": []}]},
        {"RequestsFailed": 1},
    ),
    "function failed": (
        lambda: telemetry.function_failed(ValueError("Zoë typed this")),
        {"level": "ERROR", "errors": [{"type": "ValueError", "frames": []}]},
        {},
    ),
    "learner failed": (
        lambda: telemetry.learner_failed(RUN, "7", ValueError("Zoë typed this")),
        {"level": "ERROR", **ADA, "errors": [{"type": "ValueError", "frames": []}]},
        {},
    ),
    "the LMS could not be read": (
        lambda: telemetry.lms_not_read(RUN, "timeout"),
        {"level": "WARNING", "course_id": RUN, "why": "timeout"},
        {"LmsNotRead": 1},
    ),
    "documents left behind": (
        lambda: telemetry.left_behind(["a.pdf", "b.pdf"], "SlowDown"),
        {"level": "WARNING", "documents": ["a.pdf", "b.pdf"], "why": "SlowDown"},
        {"DocumentsLeftBehind": 2},
    ),
    "batch done": (
        lambda: telemetry.worked(JOB, 1, {"issued": 20, "not-passing": 5}),
        {
            "level": "INFO",
            "course_id": RUN,
            "job_id": "j1",
            "shard": 1,
            "batch": 4,
            "outcomes": {"issued": 20, "not-passing": 5},
        },
        {"Jobs.bulk.issued": 20, "Jobs.bulk.not-passing": 5},
    ),
    "webhook tried": (
        lambda: telemetry.webhook_tried(WEBHOOK, DELIVERY, TRIED),
        {
            "level": "INFO",
            "course_id": RUN,
            "webhook_id": "w1",
            "change_id": "c1",
            "result": "refused",
            "status": 500,
            "tried": 3,
            "ms": 12,
        },
        {"Webhooks.refused": 1},
    ),
    "webhook ended": (
        lambda: telemetry.webhook_ended(WEBHOOK),
        {"level": "WARNING", "course_id": RUN, "webhook_id": "w1", "ended_by": "gone"},
        {"WebhooksEnded": 1},
    ),
}
"""The text of the line: the call, what the line has beside the text, and the metrics."""

BY_THE_LOGGER = {"message", "timestamp", "service", "location"}


@pytest.mark.parametrize("text", EVENTS)
def test_an_event_writes_the_line_and_the_metric_that_operators_know_and_no_personal_data(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    event, line, counts = EVENTS[text]
    written = io.StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", written)
    # What a function wrote before, in another test, is no part of these lines.
    telemetry.logger.clear_state()
    telemetry.metrics.clear_metrics()
    event()
    [said] = map(json.loads, written.getvalue().splitlines())
    assert said["message"] == text
    assert {name: value for name, value in said.items() if name not in BY_THE_LOGGER} == line
    telemetry.metrics.flush_metrics()
    if not counts:
        assert capsys.readouterr().out == ""
        return
    metrics = json.loads(capsys.readouterr().out)
    [described] = metrics["_aws"]["CloudWatchMetrics"]
    assert described["Namespace"] == "Certificates"
    assert {metric["Name"]: metric["Unit"] for metric in described["Metrics"]} == dict.fromkeys(counts, "Count")
    assert {name: sum(metrics[name]) for name in counts} == counts


def test_every_alarm_on_a_metric_of_the_product_watches_one_that_the_product_writes() -> None:
    watched = set(_metrics_of_the_product(template()["Resources"]))
    assert {"MessagesFailed", "RequestsFailed", "LmsNotRead", "WebhooksEnded"} <= watched
    assert watched <= {name for _, _, counts in EVENTS.values() for name in counts}


def _metrics_of_the_product(found: Any) -> list[str]:
    if isinstance(found, list):
        return [name for each in found for name in _metrics_of_the_product(each)]
    if not isinstance(found, dict):
        return []
    own = [found["MetricName"]] if found.get("Namespace") == "Certificates" else []
    return own + _metrics_of_the_product(list(found.values()))


class Broken(Exception):
    """Any error of a library, with what it says of an answer."""

    def __init__(self, text: str = "Zoë typed this", **values: Any) -> None:
        super().__init__(text)
        self.__dict__.update(values)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Conflict("busy", "Zoë is busy"), {"type": "Conflict", "reason": "busy"}),
        (Malformed("detail.grade", "x"), {"type": "Malformed", "reason": "malformed-event", "field": "detail.grade"}),
        (TurnedAway("2 events", "InternalFailure"), {"type": "TurnedAway", "code": "InternalFailure"}),
        (MissingSetting("MAIL_FROM"), {"type": "MissingSetting", "code": "MAIL_FROM"}),
        (MailRefused("MessageRejected", "zoe@a.org"), {"type": "MailRefused", "code": "MessageRejected"}),
        (MailNotSetUp("NotFound", "zoe@a.org"), {"type": "MailNotSetUp", "code": "NotFound"}),
        (Broken("<Error><Code>SlowDown</Code>Zoë</Error>"), {"type": "Broken", "code": "SlowDown"}),
        (Broken("<Error><Code>Zoë typed this</Code></Error>"), {"type": "Broken"}),
        (
            Broken(response={"Error": {"Code": "AccessDenied", "Message": "Zoë"}}, operation_name="PutItem"),
            {"type": "Broken", "code": "AccessDenied", "call": "PutItem"},
        ),
        (Broken(response={"Error": {}}), {"type": "Broken", "code": None, "call": None}),
        (Broken(response={"Message": "Zoë"}), {"type": "Broken"}),
        (Broken(response="Error"), {"type": "Broken"}),
    ],
)
def test_the_line_of_an_error_has_its_words_of_the_code_and_nothing_that_a_person_typed(
    error: Exception, said: dict[str, Any]
) -> None:
    assert telemetry._ways_to(error) == [said | {"frames": []}]


def test_the_line_of_an_error_has_the_errors_behind_it_and_their_places() -> None:
    def lose() -> None:
        raise LookupError("Zoë")

    def turn_away() -> None:
        try:
            lose()
        except LookupError:
            raise TurnedAway("events", "A")  # noqa: B904 - an error in the handling of another

    try:
        try:
            turn_away()
        except TurnedAway as error:
            raise Broken from error
    except Broken as error:
        last = error
    ways = telemetry._ways_to(last)
    assert [way["type"] for way in ways] == ["Broken", "TurnedAway", "LookupError"]
    places: Any = ways[-1]["frames"]
    assert [place.rpartition(" ")[2] for place in places] == ["turn_away", "lose"]
    assert re.fullmatch(rf"{re.escape(__file__)}:\d+ lose", places[-1])
