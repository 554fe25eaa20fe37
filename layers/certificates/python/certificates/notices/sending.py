"""Sends a learner the mail that is due because of a change: claims, sends, notes.

Where a process dies between claim and note, `aws.mail_store` says how the next delivery finds out whether SES has taken
the mail. SES publishes its events as well as it can: should the event be lost besides, a learner gets the mail twice.
The other choice, never to send a mail in doubt, would leave learners without any mail whenever a process dies.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from certificates import telemetry
from certificates.notices.change import CertificateChange
from certificates.notices.handing_over import hand_over, mail_of
from certificates.notices.learner_letters import letter_of
from certificates.notices.mailing import Due, due_again, due_mail
from certificates.notices.means import Mailing
from certificates.notices.pacing import Pace
from certificates.rules.days import zone_of
from certificates.rules.mailing import MailFacts, MailKind, NoMail


class Delivered(StrEnum):
    """What became of a mail that was due."""

    SENT = "sent"
    REFUSED = "refused"


Ended = Delivered | NoMail


def tell_learner(change: CertificateChange, mailing: Mailing, pace: Pace, *, now: datetime) -> Ended:
    """Send the mail that is due because of this change, or say why there is none.

    Raises Throttled where SES takes no mail for now, and InDoubt while another delivery may have sent it.
    """
    standing = mailing.mails.standing(change.course_id, change.user_id, now)
    decision = due_mail(change, standing, mailing.delay) if standing else NoMail.OVERTAKEN
    return _ended(decision, standing, change.course_id, change.user_id, change.time, mailing, pace)


def tell_again(
    course_id: str, user_id: str, kind: MailKind, revision: int, mailing: Mailing, pace: Pace, *, now: datetime
) -> Ended:
    """Send a mail that SES has refused, or that came back. Raises as `tell_learner` does."""
    standing = mailing.mails.standing(course_id, user_id, now)
    decision = due_again(Due(kind, revision), standing) if standing else NoMail.OVERTAKEN
    at = standing.certificate.modified_at or now if standing else now
    return _ended(decision, standing, course_id, user_id, at, mailing, pace, again=True)


def _ended(
    decision: Due | NoMail,
    standing: MailFacts | None,
    course_id: str,
    user_id: str,
    at: datetime,
    mailing: Mailing,
    pace: Pace,
    *,
    again: bool = False,
) -> Ended:
    if standing is None or isinstance(decision, NoMail):
        ended: Ended = decision if isinstance(decision, NoMail) else NoMail.OVERTAKEN
    else:
        ended = _send(decision, standing, at, mailing, pace, again=again)
    telemetry.mailed(course_id, user_id, ended.value)
    return ended


def _send(due: Due, standing: MailFacts, at: datetime, mailing: Mailing, pace: Pace, *, again: bool) -> Ended:
    held, run, learner, now = standing.certificate, standing.run, standing.learner, standing.now
    claim = mailing.mails.claim(
        held.course_id,
        held.user_id,
        due.kind,
        due.revision,
        told_revision=held.revision,
        now=now,
        doubt=mailing.doubt,
        again=again,
    )
    if claim is None:
        return NoMail.TOLD_ALREADY
    links = mailing.links(held.course_id, held.verify_uuid, held.user_id)
    day = at.astimezone(zone_of(run, mailing.site)).date()
    letter = letter_of(due.kind, held, day, mailing.letter_setting(run, held.design_digest, links))
    mail = mail_of(
        letter,
        learner.email.strip(),
        {"certificate": held.verify_uuid, "kind": due.kind.value, "revision": str(due.revision)},
        reply_to=run.contact,
        stop_address=links.stop,
    )
    return Delivered.REFUSED if hand_over(mail, claim, mailing, pace, now=now) else Delivered.SENT
