"""Handles the messages of the mail queue.

A message must wait while SES accepts no more mails, or while its mail is in doubt. It is then sent again as a new
message, because waiting is no failure: only failed messages go to the dead letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from certificates import telemetry
from certificates.errors import InDoubt, Throttled
from certificates.messages.notices import ChangeToTell, JobToTell, MailToSendAgain, WebhookToTell
from certificates.notices.change import CertificateChange
from certificates.notices.digest import tell_staff, tell_staff_of_webhook
from certificates.notices.means import Mailing
from certificates.notices.pacing import Pace
from certificates.notices.sending import tell_again, tell_learner
from certificates.rules.mailing import MailKind

if TYPE_CHECKING:
    from certificates.aws.queues import MailQueue

PAUSE_SECONDS = 300
"""How long a mail waits when SES accepts no more mails."""


def act_on(
    message: Mapping[str, Any],
    mailing: Mailing,
    pace: Pace,
    queue: MailQueue,
    *,
    out_of_time: Callable[[], bool],
    now: datetime,
) -> None:
    """Handle a message. Send it again with a delay if it must wait, or if there is no time left."""
    if out_of_time():
        queue.put_off(message, 0)
        return
    try:
        _act(message, mailing, pace, now)
    except Throttled as throttled:
        telemetry.mail_waits(str(throttled))
        queue.put_off(message, PAUSE_SECONDS)
    except InDoubt as doubt:
        queue.put_off(message, doubt.seconds)


def _act(message: Mapping[str, Any], mailing: Mailing, pace: Pace, now: datetime) -> None:
    if "job_ended" in message:
        job = JobToTell.from_json(message)
        tell_staff(job.course_id, job.job_id, mailing, pace, now=now)
    elif "webhook_ended" in message:
        tell_staff_of_webhook(WebhookToTell.from_json(message), mailing, pace, now=now)
    elif "again" in message:
        mail = MailToSendAgain.from_json(message)
        tell_again(mail.course_id, mail.user_id, MailKind(mail.kind), mail.revision, mailing, pace, now=now)
    else:
        change = CertificateChange.from_json(ChangeToTell.from_json(message).change)
        tell_learner(change, mailing, pace, now=now)
