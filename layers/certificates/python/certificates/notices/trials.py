"""Mails as staff see them before any learner does: shown, or sent to themselves. The learner in them is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certificates.aws.mail import Mail
from certificates.errors import Conflict, MailRefused
from certificates.notices.learner_letters import LetterSetting, letter_of
from certificates.notices.letters import Letter
from certificates.notices.means import Mailing, required
from certificates.notices.run_language import language_of
from certificates.rules.days import zone_of
from certificates.rules.mailing import MailKind
from certificates.rules.model import Certificate, CourseRun, Status
from certificates.rules.setting_checks import is_address

SAMPLE_NAME = "Zoë Ångström"
SAMPLE_ID = "0" * 32
SAMPLE_LEARNER = "a sample: no learner"
"""The id of no learner: the opt-out link of a sample turns nothing off."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter, and the learner's mails' sender and address of answers."""

    letter: Letter
    sender: str
    reply_to: str


def sample_of(run: CourseRun, kind: MailKind, mailing: Mailing | None, *, now: datetime) -> Sample:
    """The mail of this kind to a made-up learner, as the run's settings have it now. Raises Conflict `mail-off`."""
    mailing = required(mailing)
    day = now.astimezone(zone_of(run, mailing.site)).date()
    held = Certificate(
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
    setting = LetterSetting(
        language=language_of(run.design_digest, mailing.documents),
        site_name=mailing.site_name,
        answers=bool(run.contact),
        links=mailing.links(run.course_id, SAMPLE_ID, SAMPLE_LEARNER),
        linkedin_id=mailing.linkedin_id,
    )
    return Sample(letter_of(kind, held, day, setting), mailing.postman.sender, run.contact)


def send_sample(run: CourseRun, kind: MailKind, username: str, mailing: Mailing | None, *, now: datetime) -> str:
    """Send a sample to whoever asks for it: the address that it was sent to.

    That is the address that the LMS has told of this person, or else the run's contact. Raises Conflict `mail-off`,
    `no-address`, or `mail-refused` with what SES says. Raises Throttled.
    """
    mailing = required(mailing)
    address = _address_of(username, mailing) or run.contact
    if not address:
        raise Conflict("no-address", "No e-mail is known of you. Set the run's contact: the mail goes there then.")
    sample = sample_of(run, kind, mailing, now=now)
    letter = sample.letter
    mail = Mail(
        to=address,
        subject=letter.subject.plain(),
        text=letter.text(),
        html=letter.html(),
        language=letter.language,
        reply_to=run.contact,
        tags={"test": kind.value},
    )
    try:
        mailing.postman.send(mail)
    except MailRefused as refused:
        code, said = refused.code, refused.said
    else:
        return address
    raise Conflict("mail-refused", f"SES does not send it. {said} ({code})", code=code)


def _address_of(username: str, mailing: Mailing) -> str:
    user_id = mailing.learners.user_id_of(username)
    learner = mailing.learners.learner(user_id) if user_id else None
    address = learner.email.strip() if learner is not None else ""
    return address if is_address(address) else ""
