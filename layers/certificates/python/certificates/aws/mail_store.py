"""The items of mails: each mail is claimed before it is sent, and its outcome is stored.

One conditional write claims a mail. Then the mail is sent, and stored as sent. A crash between claim and last step
leaves a mail in doubt: SES may have accepted it or not, and does not recognize a repeated call. The next delivery waits
for SES's event *Email Sent*. If the event came, the mail is stored as sent. If not, the mail is claimed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.certificate_items import certificate_from
from certificates.aws.history_items import HistoryItem, history_entry_from
from certificates.aws.learner_items import learner_from
from certificates.aws.listing_store import ListingStore
from certificates.aws.mail_items import (
    DIGEST,
    MailItem,
    digest_mail,
    learners_mail,
    listing_of,
    may_claim,
    told_from,
)
from certificates.aws.reads import get_items, key_of, query
from certificates.aws.run_items import run_from
from certificates.aws.table import Key, RawItem, learner_key, profile_key, run_and_learner, settings_key
from certificates.errors import InDoubt, Raced
from certificates.rules.mailing import AGAIN, LISTED, MailFacts, MailKind, MailState

NEVER_AGAIN: frozenset[MailState] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """Only the delivery with this claim may send the mail."""

    key: Key
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMail:
    """A mail in the list for staff. `reason` is SES's word. `place` is the position in the list."""

    user_id: str
    kind: MailKind
    revision: int
    state: MailState
    reason: str
    at: datetime
    place: str


class MailStore:
    def facts(self, course_id: str, user_id: str, now: datetime) -> MailFacts | None:
        """All facts for a decision about a mail, read consistently. None if there is no such certificate."""
        settings, profile = settings_key(course_id), profile_key(user_id)
        found = get_items([settings, profile])
        own = list(query(HistoryItem.pk == learner_key(course_id, user_id)))
        certificate = next((raw for raw in own if key_of(raw)[1] == "CERTIFICATE"), None)
        if settings not in found or profile not in found or certificate is None:
            return None
        return MailFacts(
            run=run_from(found[settings]),
            learner=learner_from(found[profile]),
            certificate=certificate_from(certificate),
            history=tuple(map(history_entry_from, _beginning(own, "HISTORY#"))),
            told=tuple(told for raw in _beginning(own, "MAIL#") if (told := told_from(raw))),
            now=now,
        )

    def claim(
        self,
        course_id: str,
        user_id: str,
        kind: MailKind,
        revision: int,
        *,
        told_revision: int,
        now: datetime,
        doubt: timedelta,
        again: bool = False,
    ) -> Claim | None:
        """Claim a mail. None: the mail was sent or refused before. `again`: a refused or bounced mail may be claimed.

        Raises InDoubt while it is not known whether an earlier delivery has sent the mail.
        """
        pk, sk = learners_mail(course_id, user_id, kind, revision)
        mail = MailItem(
            pk=pk,
            sk=sk,
            course_id=course_id,
            user_id=user_id,
            mail_kind=kind.value,
            revision=revision,
            told_revision=told_revision,
            state=MailState.CLAIMED.value,
            claimed_at=now,
        )
        return _claimed(mail, now, doubt, AGAIN if again else NEVER_AGAIN)

    def claim_digest(self, course_id: str, job_id: str, *, now: datetime, doubt: timedelta) -> Claim | None:
        """Claim the mail to staff about a job. Otherwise as `claim`."""
        pk, sk = digest_mail(course_id, job_id)
        state = MailState.CLAIMED.value
        mail = MailItem(pk=pk, sk=sk, course_id=course_id, mail_kind=DIGEST, state=state, claimed_at=now)
        return _claimed(mail, now, doubt, NEVER_AGAIN)

    def sent(self, claim: Claim, message_id: str, now: datetime) -> None:
        """Store that SES has accepted the mail, unless SES's event came first."""
        actions = [
            MailItem.state.set(MailState.SENT.value),
            MailItem.sent_at.set(now),
            MailItem.message_id.set(message_id),
        ]
        self._settle(claim, actions)

    def refused(self, claim: Claim, reason: str, now: datetime) -> None:
        """Store that SES does not accept the mail, and list the mail for staff."""
        self._settle(claim, [*_outcome(claim.key, MailState.REFUSED, reason, now)])

    def release(self, claim: Claim) -> None:
        """Give the claim back, because SES accepts no mail at present. Another delivery may then send the mail."""
        with suppress(Raced):
            writes.write_one(writes.delete(claim.key, _is(claim)))

    def note_sent(self, course_id: str, user_id: str, kind: MailKind, revision: int, at: datetime) -> None:
        """Store that SES has accepted the mail, as SES's event says."""
        _note_sent(learners_mail(course_id, user_id, kind, revision), at)

    def note_digest_sent(self, course_id: str, job_id: str, at: datetime) -> None:
        """Store that SES has accepted the mail to staff, as SES's event says."""
        _note_sent(digest_mail(course_id, job_id), at)

    def note_outcome(
        self, course_id: str, user_id: str, kind: MailKind, revision: int, state: MailState, reason: str, at: datetime
    ) -> None:
        """Store the outcome of an accepted mail, as SES's event says. A bounce does not replace a complaint."""
        key = learners_mail(course_id, user_id, kind, revision)
        later = MailItem.pk.exists() & (MailItem.state != MailState.COMPLAINED.value)
        with suppress(Raced):
            writes.write_one(writes.update(key, [*_outcome(key, state, reason, at)], later))

    def listed(self, course_id: str, *, limit: int, after: str | None = None) -> list[ListedMail]:
        """The list of mails for staff, sorted by learner, `after` the position of a mail."""
        found: list[ListedMail] = []
        for entry in ListingStore().walk(course_id, "MAIL", after=after, attributes=_OF_LIST, page_size=limit + 1):
            item = MailItem.read(entry.raw)
            if MailState(item.state) not in LISTED:
                continue
            found.append(
                ListedMail(
                    user_id=entry.user_id,
                    kind=MailKind(item.mail_kind),
                    revision=int(item.revision or 0),
                    state=MailState(item.state),
                    reason=item.reason or "",
                    at=item.heard_at or item.claimed_at,
                    place=entry.place,
                )
            )
            if len(found) == limit:
                break
        return found

    def _settle(self, claim: Claim, actions: Iterable[Action]) -> None:
        with suppress(Raced):
            writes.write_one(writes.update(claim.key, actions, _is(claim)))


