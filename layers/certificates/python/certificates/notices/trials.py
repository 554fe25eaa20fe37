"""Sample mails for staff: shown on a page, or sent to staff themselves. Their learner is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certificates.errors import Conflict, MailNotSetUp, MailRefused
from certificates.notices.handing_over import mail_of
from certificates.notices.learner_letters import letter_of
from certificates.notices.letters import Letter
from certificates.notices.means import Mailing, required
from certificates.rules.days import zone_of
from certificates.rules.mailing import MailKind
from certificates.rules.model import Certificate, CourseRun, Status

SAMPLE_NAME = "Zoë Ångström"
SAMPLE_ID = "0" * 32
SAMPLE_LEARNER = "a sample: no learner"
"""No learner has this id, so the opt-out link of a sample turns nothing off."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter, with the sender and the reply address of mails to learners."""

    letter: Letter
    sender: str
    reply_to: str


def sample_of(run: CourseRun, kind: MailKind, mailing: Mailing | None, *, now: datetime) -> Sample:
    """The mail of this kind to an invented learner, with the run's present settings. Raises Conflict `mail-off`."""
    mailing = required(mailing)
    day = now.astimezone(zone_of(run, mailing.site)).date()
    certificate = Certificate(
        verify_uuid=SAMPLE_ID,
        course_id=run.course_id,
        user_id=SAMPLE_LEARNER,
        status=Status.DOWNLOADABLE,
        revision=1,
        mode="verified",
        name=SAMPLE_NAME,
        course_title=run.title,
        organization=run.organization,
        issued_on=day,
    )
    links = mailing.links(run.course_id, SAMPLE_ID, SAMPLE_LEARNER)
    setting = mailing.letter_setting(run, run.design_digest, links)
    return Sample(letter_of(kind, certificate, day, setting), mailing.postman.sender, run.contact)


def address_of_sample(run: CourseRun, username: str, mailing: Mailing | None) -> str:
    """Where a sample for this person goes: to the person's e-mail in the LMS, or to the contact; "" without both.

    Raises Conflict `mail-off`.
    """
    return required(mailing).address_of(username) or run.contact


def send_sample(run: CourseRun, kind: MailKind, username: str, mailing: Mailing | None, *, now: datetime) -> str:
    """Send a sample to the person who asks, and return the address: the person's e-mail in the LMS, or the contact.

    Raises Conflict `mail-off`, `no-address`, or `mail-refused` with SES's message. Raises Throttled.
    """
    mailing = required(mailing)
    address = address_of_sample(run, username, mailing)
    if not address:
        raise Conflict("no-address", "No e-mail is known of you. Set the run's contact: the mail goes there then.")
    letter = sample_of(run, kind, mailing, now=now).letter
    mail = mail_of(letter, address, {"test": kind.value}, reply_to=run.contact)
    try:
        mailing.postman.send(mail)
    except (MailRefused, MailNotSetUp) as refused:
        code, explanation = refused.code, refused.explanation
    else:
        return address
    raise Conflict("mail-refused", f"SES does not send it. {explanation} ({code})", code=code)
