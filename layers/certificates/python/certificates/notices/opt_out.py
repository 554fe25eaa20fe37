"""The address where a learner turns mails off. It is signed: nobody can turn off the mails of another learner."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

SIGNATURE_LENGTH = 32
"""Hexadecimal digits: 128 bits of the HMAC."""


def opt_out_token(user_id: str, secret: bytes) -> str:
    """A token that identifies a learner. It is valid as long as the deployment's secret does not change."""
    named = base64.urlsafe_b64encode(user_id.encode()).decode().rstrip("=")
    return f"{named}.{_signature(user_id, secret)}"


def learner_of(token: str, secret: bytes) -> str | None:
    """The id of the token's learner. None if this deployment has not signed the token."""
    named, _, signature = token.partition(".")
    try:
        user_id = base64.b64decode(named + "=" * (-len(named) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return None
    known = hmac.compare_digest(signature.encode(errors="replace"), _signature(user_id, secret).encode())
    return user_id if known and user_id else None


def _signature(user_id: str, secret: bytes) -> str:
    signed = f"opt out of mails\n{user_id}".encode()
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]