_OF_LIST = ("mail_kind", "revision", "state", "reason", "heard_at", "claimed_at")


def _claimed(mail: MailItem, now: datetime, doubt: timedelta, again: frozenset[MailState]) -> Claim | None:
    key = (mail.attribute_values["pk"], mail.attribute_values["sk"])
    condition = MailItem.pk.does_not_exist()
    for raw in get_items([key]).values():
        found = MailItem.read(raw)
        left = may_claim(found, now, round(doubt.total_seconds()), again)
        if left == 0:
            return None
        if left is not None:
            raise InDoubt(left)
        condition = (MailItem.state == found.state) & (MailItem.claimed_at == found.claimed_at)
    try:
        writes.write_one(writes.put(mail, condition))
    except Raced:
        # Another delivery claimed the mail at the same moment.
        raise InDoubt(round(doubt.total_seconds())) from None
    return Claim(key, now)


def _note_sent(key: Key, at: datetime) -> None:
    actions = [MailItem.state.set(MailState.SENT.value), MailItem.sent_at.set(at)]
    with suppress(Raced):
        writes.write_one(writes.update(key, actions, MailItem.state == MailState.CLAIMED.value))


def _is(claim: Claim) -> Condition:
    mine: Condition = (MailItem.state == MailState.CLAIMED.value) & (MailItem.claimed_at == claim.claimed_at)
    return mine


def _outcome(key: Key, state: MailState, reason: str, at: datetime) -> Iterator[Action]:
    yield MailItem.state.set(state.value)
    yield MailItem.reason.set(reason)
    yield MailItem.heard_at.set(at)
    course_id, user_id = run_and_learner(key)
    _, kind, revision = key[1].split("#", 2)
    if kind != DIGEST:
        listing = listing_of(course_id, user_id, MailKind(kind), int(revision))
        yield MailItem.shard.set(listing["shard"])
        yield MailItem.shard_entry.set(listing["shard_entry"])


def _beginning(own: list[RawItem], prefix: str) -> list[RawItem]:
    return [raw for raw in own if key_of(raw)[1].startswith(prefix)]
