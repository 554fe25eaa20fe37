"""Mails to learners: their kinds and outcomes, and which learners mail can reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from certificates.rules.history import HistoryEntry
from certificates.rules.model import Certificate, CourseRun, Learner, Notices, Site, Status
from certificates.rules.setting_checks import is_address
from certificates.rules.visibility import is_shown


class MailKind(StrEnum):
    """The news in a mail. These words never change: items and the tags of SES's events contain them."""

    ISSUED = "issued"
    REGENERATED = "regenerated"
    REVALIDATED = "revalidated"
    INVALIDATED = "invalidated"
    WITHDRAWN = "withdrawn"


GIVING = frozenset({MailKind.ISSUED, MailKind.REGENERATED, MailKind.REVALIDATED})
"""Mails about a certificate that is valid."""


class MailState(StrEnum):
    """How far a mail has come."""

    CLAIMED = "claimed"
    """A delivery has begun to send the mail. It is not known yet whether SES has accepted the mail."""
    SENT = "sent"
    REFUSED = "refused"
    """SES does not accept the mail."""
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    """The learner, or the learner's mail provider, calls the mail spam."""


ACCEPTED_BY_SES = frozenset({MailState.SENT, MailState.BOUNCED, MailState.COMPLAINED})
LISTED = frozenset({MailState.REFUSED, MailState.BOUNCED, MailState.COMPLAINED})
"""The states of mails in the list for staff."""

AGAIN = frozenset({MailState.REFUSED, MailState.BOUNCED})
"""Staff may have mails in these states sent again, after they corrected the setup or the learner's address."""


class NoMail(StrEnum):
    """Why a learner gets no mail about a change."""

    SILENT = "changes-nothing-seen"
    OFF = "notices-off"
    NO_ADDRESS = "no-address"
    OPTED_OUT = "opted-out"
    UNDELIVERABLE = "undeliverable"
    NOT_SHOWN = "not-shown"
    OVERTAKEN = "overtaken"
    """The certificate has a newer change, which has its own message."""
    TOLD_ALREADY = "told-already"
    NEVER_KNOWN = "never-known"
    """The certificate was withdrawn before the learner knew about it."""


def why_unreachable(learner: Learner) -> NoMail | None:
    """Why mail cannot be sent to a learner; None: it can."""
    if learner.forgotten or not is_address(learner.email.strip()):
        return NoMail.NO_ADDRESS
    if learner.opted_out:
        return NoMail.OPTED_OUT
    return NoMail.UNDELIVERABLE if learner.undeliverable else None


def printed(certificate: Certificate) -> tuple[object, ...]:
    """The visible parts of a revision: its texts and its design."""
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
    """Whether learners see a difference between two revisions."""
    return printed(before) != printed(after)


def is_told_at_once(run: CourseRun, learner: Learner, *, site: Site, now: datetime) -> bool:
    """Whether the learner gets a mail if a certificate is issued now."""
    tells = site.sends_mail and run.notices is not Notices.NONE and is_shown(run, now)
    return tells and why_unreachable(learner) is None


@dataclass(frozen=True, slots=True)
class Told:
    """A mail that SES has accepted. `revision`: see `Due`. The mail described the certificate's `told_revision`."""

    kind: MailKind
    revision: int
    told_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """The stored facts at the moment of sending. `history` is complete, oldest first. `told` are the mails so far."""

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
        """Whether the learner ever got a mail about a valid certificate."""
        return any(told.kind in GIVING for told in self.told)

    @property
    def valid_since(self) -> int:
        """The revision since which the certificate has been valid without interruption."""
        since = self.certificate.revision
        for entry in reversed(self.history):
            if entry.status is None or entry.revision is None:
                continue
            if entry.status != Status.DOWNLOADABLE:
                break
            since = min(since, entry.revision)
        return since

    def told_since(self, revision: int) -> bool:
        """Whether the learner got a mail about this revision, or a newer one, of the valid certificate."""
        return any(told.kind in GIVING and told.told_revision >= revision for told in self.told)

    def was_known(self, revision: int, at: datetime, delay: timedelta) -> bool:
        """Whether the learner may have known about the certificate before this revision, which was made `at` this time.

        Either a mail was sent, or the certificate was valid for longer than the queue holds mails back.
        """
        if self.was_told:
            return True
        earlier = [
            entry.at
            for entry in self.history
            if entry.status == Status.DOWNLOADABLE and entry.revision is not None and entry.revision < revision
        ]
        return bool(earlier) and at - min(earlier) > delay
