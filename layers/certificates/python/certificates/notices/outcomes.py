"""What became of mails, as SES tells it by its events: sent, turned away, come back, called spam.

SES publishes the events of a configuration set to the account's default bus. They are delivered at least once, in any
order, and some may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from certificates.aws.mail_store import MailStore
from certificates.notices.digest import run_of_tags
from certificates.rules.mailing import MailKind, MailState
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.certificate_store import CertificateStore

PERMANENT = "Permanent"
"""The type of a bounce after which SES's own advice is to send nothing more to the address."""

NOT_SPAM = "not-spam"
"""A report that takes an earlier one back (IANA, Complaint Feedback Type PhraseValues)."""

_PART_OF = {"Bounce": "bounce", "Complaint": "complaint"}


def hear(detail: Mapping[str, Any], mails: MailStore, certificates: CertificateStore) -> None:
    """Note what one event tells: the `detail` of an event from `aws.ses`."""
    mail = detail["mail"]
    tags = {name: values[0] for name, values in mail.get("tags", {}).items() if values}
    event = str(detail["eventType"])
    at = _time(detail.get(_PART_OF.get(event, ""), {}).get("timestamp") or mail["timestamp"])
    if "job" in tags:
        if event == "Send":
            mails.heard_digest_sent(run_of_tags(tags), tags["job"], at)
        return
    if "certificate" not in tags:
        return  # a mail that staff sent to themselves
    whose = certificates.whose(tags["certificate"])
    if whose is None:
        return
    course_id, user_id = whose
    named = (course_id, user_id, MailKind(tags["kind"]), int(tags["revision"]))
    told = {"course_id": course_id, "user_id": user_id, "event": event}
    match event:
        case "Send":
            mails.heard_sent(*named, at)
        case "Bounce":
            bounce = detail["bounce"]
            kind = str(bounce.get("bounceType", ""))
            mails.heard(*named, MailState.BOUNCED, f"{kind}/{bounce.get('bounceSubType', '')}", at)
            if kind == PERMANENT:
                for recipient in bounce.get("bouncedRecipients", ()):
                    mails.bounced(user_id, str(recipient["emailAddress"]))
        case "Complaint":
            complaint = detail["complaint"]
            reason = complaint.get("complaintFeedbackType") or complaint.get("complaintSubType") or ""
            if reason == NOT_SPAM:
                return
            mails.heard(*named, MailState.COMPLAINED, str(reason), at)
            mails.opt_out(user_id, "complaint", at)
        case "Reject" | "Rendering Failure":
            mails.heard(*named, MailState.REFUSED, event, at)
        case _:
            return
    logger.info("heard of a mail", extra=told)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
