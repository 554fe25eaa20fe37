"""The secrets that sign webhooks, encrypted with the stack's KMS key. Each can be used only for its own webhook."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from certificates.aws.clients import kms

_MOST_OPENED = 200


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """`sealing_key` names the KMS key. A warm function decrypts each secret once, because a secret never changes."""

    sealing_key: str
    _opened: dict[str, str] = field(default_factory=dict, repr=False)

    def seal(self, secret: str, webhook_id: str) -> str:
        sealed = kms().encrypt(
            KeyId=self.sealing_key, Plaintext=secret.encode(), EncryptionContext=_context(webhook_id)
        )
        return base64.b64encode(sealed["CiphertextBlob"]).decode()

    def unseal(self, sealed: str, webhook_id: str) -> str:
        if sealed not in self._opened:
            if len(self._opened) >= _MOST_OPENED:
                self._opened.clear()
            opened = kms().decrypt(
                KeyId=self.sealing_key,
                CiphertextBlob=base64.b64decode(sealed),
                EncryptionContext=_context(webhook_id),
            )
            self._opened[sealed] = opened["Plaintext"].decode()
        return self._opened[sealed]


def _context(webhook_id: str) -> dict[str, str]:
    """The ciphertext is bound to this context: another webhook's secret, or a signing key, cannot replace it."""
    return {"purpose": "secret of a webhook", "webhook": webhook_id}
