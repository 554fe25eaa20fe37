"""Which mails a learner wants, and which address mails come back from: attributes of the learner's profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pynamodb.expressions.update import Action

from certificates.aws import writes
from certificates.aws.learner_items import LearnerItem
from certificates.aws.table import profile_key
from certificates.errors import Raced


def opt_out(user_id: str, by: str, now: datetime) -> bool:
    """Turn mails off for this learner. Returns whether there is such a learner."""
    return _on_profile(user_id, [LearnerItem.opted_out_at.set(now), LearnerItem.opted_out_by.set(by)])


def opt_in(user_id: str) -> bool:
    """Turn mails on again. Returns whether there is such a learner."""
    return _on_profile(user_id, [LearnerItem.opted_out_at.remove(), LearnerItem.opted_out_by.remove()])


def note_bounced(user_id: str, address: str) -> None:
    """Store that mails to this address always come back."""
    _on_profile(user_id, [LearnerItem.bounced_email.set(address.strip().lower())])


def _on_profile(user_id: str, actions: Iterable[Action]) -> bool:
    present = LearnerItem.pk.exists() & LearnerItem.forgotten_at.does_not_exist()
    try:
        writes.write_one(writes.update(profile_key(user_id), actions, present))
    except Raced:
        return False
    return True
