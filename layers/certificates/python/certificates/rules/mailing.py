"""Mails to learners: their kinds, what became of them, and whom mail can reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from certificates.rules.history import HistoryEntry
from certificates.rules.model import Certificate, CourseRun, Learner, Notices, Site, Status
from certificates.rules.setting_checks import is_address
from certificates.rules.visibility import is_shown


class MailKind(StrEnum):
    """What a mail tells a learner. Stable: records and events of SES carry these words."""

    ISSUED = "issued"
    REGENERATED = "regenerated"
    REVALIDATED = "revalidated"
    INVALIDATED = "invalidated"
    WITHDRAWN = "withdrawn"


GIVING = frozenset({MailKind.ISSUED, MailKind.REGENERATED, MailKind.REVALIDATED})
"""Mails that say: this certificate is yours."""


class MailState(StrEnum):
    """What became of a mail."""

    CLAIMED = "claimed"
    """A delivery has begun to send it, and nobody knows yet whether SES has taken it."""
    SENT = "sent"
    REFUSED = "refused"
    """SES does not take it."""
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    """The learner, or their mail provider, calls it spam."""


ACCEPTED_BY_SES = frozenset({MailState.SENT, MailState.BOUNCED, MailState.COMPLAINED})
LISTED = frozenset({MailState.REFUSED, MailState.BOUNCED, MailState.COMPLAINED})
"""What staff look at."""

AGAIN = frozenset({MailState.REFUSED, MailState.BOUNCED})
"""What staff may have sent once more: the setup was mended, or the learner has another address."""


class NoMail(StrEnum):
    """Why a learner gets no mail of a change."""

    SILENT = "changes-nothing-seen"
    OFF = "notices-off"
    NO_ADDRESS = "no-address"
    OPTED_OUT = "opted-out"
    UNDELIVERABLE = "undeliverable"
    NOT_SHOWN = "not-shown"
    OVERTAKEN = "overtaken"
    """Something newer has happened to the certificate, which has a message of its own."""
    TOLD_ALREADY = "told-already"
    NEVER_KNOWN = "never-known"
    """The certificate was taken away before the learner heard of it."""


def why_unreachable(learner: Learner) -> NoMail | None:
    """Why mail cannot be sent to a learner; None: it can."""
    if learner.forgotten or not is_address(learner.email.strip()):
        return NoMail.NO_ADDRESS
    if learner.opted_out:
        return NoMail.OPTED_OUT
    return NoMail.UNDELIVERABLE if learner.undeliverable else None


def printed(certificate: Certificate) -> tuple[Any, ...]:
    """What learners see of a revision: its texts and its design."""
    return (
        certificate.name,
        certificate.course_title,
        certificate.organization,
        certificate.mode,
        certificate.grade,
        certificate.design_digest,
        dict(certificate.fields),
        certificate.language,
    )


def is_seen(before: Certificate, after: Certificate) -> bool:
    """Whether learners see that a revision is another one."""
    return printed(before) != printed(after)


def is_told_at_once(run: CourseRun, learner: Learner, *, site: Site, now: datetime) -> bool:
    """Whether the learner gets a mail where a certificate is issued now."""
    tells = site.sends_mail and run.notices is not Notices.NONE and is_shown(run, now)
    return tells and why_unreachable(learner) is None


@dataclass(frozen=True, slots=True)
class Told:
    """A mail that SES has taken. `revision` names the mail among those of its kind; `told_revision` is what the mail
    described."""

    kind: MailKind
    revision: int
    told_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """What is recorded of a certificate at the moment of sending. `history` is complete, oldest first."""

    run: CourseRun
    learner: Learner
    certificate: Certificate
    history: tuple[HistoryEntry, ...]
    told: tuple[Told, ...]
    now: datetime

    @property
    def is_given(self) -> bool:
        """Whether the certificate is valid and shown."""
        return self.certificate.status is Status.DOWNLOADABLE and is_shown(self.run, self.now)

    @property
    def was_told(self) -> bool:
        """Whether a mail has said, at any time, that the certificate is the learner's."""
        return any(told.kind in GIVING for told in self.told)

    @property
    def valid_since(self) -> int:
        """The first of the latest revisions in which the certificate has been valid all the time."""
        since = self.certificate.revision
        for entry in reversed(self.history):
            if entry.status is None or entry.revision is None:
                continue
            if entry.status != Status.DOWNLOADABLE:
                break
            since = min(since, entry.revision)
        return since

    def told_since(self, revision: int) -> bool:
        """Whether a mail has said that the certificate is the learner's, of this revision or of a newer one."""
        return any(told.kind in GIVING and told.told_revision >= revision for told in self.told)

    def was_known(self, revision: int, at: datetime, delay: timedelta) -> bool:
        """Whether the learner can have known of the certificate before this revision of this time: by a mail, or
        since the certificate was there for longer than mails are held back."""
        if self.was_told:
            return True
        earlier = [
            entry.at
            for entry in self.history
            if entry.status == Status.DOWNLOADABLE and entry.revision is not None and entry.revision < revision
        ]
        return bool(earlier) and at - min(earlier) > delay
