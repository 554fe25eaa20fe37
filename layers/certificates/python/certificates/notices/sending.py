"""Sends a learner the mail that is due after a change: claim the mail, send it, store that it was sent.

A process may die between the claim and the last step. `aws.mail_store` says how the next delivery finds out whether SES
has accepted the mail. SES may also lose its event about the mail. If both happen, the learner gets the mail twice. The
other choice is never to repeat a mail in doubt: learners would get no mail whenever a process dies.
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
    """The outcome of a mail that was due."""

    SENT = "sent"
    REFUSED = "refused"


Ended = Delivered | NoMail


def tell_learner(change: CertificateChange, mailing: Mailing, pace: Pace, *, now: datetime) -> Ended:
    """Send the mail that is due after this change. Returns the outcome, or the reason for no mail.

    Raises Throttled when SES accepts no mail at present, and InDoubt while another delivery may have sent the mail.
    """
    facts = mailing.mails.facts(change.course_id, change.user_id, now)
    decision = due_mail(change, facts, mailing.delay) if facts else NoMail.OVERTAKEN
    return _ended(decision, facts, change.course_id, change.user_id, change.time, mailing, pace)


def tell_again(
    course_id: str, user_id: str, kind: MailKind, revision: int, mailing: Mailing, pace: Pace, *, now: datetime
) -> Ended:
    """Send a mail again that SES refused, or that bounced. Raises as `tell_learner` does."""
    facts = mailing.mails.facts(course_id, user_id, now)
    decision = due_again(Due(kind, revision), facts) if facts else NoMail.OVERTAKEN
    at = facts.certificate.modified_at or now if facts else now
    return _ended(decision, facts, course_id, user_id, at, mailing, pace, again=True)


def _ended(
    decision: Due | NoMail,
    facts: MailFacts | None,
    course_id: str,
    user_id: str,
    at: datetime,
    mailing: Mailing,
    pace: Pace,
    *,
    again: bool = False,
) -> Ended:
    if facts is None or isinstance(decision, NoMail):
        ended: Ended = decision if isinstance(decision, NoMail) else NoMail.OVERTAKEN
    else:
        ended = _send(decision, facts, at, mailing, pace, again=again)
    telemetry.mailed(course_id, user_id, ended.value)
    return ended


def _send(due: Due, facts: MailFacts, at: datetime, mailing: Mailing, pace: Pace, *, again: bool) -> Ended:
    certificate, run, learner, now = facts.certificate, facts.run, facts.learner, facts.now
    claim = mailing.mails.claim(
        certificate.course_id,
        certificate.user_id,
        due.kind,
        due.revision,
        told_revision=certificate.revision,
        now=now,
        doubt=mailing.doubt,
        again=again,
    )
    if claim is None:
        return NoMail.TOLD_ALREADY
    links = mailing.links(certificate.course_id, certificate.verify_uuid, certificate.user_id)
    day = at.astimezone(zone_of(run, mailing.site)).date()
    letter = letter_of(due.kind, certificate, day, mailing.letter_setting(run, certificate.design_digest, links))
    mail = mail_of(
        letter,
        learner.email.strip(),
        {"certificate": certificate.verify_uuid, "kind": due.kind.value, "revision": str(due.revision)},
        reply_to=run.contact,
        stop_address=links.stop,
    )
    return Delivered.REFUSED if hand_over(mail, claim, mailing, pace, now=now) else Delivered.SENT
