"""The items of mails: one for each mail whose sending has begun, so that no mail is sent twice."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from certificates.aws.item_model import Item, TimeAttribute
from certificates.aws.table import Key, RawItem, learner_key, run_key, shard_key, shard_of
from certificates.rules.mailing import ACCEPTED_BY_SES, MailKind, MailState, Told


class MailItem(Item):
    """`claimed_at` is the time when the latest delivery claimed the mail. It is the lock of this delivery.

    `revision` and `told_revision`: see `rules.mailing.Told`. `message_id` is SES's. `heard_at` is the time of SES's
    latest event. The mails in the list for staff are listed by shard, under `MAIL#<user_id>#<mail>`.
    """

    course_id = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    mail_kind = UnicodeAttribute()
    revision = NumberAttribute(null=True)
    told_revision = NumberAttribute(null=True)
    state = UnicodeAttribute()
    claimed_at = TimeAttribute()
    sent_at = TimeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    heard_at = TimeAttribute(null=True)


DIGEST = "job"
"""The kind of the mail to staff about a job."""


def learners_mail(course_id: str, user_id: str, kind: MailKind, revision: int) -> Key:
    return learner_key(course_id, user_id), f"MAIL#{kind.value}#{revision:06d}"


def digest_mail(course_id: str, job_id: str) -> Key:
    return run_key(course_id), f"MAIL#{DIGEST}#{job_id}"


def listing_of(course_id: str, user_id: str, kind: MailKind, revision: int) -> dict[str, str]:
    """The attributes that put a mail into the list for staff."""
    return {
        "shard": shard_key(course_id, shard_of(user_id)),
        "shard_entry": f"MAIL#{user_id}#{kind.value}#{revision:06d}",
    }


def told_from(raw: RawItem) -> Told | None:
    """The mail, if SES has accepted it."""
    item = MailItem.read(raw)
    if MailState(item.state) not in ACCEPTED_BY_SES:
        return None
    return Told(MailKind(item.mail_kind), _number(item.revision), _number(item.told_revision))


def _number(value: float | None) -> int:
    return int(value or 0)


def may_claim(found: MailItem, now: datetime, doubt_seconds: int, again: frozenset[MailState]) -> int | None:
    """Whether another delivery may send this mail. None: it may. 0: the mail is finished.

    Other numbers are the seconds for which the mail is still in doubt.
    """
    state = MailState(found.state)
    if state in again:
        return None
    if state is not MailState.CLAIMED:
        return 0
    left = doubt_seconds - (now - found.claimed_at).total_seconds()
    return max(1, round(left)) if left > 0 else None
