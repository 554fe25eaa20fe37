"""The letters to learners: one for each kind of mail, in the language of the certificate's design."""

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
    """The links of a letter. With `stop`, the learner gets no more mails."""

    page: str
    pdf: str
    progress: str
    stop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSetting:
    """The parts of a letter that do not come from the certificate. `answers`: somebody reads answers to the mail.

    `linkedin_id` is the number of the issuer's page at LinkedIn, "" if it is not known.
    """

    language: str
    site_name: str
    answers: bool
    links: LetterLinks
    linkedin_id: str = ""


def letter_of(kind: MailKind, certificate: Certificate, day: date, setting: LetterSetting) -> Letter:
    """The letter about a change of this certificate. `day` is the day of the change, in the run's time zone."""
    texts, links = texts_of(setting.language), setting.links
    values: PhraseValues = {
        "name": certificate.name,
        "course": certificate.course_title,
        "organization": certificate.organization,
        "day": long_date(day, setting.language),
        "id": certificate.verify_uuid,
    }
    gives = kind in GIVING
    subject, news = _subject_and_news(kind, texts)
    page, progress = Phrase(texts.page, address=links.page), Phrase(texts.progress, address=links.progress)
    question = (Phrase(texts.question),) if setting.answers else ()
    return Letter(
        language=setting.language,
        direction=direction_of(setting.language),
        subject=Phrase(subject, values),
        opening=(
            Phrase(texts.hello, values),
            Phrase(news, values),
            *_date_of_issue(certificate, setting, gives),
        ),
        main=page if gives else progress,
        links=_further_links(certificate, texts, setting) if gives else (page,),
        notes=(Phrase(texts.check, values, links.page), *question) if gives else question,
        footer=(Phrase(texts.why, {"site": setting.site_name}), Phrase(texts.stop, address=links.stop)),
    )


def _further_links(certificate: Certificate, texts: MailTexts, setting: LetterSetting) -> tuple[Phrase, ...]:
    links = setting.links
    return (
        Phrase(texts.pdf, address=links.pdf),
        Phrase(texts.linkedin, address=linkedin(certificate, links.page, setting.linkedin_id)),
        Phrase(texts.linkedin_how),
    )


def _date_of_issue(certificate: Certificate, setting: LetterSetting, gives: bool) -> tuple[Phrase, ...]:
    if not gives or certificate.issued_on is None:
        return ()
    day = long_date(certificate.issued_on, setting.language)
    return (Phrase(texts_of(setting.language).issued_on, {"day": day}),)


def _subject_and_news(kind: MailKind, texts: MailTexts) -> tuple[str, str]:
    return {
        MailKind.ISSUED: (texts.issued_subject, texts.issued),
        MailKind.REGENERATED: (texts.regenerated_subject, texts.regenerated),
        MailKind.REVALIDATED: (texts.revalidated_subject, texts.revalidated),
        MailKind.INVALIDATED: (texts.invalidated_subject, texts.invalidated),
        MailKind.WITHDRAWN: (texts.withdrawn_subject, texts.withdrawn),
    }[kind]
