"""Jobs in tests: the queue and the worker's function as AWS runs them, one delivery after another."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from certificates.aws import clients
from certificates.jobs.starting import start_job
from certificates.jobs.worker import work_on_shard
from certificates.messages.work import ShardWork
from certificates.rules.jobs import JobKind, Selection
from tests import people

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BULK = Selection(kind=JobKind.BULK)


@dataclass(frozen=True)
class Message:
    body: dict[str, Any]
    receipt: str


def messages() -> Iterator[Message]:
    """The messages in the queue of jobs, one by one, until the queue is empty. The caller deletes each message."""
    while True:
        received = _poll("ReceiveMessage", MaxNumberOfMessages=1, VisibilityTimeout=0)
        if not received.get("Messages"):
            return
        message = received["Messages"][0]
        yield Message(json.loads(message["Body"]), message["ReceiptHandle"])


def delete(message: Message) -> None:
    _poll("DeleteMessage", ReceiptHandle=message.receipt)


def _poll(operation: str, **values: Any) -> Any:
    """A call of Lambda, not of the function: injected faults do not affect it."""
    return _CALL(clients.sqs(), operation, {"QueueUrl": os.environ["JOBS_QUEUE_URL"], **values})


_CALL = BaseClient._make_api_call  # type: ignore[attr-defined]


def work(backend: Any, *, out_of_time: Callable[[], bool] = lambda: False, deliveries: int = 1) -> int:
    """Delivers every message `deliveries` times until the queue is empty. Returns the number of messages."""
    count = 0
    for message in messages():
        for _ in range(deliveries):
            deliver(message.body, backend, out_of_time=out_of_time)
        delete(message)
        count += 1
    return count


def deliver(
    body: dict[str, Any],
    backend: Any,
    *,
    out_of_time: Callable[[], bool] = lambda: False,
    last_delivery: bool = False,
) -> None:
    work_on_shard(
        *ShardWork.from_json(body),
        backend=backend,
        clock=lambda: NOW,
        out_of_time=out_of_time,
        last_delivery=last_delivery,
    )


@contextmanager
def few_shards(number: int = 2) -> Iterator[None]:
    """Runs have fewer shards, so that a job has fewer messages. A job treats sixteen shards like two."""
    with ExitStack() as stack:
        for module in ("aws.table", "aws.listing_store", "jobs.starting", "lists.csv_of_run"):
            stack.enter_context(patch(f"certificates.{module}.SHARDS", number))
        yield


def start(backend: Any, selection: Selection = BULK, *, dry_run: bool = False) -> Any:
    """Begin a job, a minute after the one before it."""
    minutes = len(backend.jobs.jobs(people.COURSE, limit=100).items)
    now = NOW + timedelta(minutes=minutes)
    return start_job(people.COURSE, selection, dry_run=dry_run, by="ines", backend=backend, now=now)


def run(backend: Any, selection: Selection = BULK, *, dry_run: bool = False) -> Any:
    """Starts a job and works on it until its end."""
    job = start(backend, selection, dry_run=dry_run)
    work(backend)
    return backend.jobs.job(people.COURSE, job.job_id)


def results(backend: Any, job: Any) -> list[list[str]]:
    """The rows of the job's results, ordered by learner, without the heading."""
    text = backend.documents.get(backend.job_results.key(job)).decode("utf-8-sig")
    return sorted(list(csv.reader(io.StringIO(text)))[1:])
