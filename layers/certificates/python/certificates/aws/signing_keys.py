"""The keys that sign credentials: made at first use, encrypted with a KMS key of the stack, stored in the table.

Decryption needs one call in each cold start. A warm function reads the keys again every few minutes, in case they were
rotated.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from certificates.aws import writes
from certificates.aws.clients import kms
from certificates.aws.item_model import Item
from certificates.aws.reads import get_items
from certificates.aws.table import Key
from certificates.errors import Raced

if TYPE_CHECKING:
    from certificates.trust.keys import PublicKey, SigningKeys

KEPT = timedelta(minutes=5)
"""How long a warm function may still sign with rotated keys. Their signatures stay valid."""

_KEY: Key = ("SIGNING-KEYS", "KEYS")
_CONTEXT = {"purpose": "signing keys of certificates"}
"""The ciphertext is bound to this context: functions can decrypt nothing else with the key."""


class SigningKeysItem(Item):
    """`sealed`: the encrypted private keys in base64. `public_keys`: all keys that ever signed, the current two
    first."""

    sealed = UnicodeAttribute()
    public_keys: JSONAttribute = JSONAttribute()
    version = NumberAttribute()


@dataclass
class _Opened:
    """The keys as they were read, with the time of the last look at the table."""

    keys: SigningKeys
    version: int
    looked_at: datetime


@dataclass
class SigningKeyStore:
    """`sealing_key` names the KMS key."""

    sealing_key: str
    _opened: _Opened | None = field(default=None, repr=False)

    def current(self, now: datetime) -> SigningKeys:
        """The private keys. Without keys, the call makes some; of several concurrent calls, one succeeds."""
        opened = self._opened
        if opened is not None and now < opened.looked_at + KEPT:
            return opened.keys
        item = self._item()
        if item is None:
            item = self._first()
        if opened is None or opened.version != int(item.version):
            opened = _Opened(self._unsealed(item), int(item.version), now)
        self._opened = _Opened(opened.keys, opened.version, now)
        return opened.keys

    def public(self) -> list[PublicKey]:
        """Every key that ever signed, the current two first. Empty before the first signature."""
        item = self._item()
        return [] if item is None else _public_keys(item)

    def rotate(self, now: datetime) -> list[PublicKey]:
        """Make new keys. The old ones stay public, so their signatures stay valid. Raises Raced."""
        item = self._item()
        day = now.date().isoformat()
        before = [] if item is None else _public_keys(item)
        retired = [key._replace(retired_on=key.retired_on or day) for key in before]
        made = self._write(retired, version_read=0 if item is None else int(item.version))
        self._opened = None
        return _public_keys(made)

    def _first(self) -> SigningKeysItem:
        try:
            return self._write([], version_read=0)
        except Raced:
            item = self._item()
            if item is None:
                raise
            return item

    def _write(self, retired: Sequence[PublicKey], *, version_read: int) -> SigningKeysItem:
        from certificates.trust.keys import SigningKeys

        keys = SigningKeys.generate()
        sealed = kms().encrypt(KeyId=self.sealing_key, Plaintext=keys.to_bytes(), EncryptionContext=_CONTEXT)
        item = SigningKeysItem(
            pk=_KEY[0],
            sk=_KEY[1],
            sealed=base64.b64encode(sealed["CiphertextBlob"]).decode(),
            public_keys=[keys.p256, keys.ed25519, *retired],
            version=version_read + 1,
        )
        unchanged = SigningKeysItem.version == version_read if version_read else SigningKeysItem.pk.does_not_exist()
        writes.write_one(writes.put(item, unchanged))
        return item

    def _item(self) -> SigningKeysItem | None:
        return next(map(SigningKeysItem.read, get_items([_KEY]).values()), None)

    def _unsealed(self, item: SigningKeysItem) -> SigningKeys:
        from certificates.trust.keys import SigningKeys

        opened = kms().decrypt(
            KeyId=self.sealing_key, CiphertextBlob=base64.b64decode(item.sealed), EncryptionContext=_CONTEXT
        )
        return SigningKeys.from_bytes(opened["Plaintext"])


def _public_keys(item: SigningKeysItem) -> list[PublicKey]:
    from certificates.trust.keys import PublicKey

    return [PublicKey(*values) for values in item.public_keys]
