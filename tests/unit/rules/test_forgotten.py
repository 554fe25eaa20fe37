"""The hashes that identify a forgotten learner."""

from __future__ import annotations

import hashlib
import hmac

from certificates.rules.forgotten import hash_of


def test_a_hash_is_keyed_and_ignores_case_and_blanks_around():
    expected = hmac.new(b"secret", b"forgotten\nmara@example.org", hashlib.sha256).hexdigest()
    assert hash_of("mara@example.org", b"secret") == expected
    assert hash_of(" MARA@Example.org ", b"secret") == expected
    assert hash_of("mara@example.org", b"another") != expected
    assert hash_of("mia@example.org", b"secret") != expected
