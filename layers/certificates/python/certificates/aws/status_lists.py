"""Status lists: each entry is claimed once, bits are written with the change of a certificate, lists are signed.

Each of a few sequences has an open list. Issuing claims entries of one of them with a single write, a batch of a job
all that it needs. So no key is hot when a hundred thousand learners finish at once. After a crash, claimed entries are
lost: no entry is ever claimed twice. A list is signed and public before its first entry is claimed.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from certificates.aws import writes
from certificates.aws.changed_lists import status_list_key
from certificates.aws.item_model import Item, TimeAttribute
from certificates.aws.reads import get_items, query
from certificates.aws.table import Key
from certificates.errors import Busy, Raced

if TYPE_CHECKING:
    from certificates.aws.signing_keys import SigningKeyStore
    from certificates.trust.securing import Secured
    from certificates.trust.status_list import StatusEntry

SEQUENCES = 4
"""Number of keys over which claims are spread, and of lists that fill at the same time."""

_ATTEMPTS = 8


class StatusSequenceItem(Item):
    """`taken` entries of list `list_number` are claimed, for credentials with this `base_url`.

    The secret `seed` spreads the list's entries.
    """

    base_url = UnicodeAttribute()
    list_number = NumberAttribute()
    taken = NumberAttribute()
    seed = UnicodeAttribute()


class SignedListItem(Item):
    """`version` is the optimistic lock: a list of older bits never replaces a newer one.

    `base_url` is the address in the list. It stays the same when the deployment's address changes.
    """

    base_url = UnicodeAttribute()
    credential = UnicodeAttribute()
    jwt = UnicodeAttribute()
    signed_at = TimeAttribute()
    version = NumberAttribute()


class StatusBitItem(Item):
    revoked = BooleanAttribute()


@dataclass(frozen=True, slots=True)
class StatusListStore:
    """`base_url` is the address of the published lists."""

    base_url: str
    keys: SigningKeyStore

    def claim(self, count: int, now: datetime) -> list[StatusEntry]:
        """`count` entries, for the caller alone. Raises Busy when others open lists again and again."""
        from certificates.trust.status_list import LIST_SIZE, StatusEntry, index_of

        if not count:
            return []
        sequence = random.randrange(SEQUENCES)  # noqa: S311 - spreads load, protects nothing
        taken = StatusSequenceItem.taken
        has_room = (StatusSequenceItem.base_url == self.base_url) & (taken <= LIST_SIZE - count)
        for _ in range(_ATTEMPTS):
            try:
                raw = writes.updated(writes.update(_key(sequence), [taken.add(count)], has_room))
            except Raced:
                self._open_next(sequence, count, now)
                continue
            item = StatusSequenceItem.read(raw)
            list_id, end = f"{sequence}-{int(item.list_number)}", int(item.taken)
            return [StatusEntry(list_id, index_of(position, item.seed)) for position in range(end - count, end)]
        raise Busy("Status lists are being opened right now. Try again.")

    def list_ids(self) -> Iterator[str]:
        """The id of every list."""
        for (pk, _), raw in get_items(map(_key, range(SEQUENCES))).items():
            last = int(StatusSequenceItem.read(raw).list_number)
            yield from (f"{pk.removeprefix('STATUS-SEQUENCE#')}-{number}" for number in range(1, last + 1))

    def sign(self, list_id: str, now: datetime) -> None:
        """Sign a list with its present bits. A list that was never opened stays as it is.

        Raises Busy when others sign the list again and again.
        """
        for _ in range(_ATTEMPTS):
            read = self._item(list_id)
            if read is None:
                return
            # Read after the version: a signature of older bits fails, because the version has changed.
            revoked = [int(sk.removeprefix("BIT#")) for sk, bit in self._bits(list_id) if bit.revoked]
            entry = self._signed(list_id, revoked, now, base_url=read.base_url, version_read=int(read.version))
            try:
                writes.write_one(entry)
            except Raced:
                continue
            return
        raise Busy("The status list is being signed by others right now. Try again.")

    def published(self, list_id: str) -> Secured | None:
        """The latest signed list, in both forms."""
        from certificates.trust.securing import Secured

        item = self._item(list_id)
        return None if item is None else Secured(item.credential, item.jwt)

    def _open_next(self, sequence: int, count: int, now: datetime) -> None:
        """Open the sequence's next list, unless somebody else did: a list with room for `count` entries exists after
        the call."""
        from certificates.trust.status_list import LIST_SIZE

        found = next(map(StatusSequenceItem.read, get_items([_key(sequence)]).values()), None)
        if found and found.base_url == self.base_url and found.taken + count <= LIST_SIZE:
            return
        number = int(found.list_number) + 1 if found else 1
        attribute = StatusSequenceItem.list_number
        unchanged = attribute == number - 1 if found else StatusSequenceItem.pk.does_not_exist()
        pk, sk = _key(sequence)
        opened = StatusSequenceItem(
            pk=pk, sk=sk, base_url=self.base_url, list_number=number, taken=0, seed=secrets.token_hex(16)
        )
        signed = self._signed(f"{sequence}-{number}", [], now, base_url=self.base_url, version_read=0)
        try:
            writes.transact([writes.put(opened, unchanged), signed])
        except Raced:
            return

    def _signed(
        self, list_id: str, revoked: list[int], now: datetime, *, base_url: str, version_read: int
    ) -> writes.TransactItem:
        from certificates.trust.status_list import bits, secured_list

        signed = secured_list(list_id, bits(revoked), base_url=base_url, keys=self.keys.current(now), now=now)
        item = SignedListItem(
            pk=status_list_key(list_id),
            sk="SIGNED",
            base_url=base_url,
            credential=signed.document,
            jwt=signed.jwt,
            signed_at=now,
            version=version_read + 1,
        )
        unchanged = SignedListItem.version == version_read if version_read else SignedListItem.pk.does_not_exist()
        return writes.put(item, unchanged)

    def _item(self, list_id: str) -> SignedListItem | None:
        return next(map(SignedListItem.read, get_items([(status_list_key(list_id), "SIGNED")]).values()), None)

    @staticmethod
    def _bits(list_id: str) -> Iterator[tuple[str, StatusBitItem]]:
        changed = (StatusBitItem.pk == status_list_key(list_id)) & StatusBitItem.sk.startswith("BIT#")
        for raw in query(changed):
            item = StatusBitItem.read(raw)
            yield item.sk, item


def _key(sequence: int) -> Key:
    return f"STATUS-SEQUENCE#{sequence}", "OPEN"
