"""Learners who were forgotten at their own request, recognised by keyed hashes of what they were called."""

from __future__ import annotations

import hashlib
import hmac

from certificates.rules.flaws import FlawId, flaw

FORGOTTEN_LEARNER = "forgotten-learner"
"""Why a row of a file is not taken that names such a learner."""

NAMES_FORGOTTEN = flaw(FlawId.NAMES_FORGOTTEN_LEARNER)


def hash_of(called: str, secret: bytes) -> str:
    """The hash of a username or e-mail. Nobody without the secret can tell whose it is, not even by trying them all."""
    return hmac.new(secret, f"forgotten\n{called.strip().casefold()}".encode(), hashlib.sha256).hexdigest()
