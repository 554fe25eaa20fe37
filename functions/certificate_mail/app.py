"""SQS: sends mails to learners about their certificates, and to staff about ended jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import runtime
from certificates.messages.queue import OutOfTime, each_message
from certificates.notices.mail_messages import act_on
from certificates.runtime import mails

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

RESERVE_MS = 5_000


def act(record: SQSRecord, out_of_time: OutOfTime) -> None:
    mailing, pace, queue = mails.mailing_in_use(), mails.pace(), mails.mail_queue()
    act_on(record.json_body, mailing, pace, queue, out_of_time=out_of_time, now=runtime.now())


lambda_handler = each_message(act, reserve_ms=RESERVE_MS)
