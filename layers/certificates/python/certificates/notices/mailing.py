"""Decides which mail is due after a change of a certificate. The decision is made when the mail would be sent.

The decision uses the facts that are stored at that moment. The message only names the change. So learners get no mail
about a change that was undone meanwhile, and late, repeated or unordered messages have no effect.
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
    """A mail to send. A certificate has one mail of each kind for each `revision`."""

    kind: MailKind
    revision: int


MailDecision = Due | NoMail


def due_mail(change: CertificateChange, facts: MailFacts, delay: timedelta) -> MailDecision:
    """The mail that is due after a change, or the reason for no mail. `delay`: how long the queue holds mails back."""
    if change.silent:
        return NoMail.SILENT
    return _why_none(facts) or _BY_TYPE[change.type](change, facts, delay)


def due_again(asked: Due, facts: MailFacts) -> MailDecision:
    """The mail that did not arrive, if its text is still true. Otherwise the reason for no mail."""
    if (none := _why_none(facts)) is not None:
        return none
    if asked.kind in GIVING:
        return asked if facts.is_given else NoMail.OVERTAKEN
    return asked if facts.certificate.revision == asked.revision else NoMail.OVERTAKEN


def _why_none(facts: MailFacts) -> NoMail | None:
    if facts.run.notices is Notices.NONE:
        return NoMail.OFF
    return why_unreachable(facts.learner)


def _given(change: CertificateChange, facts: MailFacts, delay: timedelta) -> MailDecision:
    """After an issue, and after a certificate is shown: of the two messages, the first one sends the mail."""
    if facts.certificate.status is not Status.DOWNLOADABLE:
        return NoMail.OVERTAKEN
    if not facts.is_given:
        return NoMail.NOT_SHOWN
    since = facts.valid_since
    return NoMail.TOLD_ALREADY if facts.told_since(since) else Due(MailKind.ISSUED, since)


def _regenerated(change: CertificateChange, facts: MailFacts, delay: timedelta) -> MailDecision:
    given = _given(change, facts, delay)
    if not facts.was_known(change.revision, change.time, delay) or given in {NoMail.OVERTAKEN, NoMail.NOT_SHOWN}:
        return given
    if facts.told_since(change.revision):
        return NoMail.TOLD_ALREADY
    return Due(MailKind.REGENERATED, change.revision)


def _revalidated(change: CertificateChange, facts: MailFacts, delay: timedelta) -> MailDecision:
    """A learner who got a mail about the invalidation gets *valid again*. A learner without any mail gets *issued*."""
    given = _given(change, facts, delay)
    if not isinstance(given, Due) or not facts.was_known(change.revision, change.time, delay):
        return given
    if not any(told.kind is MailKind.INVALIDATED for told in facts.told):
        return NoMail.TOLD_ALREADY
    return Due(MailKind.REVALIDATED, given.revision)


_Decide = Callable[[CertificateChange, MailFacts, timedelta], MailDecision]


def _ended(kind: MailKind) -> _Decide:
    def decide(change: CertificateChange, facts: MailFacts, delay: timedelta) -> MailDecision:
        if facts.run.notices is not Notices.ALL:
            return NoMail.OFF
        if facts.certificate.revision != change.revision:
            return NoMail.OVERTAKEN
        if not change.shown:
            return NoMail.NOT_SHOWN
        if any(told.kind is kind and told.revision == change.revision for told in facts.told):
            return NoMail.TOLD_ALREADY
        known = facts.was_known(change.revision, change.time, delay)
        return Due(kind, change.revision) if known else NoMail.NEVER_KNOWN

    return decide


_BY_TYPE: dict[ChangeType, _Decide] = {
    ChangeType.ISSUED: _given,
    ChangeType.SHOWN: _given,
    ChangeType.REGENERATED: _regenerated,
    ChangeType.REVALIDATED: _revalidated,
    ChangeType.INVALIDATED: _ended(MailKind.INVALIDATED),
    ChangeType.WITHDRAWN: _ended(MailKind.WITHDRAWN),
}
