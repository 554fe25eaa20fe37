"""Webhooks in the cloud of this process: a clock that jumps to the next message, and receivers with given answers.

Messages and schedules are those that the product has sent to SQS and EventBridge Scheduler. The world gives each of
them to the code of `webhook_delivery` when it is due, and again if the code died.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from moto.backends import get_backend

from certificates.aws.webhook_queue import TrySchedules, WebhookQueue
from certificates.aws.webhook_secrets import WebhookSecrets
from certificates.aws.webhook_store import WebhookStore
from certificates.messages.notices import ChangeToTell
from certificates.notices.change import CertificateChange, ChangeType, PersonalData
from certificates.notices.webhook_delivery import act_on_webhook_message
from certificates.notices.webhook_managing import Owned, WithSecret
from certificates.notices.webhook_means import DeliveryMeans, WebhookMeans
from certificates.notices.webhook_posting import Posted
from certificates.rules.webhooks import Delivery, TryResult, WebhookSettings
from tests import moto_cloud
from tests.people import COURSE

BEGUN = datetime(2026, 11, 24, 8, tzinfo=UTC)
VISIBILITY = timedelta(seconds=360)
"""SQS delivers the message of a function that died again after this time, as in the template."""

OK = Posted(TryResult.DELIVERED, 200, "ok")
TIMED_OUT = Posted(TryResult.TIMED_OUT)


@dataclass(frozen=True)
class Heard:
    """One post, as a receiver got it."""

    at: datetime
    address: str
    headers: Mapping[str, str]
    body: str

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receivers:
    """Replaces the internet: the answers of each address, and the posts that it got."""

    world: World
    answers: dict[str, Callable[[], Posted]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)

    def post(self, address: str, body: str, headers: Mapping[str, str]) -> Posted:
        self.heard.append(Heard(self.world.now, address, dict(headers), body))
        return self.answers.get(address, lambda: OK)()

    def ids_at(self, address: str) -> list[str]:
        return [each.message_id for each in self.heard if each.address == address]


class World:
    """`now` is the world's clock. `of_before` if the cloud has the queue and the group of another world already."""

    def __init__(self, now: datetime = BEGUN, *, of_before: bool = False) -> None:
        self.now = now
        self.queue_url = moto_cloud.client_of("sqs").create_queue(QueueName="webhooks")["QueueUrl"]
        group = os.environ["TRY_SCHEDULE_GROUP"]
        if not of_before:
            moto_cloud.client_of("scheduler").create_schedule_group(Name=group)
        self.receivers = Receivers(self)
        webhooks = WebhookMeans(
            store=WebhookStore(), secrets=WebhookSecrets(os.environ["SEALING_KEY"]), queue=WebhookQueue(self.queue_url)
        )
        schedules = TrySchedules(
            group=group,
            role=os.environ["TRY_SCHEDULE_ROLE"],
            target=os.environ["WEBHOOK_QUEUE_ARN"],
            dead_letters=os.environ["TRY_DEAD_LETTERS"],
        )
        poster: Any = self.receivers
        self.means = DeliveryMeans(
            webhooks=webhooks, schedules=schedules, poster=poster, base_url="https://certificates.example"
        )
        self._due: dict[str, datetime] = {}

    @property
    def store(self) -> WebhookStore:
        return self.means.webhooks.store

    def owned(self, owner: str = COURSE) -> Owned:
        return Owned(owner, self.means.webhooks)

    def webhook(self, address: str = "https://one.example/", owner: str = COURSE, **settings: Any) -> WithSecret:
        return self.owned(owner).create(WebhookSettings(address=address, **settings), by="ines", now=self.now)

    def tell(self, *changes: CertificateChange) -> None:
        for change in changes:
            body = json.dumps(ChangeToTell(change.to_json()).to_json())
            moto_cloud.client_of("sqs").send_message(QueueUrl=self.queue_url, MessageBody=body)

    def deliveries(self, webhook_id: str) -> list[Delivery]:
        return self.store.deliveries(webhook_id, limit=1000).items

    def run(self, until: timedelta | None = None, *, at_most: int | None = None) -> None:
        """Deliver every message when it is due, until there are none, or until this time or number. The message of a
        function that dies comes again.
        """
        last = self.now + until if until is not None else None
        handed = 0
        while (found := self._next()) and (last is None or self._due[found[0]] <= last) and handed != at_most:
            message_id, body, done = found
            handed += 1
            self.now = max(self.now, self._due[message_id])
            self._due[message_id] = self.now + VISIBILITY
            act_on_webhook_message(json.loads(body), means=self.means, clock=lambda: self.now)
            done()
        if last is not None:
            self.now = last

    def pending(self) -> list[tuple[datetime, dict[str, Any]]]:
        """The waiting messages, and when each is due."""
        return sorted(
            ((self._due_of(message), json.loads(message[1])) for message in self._messages()), key=lambda each: each[0]
        )

    def _next(self) -> tuple[str, str, Callable[[], object]] | None:
        """The message that is due first."""
        found = [(self._due_of(message), message) for message in self._messages()]
        if not found:
            return None
        message_id, body, _, done = min(found, key=lambda each: each[0])[1]
        return message_id, body, done

    def _due_of(self, message: tuple[str, str, datetime, Callable[[], object]]) -> datetime:
        return self._due.setdefault(message[0], message[2])

    def _messages(self) -> Iterator[tuple[str, str, datetime, Callable[[], object]]]:
        """Id, body, time when it is due, and a function that removes it: for messages of SQS, and for schedules."""
        [regions] = get_backend("sqs").values()
        queue = regions[os.environ["AWS_REGION"]].queues["webhooks"]
        for message in list(queue._messages):
            delay = timedelta(milliseconds=max(0, (message.delayed_until or 0) - message.sent_timestamp))
            yield message.id, message.body, self.now + delay, lambda message=message: queue._messages.remove(message)
        [regions] = get_backend("scheduler").values()
        group = regions[os.environ["AWS_REGION"]].schedule_groups[os.environ["TRY_SCHEDULE_GROUP"]]
        for name, schedule in list(group.schedules.items()):
            at = datetime.strptime(schedule.schedule_expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)
            yield name, schedule.target["Input"], at, lambda name=name: group.schedules.pop(name)


@contextmanager
def world() -> Iterator[World]:
    with moto_cloud.empty_cloud():
        yield World()


def change(number: int = 1, *, course_id: str = COURSE, type: ChangeType = ChangeType.ISSUED, **more: Any) -> Any:
    """The change of one learner's certificate."""
    uuid, revision = UUID(int=number).hex, more.pop("revision", 1)
    values: dict[str, Any] = {
        "id": f"{uuid}-{revision}",
        "type": type,
        "course_id": course_id,
        "user_id": str(number),
        "verify_uuid": uuid,
        "revision": revision,
        "sequence": 2 * revision,
        "time": BEGUN - timedelta(seconds=10) + timedelta(microseconds=number),
        "status": "downloadable",
        "status_before": None,
        "mode": "verified",
        "shown": True,
        "silent": False,
        "trigger": "learner-request",
        "issued_on": date(2026, 11, 24),
        "course_title": "Marine Biology",
        "organization": "Fjord University",
    }
    return CertificateChange(**{**values, **more})


ZOE = PersonalData(username="zoe", email="zoe@example.org", name="Zoë Ångström", grade="0.9")
