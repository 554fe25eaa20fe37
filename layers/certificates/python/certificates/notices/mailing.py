"""Which mail is due because of a change: one decision, made at the moment of sending on what is recorded then.

A message says no more than which certificate to look at. So a change that was taken back in the meantime is not told,
and late, doubled or disordered messages make no difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from certificates.notices.change import CertificateChange, ChangeType
from certificates.rules.mailing import GIVING, MailFacts, MailKind, NoMail, why_unreachable
from certificates.rules.model import Notices, Status


@dataclass(frozen=True, slots=True)
class Due:
    """A mail to send. `revision` names the mail among those of its kind: one mail for each."""

    kind: MailKind
    revision: int


MailDecision = Due | NoMail


def due_mail(change: CertificateChange, standing: MailFacts, delay: timedelta) -> MailDecision:
    """The mail that is due because of a change, or why there is none. `delay`: how long mails are held back."""
    if change.silent:
        return NoMail.SILENT
    return _why_none(standing) or _BY_TYPE[change.type](change, standing, delay)


def due_again(asked: Due, standing: MailFacts) -> MailDecision:
    """The mail that SES refused, where it still says what is so."""
    if (none := _why_none(standing)) is not None:
        return none
    if asked.kind in GIVING:
        return asked if standing.is_given else NoMail.OVERTAKEN
    return asked if standing.certificate.revision == asked.revision else NoMail.OVERTAKEN


def _why_none(standing: MailFacts) -> NoMail | None:
    if standing.run.notices is Notices.NONE:
        return NoMail.OFF
    return why_unreachable(standing.learner)


def _given(change: CertificateChange, standing: MailFacts, delay: timedelta) -> MailDecision:
    """Issued, or shown by now: whichever message comes first tells it."""
    if standing.certificate.status is not Status.DOWNLOADABLE:
        return NoMail.OVERTAKEN
    if not standing.is_given:
        return NoMail.NOT_SHOWN
    since = standing.valid_since
    return NoMail.TOLD_ALREADY if standing.told_since(since) else Due(MailKind.ISSUED, since)


def _regenerated(change: CertificateChange, standing: MailFacts, delay: timedelta) -> MailDecision:
    given = _given(change, standing, delay)
    if not standing.was_known(change.revision, change.time, delay) or given in {NoMail.OVERTAKEN, NoMail.NOT_SHOWN}:
        return given
    if standing.told_since(change.revision):
        return NoMail.TOLD_ALREADY
    return Due(MailKind.REGENERATED, change.revision)


def _revalidated(change: CertificateChange, standing: MailFacts, delay: timedelta) -> MailDecision:
    """Valid again, for a learner who was told of the invalidation; new, for one who has heard of nothing yet."""
    given = _given(change, standing, delay)
    if not isinstance(given, Due) or not standing.was_known(change.revision, change.time, delay):
        return given
    if not any(told.kind is MailKind.INVALIDATED for told in standing.told):
        return NoMail.TOLD_ALREADY
    return Due(MailKind.REVALIDATED, given.revision)


def _ended(kind: MailKind) -> Callable[[CertificateChange, MailFacts, timedelta], MailDecision]:
    def decide(change: CertificateChange, standing: MailFacts, delay: timedelta) -> MailDecision:
        if standing.run.notices is not Notices.ALL:
            return NoMail.OFF
        if standing.certificate.revision != change.revision:
            return NoMail.OVERTAKEN
        if not change.shown:
            return NoMail.NOT_SHOWN
        if any(told.kind is kind and told.revision == change.revision for told in standing.told):
            return NoMail.TOLD_ALREADY
        known = standing.was_known(change.revision, change.time, delay)
        return Due(kind, change.revision) if known else NoMail.NEVER_KNOWN

    return decide


_BY_TYPE: dict[ChangeType, Callable[[CertificateChange, MailFacts, timedelta], MailDecision]] = {
    ChangeType.ISSUED: _given,
    ChangeType.SHOWN: _given,
    ChangeType.REGENERATED: _regenerated,
    ChangeType.REVALIDATED: _revalidated,
    ChangeType.INVALIDATED: _ended(MailKind.INVALIDATED),
    ChangeType.WITHDRAWN: _ended(MailKind.WITHDRAWN),
}
