"""A cloud in which one function runs. The calls of its code are noted; the preparations of a story are not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from certificates import runtime, settling
from certificates.aws import renderer, writes
from certificates.aws.mail_store import MailStore
from certificates.designs.compilation import _design
from certificates.exception_list.entries import add_exception
from certificates.lists import csv_of_run
from certificates.lists.csv_of_lists import report_name
from certificates.notices.run_language import language_of
from certificates.request import request_certificate
from certificates.rules.mailing import MailKind
from certificates.runtime import changes, mails, making, uploads, webhooks
from tests.grants.used import Recorder, settings
from tests.handlers.conftest import load
from tests.handlers.http_events import Answer, Caller
from tests.handlers.lms_events import Context, sqs_event
from tests.moto_cloud import client_of, objects
from tests.people import COURSE, enroll, make_run
from tests.ses import Ses, ses
from tests.template import functions, template

ATTEMPTS = settling.ATTEMPTS

NOBODY = "http://127.0.0.1:9"
"""An address without a server."""


class World:
    """`backend` is for preparations. `recorder` notes the calls that `send` and `ask` cause."""

    def __init__(self, function: str, backend: Any, patched: pytest.MonkeyPatch) -> None:
        for name, value in settings(function).items():
            made = value["Fn::If"][1] if isinstance(value, dict) and "Fn::If" in value else value
            queue = made.get("Ref", "") if isinstance(made, dict) else ""
            made_elsewhere = queue == "ReconciliationQueue"  # by `names_an_lms`
            if (
                not os.environ.get(name)
                and not made_elsewhere
                and template()["Resources"].get(queue, {}).get("Type") == "AWS::SQS::Queue"
            ):
                answer = client_of("sqs").create_queue(QueueName=queue, Attributes={"VisibilityTimeout": "0"})
                patched.setenv(name, answer["QueueUrl"])
        if "CHANGE_BUS" in settings(function):
            client_of("events").create_event_bus(Name="changes")
            patched.setenv("CHANGE_BUS", "changes")
            patched.setenv("OPEN_EDX_EVENTS", "true")
            patched.setenv("EVENT_PERSONAL_DATA", "true")
        if "TRY_SCHEDULE_GROUP" in settings(function):
            client_of("scheduler").create_schedule_group(Name=os.environ["TRY_SCHEDULE_GROUP"])
        self.backend, self.patched = backend, patched
        self.recorder = Recorder(function)
        # Status lists are opened at random. Here, only one is open.
        patched.setattr("certificates.aws.status_lists.SEQUENCES", 1)
        backend.credentials.lists.claim(1, runtime.now())
        self.lose_keys()
        folder = functions()[function]["CodeUri"].removeprefix("functions/")
        self._name, self._handler = folder.replace("_", "-"), load(folder)
        self._forget()

    @contextmanager
    def large_run(self) -> Iterator[None]:
        """A run whose report is written in parts. The parts already exist, because another function writes them."""
        for user_id in ("4", "5"):  # both learners are in the first shard
            enroll(self.backend, user_id, f"learner{user_id}")
        now = runtime.now()
        with self.patched.context() as patched:
            patched.setattr(runtime, "now", lambda: now)
            patched.setattr(csv_of_run, "MOST_INLINE", 1)
            for shard in range(csv_of_run.SHARDS):
                part = f"{report_name(COURSE, 'certificates', now)}/{shard:02d}.csv"
                self.backend.documents.put(part, b"", "text/csv")
            yield

    def run_with(self, *usernames: str, **settings: Any) -> None:
        """A run, and learners who pass in it: their ids are 0, 1, 2, ..."""
        make_run(self.backend, **settings)
        for number, username in enumerate(usernames):
            enroll(self.backend, str(number), username, grade="0.9")

    def except_failing(self, username: str) -> None:
        """Put a learner who does not pass on the exception list."""
        enroll(self.backend, username, username, grade="0.2")
        add_exception(COURSE, username, "", by="ines", backend=self.backend, now=runtime.now())

    def issue(self, username: str) -> Any:
        return request_certificate(COURSE, username, backend=self.backend, now=runtime.now()).certificate

    def lose(self, ending: str) -> None:
        """Remove the objects with this ending of the key from the bucket."""
        for key in objects():
            if key.endswith(ending):
                self.backend.documents.delete(key)
        self._forget()

    def names_an_lms(self, url: str = NOBODY, service: tuple[str, str] = ("1", "1")) -> None:
        """From now on, the stack has the parameters of an LMS: by default, of one that does not answer."""
        said = {"login_client_id": "1", "login_client_secret": "1"}
        said |= {"service_client_id": service[0], "service_client_secret": service[1]}
        made = client_of("secretsmanager").create_secret(Name="lms", SecretString=json.dumps(said))
        self.patched.setenv("LMS_BASE_URL", url)
        self.patched.setenv("LMS_SECRET_ARN", made["ARN"])
        attributes = {"FifoQueue": "true", "VisibilityTimeout": "0"}
        queue = client_of("sqs").create_queue(QueueName="ReconciliationQueue.fifo", Attributes=attributes)
        self.patched.setenv("RECONCILIATION_QUEUE_URL", queue["QueueUrl"])
        self.recorder.knows("SQS", queue["QueueUrl"], "ReconciliationQueue")
        self.patched.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        self._forget()

    @contextmanager
    def sending_mail(self) -> Iterator[Ses]:
        """From now on, the stack has a sender for mails, and SES answers here."""
        self.patched.setenv("MAIL_FROM", "certificates@fjord.example")
        self._forget()
        with ses() as service:
            yield service

    def lists_a_mail(self, user_id: str) -> None:
        """SES has refused the mail to this learner."""
        mails, now = MailStore(), runtime.now()
        told = {"told_revision": 1, "now": now, "doubt": timedelta(minutes=15)}
        claim = mails.claim(COURSE, user_id, MailKind.ISSUED, 1, **told)
        assert claim is not None
        mails.refused(claim, "MessageRejected", now)

    def lose_keys(self) -> None:
        """Go back to the state before the first credential: the next issue makes the signing keys."""
        writes.write_one(writes.delete(("SIGNING-KEYS", "KEYS")))
        self.backend.credentials.keys._opened = None
        self._forget()

    @staticmethod
    def _forget() -> None:
        """Forget everything, as a function that has just started."""
        for remembered in (
            runtime.backend,
            making.credentials_at,
            uploads.records,
            uploads.exception_files,
            changes.showing,
            changes.receivers,
            webhooks.managing,
            webhooks.delivering,
            mails.mailing_in_use,
            mails.mail_queue,
            mails.pace,
            _design,
            language_of,
            renderer._compiled,
        ):
            remembered.cache_clear()

    def send(self, event: dict[str, Any], *, looks: int = 1_000_000) -> Any:
        """Send an event to the function. It can read the clock so many times before its time ends."""
        with self.recorder.recording():
            return self._handler(event, Context(looks, function_name=self._name))

    def deliver(self, *messages: dict[str, Any], looks: int = 1_000_000, failed: int = 0) -> None:
        """Deliver messages of a queue. All must succeed, except `failed`."""
        answer = self.send(sqs_event(*messages), looks=looks)
        assert len(answer["batchItemFailures"]) == failed

    def ask(self, username: str | None, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the interface. `root` is global staff."""
        claims = {"administrator": "true"} if username == "root" else {}
        return Caller(lambda event, _: self.send(event), username, claims)(method, path, body, **headers)

    @contextmanager
    def races_lost(self, number: int = ATTEMPTS) -> Iterator[None]:
        """So many transactions lose a race. By default, all tries of one transaction do."""
        self.recorder.races_to_lose = number
        yield
        assert self.recorder.races_to_lose == 0
