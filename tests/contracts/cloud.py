"""A cloud with all functions. They call each other, and their messages are noted."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from certificates import runtime
from certificates.runtime import uploads
from tests import moto_cloud
from tests.handlers.conftest import load
from tests.handlers.http_events import Answer, Caller, function_of, routed
from tests.handlers.lms_events import Context, sqs_event
from tests.template import functions, template

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

QUEUES = {"JobsQueue": "jobs", "LmsFilesQueue": "", "ExceptionFilesQueue": "", "ExceptionDecisionsQueue": ""}
"""The queues that the product itself sends to; the first is made with every empty cloud."""


@dataclass
class Cloud:
    """`invoked` has the payload of every call of one function by another, in order."""

    now: datetime = NOW
    invoked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def later(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def ask(self, username: str | None, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the interface over HTTP. `root` is global staff."""
        claims = {"administrator": "true"} if username == "root" else {}
        route, _ = routed(method, path.partition("?")[0])
        return Caller(load(function_of(route)), username, claims)(method, path, body, **headers)

    def send(self, function: str, event: dict[str, Any], *, looks: int = 1_000_000) -> Any:
        """Send an event to a function. `looks` limits how often it can read the clock."""
        return load(function)(event, Context(looks, function_name=function.replace("_", "-")))

    def deliver(self, function: str, *messages: dict[str, Any], looks: int = 1_000_000, receives: int = 1) -> None:
        """Deliver messages of a queue. None of them may fail."""
        event = sqs_event(*messages)
        for record in event["Records"]:
            record["attributes"]["ApproximateReceiveCount"] = str(receives)
        failures = self.send(function, event, looks=looks)["batchItemFailures"]
        assert failures == [], f"{len(failures)} of {len(messages)} messages to {function} failed"

    def waiting(self, queue: str) -> list[dict[str, Any]]:
        """Receive and remove all messages of a queue of the template."""
        client, bodies = moto_cloud.client_of("sqs"), []
        url = client.get_queue_url(QueueName=QUEUES[queue] or queue)["QueueUrl"]
        while taken := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in taken:
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(json.loads(message["Body"]))
        return bodies

    def put_back(self, queue: str, *messages: dict[str, Any]) -> None:
        """Return received messages that were not done: SQS delivers them again."""
        client = moto_cloud.client_of("sqs")
        url = client.get_queue_url(QueueName=QUEUES[queue] or queue)["QueueUrl"]
        for message in messages:
            client.send_message(QueueUrl=url, MessageBody=json.dumps(message))


@contextmanager
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: Any, operation: str, values: Any) -> Any:
        if operation != "Invoke":
            return real(client, operation, values)
        function, event = values["FunctionName"].replace("-", "_"), json.loads(values["Payload"])
        made.invoked.append((function, event))
        if values.get("InvocationType") == "Event":
            return {"StatusCode": 202}
        answer = made.send(function, event)
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}

    # Functions have the names of their folders, so that a call finds its function.
    with moto_cloud.empty_cloud(), patch.dict(os.environ), patch.object(BaseClient, "_make_api_call", call):
        for queue, name in QUEUES.items():
            url = moto_cloud.client_of("sqs").create_queue(QueueName=name or queue)["QueueUrl"]
            for variable in _variables(queue):
                os.environ[variable] = url
        for remembered in (runtime.backend, uploads.records, uploads.exception_files):
            remembered.cache_clear()
        with patch.object(runtime, "now", lambda: made.now):
            yield made
        for remembered in (uploads.records, uploads.exception_files):
            remembered.cache_clear()


def _variables(queue: str) -> Iterator[str]:
    """The settings that name this queue."""
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    for properties in functions().values():
        own = properties.get("Environment", {}).get("Variables", {})
        yield from (name for name, value in {**everywhere, **own}.items() if value == {"Ref": queue})
