"""SQS: stores the outcomes of mails from SES's events on EventBridge: sent, refused, bounced, called spam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.aws.certificate_store import CertificateStore
from certificates.aws.mail_store import MailStore
from certificates.messages.queue import OutOfTime, each_message
from certificates.notices.outcomes import note_outcome

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def act(record: SQSRecord, out_of_time: OutOfTime) -> None:
    note_outcome(record.json_body["detail"], MailStore(), CertificateStore())


lambda_handler = each_message(act, reserve_ms=0)
