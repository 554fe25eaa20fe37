"""Learners forgotten at their own request, recognised by keyed hashes of their usernames and e-mails."""

from __future__ import annotations

import hashlib
import hmac

from certificates.rules.flaws import FlawId, flaw

FORGOTTEN_LEARNER = "forgotten-learner"
"""Why a row that names such a learner is refused."""

NAMES_FORGOTTEN = flaw(FlawId.NAMES_FORGOTTEN_LEARNER)


def hash_of(called: str, secret: bytes) -> str:
    """The hash of a username or e-mail. Without the secret, trying every username does not reveal the learner."""
    return hmac.new(secret, f"forgotten\n{called.strip().casefold()}".encode(), hashlib.sha256).hexdigest()
