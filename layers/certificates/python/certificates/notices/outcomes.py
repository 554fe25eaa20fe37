"""Reads SES's events about mails, and stores the outcome of each mail: sent, refused, bounced, or called spam.

SES publishes the events of a configuration set on the account's default bus. An event may come several times, in any
order, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from certificates.aws.mail_store import MailStore
from certificates.aws.mail_wishes import note_bounced, opt_out
from certificates.notices.digest import run_of_tags
from certificates.rules.mailing import MailKind, MailState
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.aws.certificate_store import CertificateStore

PERMANENT = "Permanent"
"""The type of bounces after which nothing must be sent to the address again (SES's own advice)."""

NOT_SPAM = "not-spam"
"""A complaint with this type takes an earlier complaint back (IANA, Complaint Feedback Type Values)."""

_PART_OF = {"Bounce": "bounce", "Complaint": "complaint"}


def note_outcome(detail: Mapping[str, Any], mails: MailStore, certificates: CertificateStore) -> None:
    """Store the outcome of a mail from the `detail` of one event of `aws.ses`."""
    mail = detail["mail"]
    tags = {name: values[0] for name, values in mail.get("tags", {}).items() if values}
    event = str(detail["eventType"])
    at = _time(detail.get(_PART_OF.get(event, ""), {}).get("timestamp") or mail["timestamp"])
    if "job" in tags:
        if event == "Send":
            mails.note_digest_sent(run_of_tags(tags), tags["job"], at)
        return
    if "certificate" not in tags:
        return  # a sample that staff sent to themselves
    whose = certificates.whose(tags["certificate"])
    if whose is None:
        return
    course_id, user_id = whose
    named = (course_id, user_id, MailKind(tags["kind"]), int(tags["revision"]))
    about = {"course_id": course_id, "user_id": user_id, "event": event}
    match event:
        case "Send":
            mails.note_sent(*named, at)
        case "Bounce":
            bounce = detail["bounce"]
            kind = str(bounce.get("bounceType", ""))
            mails.note_outcome(*named, MailState.BOUNCED, f"{kind}/{bounce.get('bounceSubType', '')}", at)
            if kind == PERMANENT:
                for recipient in bounce.get("bouncedRecipients", ()):
                    note_bounced(user_id, str(recipient["emailAddress"]))
        case "Complaint":
            complaint = detail["complaint"]
            reason = complaint.get("complaintFeedbackType") or complaint.get("complaintSubType") or ""
            if reason == NOT_SPAM:
                return
            mails.note_outcome(*named, MailState.COMPLAINED, str(reason), at)
            opt_out(user_id, "complaint", at)
        case "Reject" | "Rendering Failure":
            mails.note_outcome(*named, MailState.REFUSED, event, at)
        case _:
            return
    logger.info("mail outcome", extra=about)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
