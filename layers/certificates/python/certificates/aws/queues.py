"""Sends messages to the queues: shards of jobs, learners to decide on, files to continue with, changes to tell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certificates.aws.clients import sqs
from certificates.errors import TurnedAway
from certificates.messages.lms import LearnerToReadAgain, ReconciliationStep, ReconciliationToBegin
from certificates.messages.notices import ChangeToTell, JobToTell, MailToSendAgain, WebhookToTell
from certificates.messages.versions import Wire
from certificates.messages.work import FileToReadOn, LearnersToDecide, ShardWork
from certificates.paging import batched

LEARNERS_PER_MESSAGE = 20
"""Few enough for one invocation, even if each certificate is laid out in full."""

_MESSAGES_PER_CALL = 10
"""Messages in one SendMessageBatch (SQS's limit)."""


@dataclass(frozen=True, slots=True)
class JobQueue:
    """One message for each shard of a run. The worker sends the message again while there is more to do."""

    url: str

    def send(self, course_id: str, job_id: str, shards: list[int]) -> None:
        """Send a message for each shard. Raises TurnedAway when SQS did not accept all messages."""
        _send(self.url, [ShardWork(course_id, job_id, shard).to_json() for shard in shards])


@dataclass(frozen=True, slots=True)
class DecisionQueue:
    """Learners that a file added to the exception list and that are to be decided on."""

    url: str

    def decide(self, course_id: str, user_ids: Sequence[str], by: str) -> None:
        """Send the learners, a few in each message. Raises TurnedAway when SQS did not accept all messages."""
        _send(
            self.url,
            [
                LearnersToDecide(course_id, tuple(part), by).to_json()
                for part in batched(user_ids, LEARNERS_PER_MESSAGE)
            ],
        )


@dataclass(frozen=True, slots=True)
class ReconciliationQueue:
    """Questions for the LMS, one after the other: the queue delivers one message of its group at a time."""

    url: str

    def read_for_job(self, course_id: str, job_id: str, by: str) -> None:
        """Ask to read the learners of a run before the job issues to them."""
        self.send(ReconciliationToBegin(course_id, job_id, by))

    def send(self, message: ReconciliationStep | ReconciliationToBegin | LearnerToReadAgain) -> None:
        """Send a message. The queue drops the same message within minutes."""
        text = json.dumps(message.to_json(), sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        sqs().send_message(QueueUrl=self.url, MessageBody=text, MessageGroupId="lms", MessageDeduplicationId=digest)


@dataclass(frozen=True, slots=True)
class NoticeQueue:
    """Changes of certificates and ended jobs and webhooks, for mails or webhooks."""

    url: str

    def send(self, messages: Sequence[ChangeToTell | JobToTell | WebhookToTell]) -> None:
        """Raises TurnedAway when SQS did not accept all messages."""
        _send(self.url, [message.to_json() for message in messages])


@dataclass(frozen=True, slots=True)
class MailQueue:
    """Mails to send. The queue delays messages by its own delay. Messages sent here have a shorter one."""

    url: str

    def send(self, messages: Sequence[MailToSendAgain]) -> None:
        """Raises TurnedAway when SQS did not accept all messages."""
        _send(self.url, [message.to_json() for message in messages], delay_seconds=0)

    def put_off(self, message: Mapping[str, Any], seconds: int) -> None:
        """Send the same message again with this delay, at most 15 minutes."""
        delay = min(seconds, _LONGEST_DELAY)
        sqs().send_message(QueueUrl=self.url, MessageBody=json.dumps(message), DelaySeconds=delay)


_LONGEST_DELAY = 900


@dataclass(frozen=True, slots=True)
class UploadQueue:
    """Uploaded files of one kind, whose reader had no time left."""

    url: str

    def read_on(self, course_id: str, upload_id: str) -> None:
        """Have another invocation continue with the file at its cursor."""
        message = FileToReadOn(course_id, upload_id).to_json()
        sqs().send_message(QueueUrl=self.url, MessageBody=json.dumps(message))


def _send(url: str, messages: Sequence[Wire], *, delay_seconds: int | None = None) -> None:
    """`delay_seconds` None: the queue's own delay."""
    delay = {} if delay_seconds is None else {"DelaySeconds": delay_seconds}
    for batch in batched(messages, _MESSAGES_PER_CALL):
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(message), **delay} for number, message in enumerate(batch)
        ]
        answer = sqs().send_message_batch(QueueUrl=url, Entries=entries)  # type: ignore[arg-type]
        if failed := answer.get("Failed"):
            raise TurnedAway(f"{len(failed)} messages were turned away by the queue", failed[0].get("Code", ""))
