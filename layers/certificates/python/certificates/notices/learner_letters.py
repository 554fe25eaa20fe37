"""What learners are written: one letter for each kind of mail, in the language of the certificate's design."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from certificates.notices.letters import Letter, Phrase, PhraseValues
from certificates.notices.mail_dates import long_date
from certificates.notices.mail_texts import MailTexts, direction_of, texts_of
from certificates.rules.linkedin import linkedin
from certificates.rules.mailing import GIVING, MailKind
from certificates.rules.model import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLinks:
    """Where a letter leads: `stop` is where the learner asks for no more mails."""

    page: str
    pdf: str
    progress: str
    stop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSetting:
    """What a letter says besides the certificate. `answers` says whether somebody reads answers.

    `linkedin_id` is the number of the issuer's page at LinkedIn, "" where it is not known.
    """

    language: str
    site_name: str
    answers: bool
    links: LetterLinks
    linkedin_id: str = ""


def letter_of(kind: MailKind, held: Certificate, day: date, setting: LetterSetting) -> Letter:
    """The letter. `day` is when the change happened, in the run's time zone."""
    texts, links = texts_of(setting.language), setting.links
    values: PhraseValues = {
        "name": held.name,
        "course": held.course_title,
        "organization": held.organization,
        "day": long_date(day, setting.language),
        "id": held.verify_uuid,
    }
    gives = kind in GIVING
    page, progress = Phrase(texts.page, address=links.page), Phrase(texts.progress, address=links.progress)
    question = (Phrase(texts.question),) if setting.answers else ()
    return Letter(
        language=setting.language,
        direction=direction_of(setting.language),
        subject=Phrase(_subject(kind, texts), values),
        opening=(
            Phrase(texts.hello, values),
            Phrase(_said(kind, texts), values),
            *_date_of_issue(held, setting, gives),
        ),
        main=page if gives else progress,
        links=_ways_on(held, texts, setting) if gives else (page,),
        notes=(Phrase(texts.check, values, links.page), *question) if gives else question,
        footer=(Phrase(texts.why, {"site": setting.site_name}), Phrase(texts.stop, address=links.stop)),
    )


def _ways_on(held: Certificate, texts: MailTexts, setting: LetterSetting) -> tuple[Phrase, ...]:
    links = setting.links
    return (
        Phrase(texts.pdf, address=links.pdf),
        Phrase(texts.linkedin, address=linkedin(held, links.page, setting.linkedin_id)),
        Phrase(texts.linkedin_how),
    )


def _date_of_issue(held: Certificate, setting: LetterSetting, gives: bool) -> tuple[Phrase, ...]:
    if not gives or held.issued_on is None:
        return ()
    day = long_date(held.issued_on, setting.language)
    return (Phrase(texts_of(setting.language).issued_on, {"day": day}),)


def _subject(kind: MailKind, texts: MailTexts) -> str:
    return {
        MailKind.ISSUED: texts.issued_subject,
        MailKind.REGENERATED: texts.regenerated_subject,
        MailKind.REVALIDATED: texts.revalidated_subject,
        MailKind.INVALIDATED: texts.invalidated_subject,
        MailKind.WITHDRAWN: texts.withdrawn_subject,
    }[kind]


def _said(kind: MailKind, texts: MailTexts) -> str:
    return {
        MailKind.ISSUED: texts.issued,
        MailKind.REGENERATED: texts.regenerated,
        MailKind.REVALIDATED: texts.revalidated,
        MailKind.INVALIDATED: texts.invalidated,
        MailKind.WITHDRAWN: texts.withdrawn,
    }[kind]
