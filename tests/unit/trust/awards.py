"""Awards and keys for tests, and the data that verifiers need for them: contexts, keys, status lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from certificates.trust.credential import Award, email_hash
from certificates.trust.keys import SigningKeys
from certificates.trust.status_list import StatusEntry

BASE = "https://certificates.example"
DID = "did:web:certificates.example"
KEYS = SigningKeys.generate()
OTHERS = SigningKeys.generate()
NOW = datetime(2026, 11, 24, 8, 3, 5, tzinfo=UTC)
SALT = "5a17"


def award(**changes: Any) -> Award:
    usual = Award(
        verify_uuid="0123456789abcdef0123456789abcdef",
        base_url=BASE,
        course_id="course-v1:Fjord+BIO1+2026",
        title="Marine Biology",
        organization="Fjord University",
        name="Zoë Ångström",
        email_hash=email_hash("zoe@example.org", SALT),
        salt=SALT,
        awarded_on=date(2026, 11, 20),
        valid_from=NOW,
        entry=StatusEntry("1-1", 5),
    )
    return usual._replace(**changes)
