"""Sends a claimed mail through SES, and stores whether SES accepted it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from certificates.aws.mail import Mail
from certificates.aws.mail_store import Claim
from certificates.errors import MailRefused, Throttled
from certificates.notices.letters import Letter
from certificates.notices.means import Mailing
from certificates.notices.pacing import Pace


def mail_of(letter: Letter, to: str, tags: Mapping[str, str], *, reply_to: str = "", stop_address: str = "") -> Mail:
    """The mail with this letter to one address. `tags` and `stop_address`: see `Mail`."""
    return Mail(
        to=to,
        subject=letter.subject.plain(),
        text=letter.text(),
        html=letter.html(),
        language=letter.language,
        reply_to=reply_to,
        stop_address=stop_address,
        tags=tags,
    )


def hand_over(mail: Mail, claim: Claim, mailing: Mailing, pace: Pace, *, now: datetime) -> str:
    """Wait for the mail's turn, and send it. Returns "" for a sent mail, or else SES's code for the refusal.

    Raises Throttled when SES accepts no mail at present. Another delivery may then claim the mail.
    """
    pace.wait()
    try:
        message_id = mailing.postman.send(mail)
    except Throttled:
        mailing.mails.release(claim)
        raise
    except MailRefused as refused:
        mailing.mails.refused(claim, refused.code, now)
        return refused.code
    mailing.mails.sent(claim, message_id, now)
    return ""
