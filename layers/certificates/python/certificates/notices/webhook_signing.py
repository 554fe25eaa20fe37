"""Signatures of webhooks, by Standard Webhooks (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

SECRET_BYTES = 32
"""Standard Webhooks requires 24 to 64 bytes."""


def new_secret() -> str:
    """A secret in the form for receivers' libraries: `whsec_` and base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def signed_headers(message_id: str, body: str, signing: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers of a message. Each secret makes a signature: a receiver needs only one of them."""
    from standardwebhooks import Webhook

    at = now.astimezone(UTC).replace(microsecond=0)
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in signing]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
