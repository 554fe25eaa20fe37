"""Items of the history of certificates. Converts the items to values and back."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from certificates.aws.item_model import IntegerAttribute, Item, TimeAttribute
from certificates.aws.table import RawItem
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Status


class HistoryItem(Item):
    at = TimeAttribute()
    actor = UnicodeAttribute()
    trigger = UnicodeAttribute()
    change = UnicodeAttribute()
    reason = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    revision = IntegerAttribute(null=True)
    name_before = UnicodeAttribute(null=True)
    name_after = UnicodeAttribute(null=True)
    job_id = UnicodeAttribute(null=True)


def history_item(key: str, entry: HistoryEntry, revision: int, status: Status | None) -> HistoryItem:
    """The item of an entry. `key` is the partition key of the certificate. A change of the certificate has the
    `status` after it; None: the certificate did not change.
    """
    return HistoryItem(
        pk=key,
        sk=f"HISTORY#{entry.at.isoformat(timespec='microseconds')}#{revision:06d}#{entry.change.value}",
        at=entry.at,
        actor=entry.actor,
        trigger=entry.trigger.value,
        change=entry.change.value,
        reason=entry.reason,
        note=entry.note,
        status=status.value if status else None,
        revision=revision,
        name_before=entry.name_before,
        name_after=entry.name_after,
        job_id=entry.job_id,
    )


def history_entry_from(raw: RawItem) -> HistoryEntry:
    item = HistoryItem.read(raw)
    return HistoryEntry(
        at=item.at,
        actor=item.actor,
        trigger=Trigger(item.trigger),
        change=ChangeKind(item.change),
        reason=item.reason,
        note=item.note,
        revision=int(item.revision) if item.revision is not None else None,
        status=item.status,
        name_before=item.name_before,
        name_after=item.name_after,
        job_id=item.job_id,
    )
