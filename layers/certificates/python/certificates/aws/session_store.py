"""Sessions of people who are signed in to the pages. DynamoDB removes them when their time is over."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from certificates.access import Session
from certificates.aws.reads import get_items
from certificates.aws.table import Item, connection


class SessionItem(Item):
    username = UnicodeAttribute()
    name = UnicodeAttribute()
    global_staff = BooleanAttribute()
    expires_at = NumberAttribute()


class SessionStore:
    """A session is found by a digest of its id: whoever reads the table cannot take a session's place."""

    def session(self, session_id: str) -> Session | None:
        key = _key(session_id)
        item = get_items([key]).get(key)
        if item is None:
            return None
        return Session(
            username=item["username"]["S"],
            name=item["name"]["S"],
            global_staff=item["global_staff"]["BOOL"],
            expires_at=datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC),
        )

    def begin(self, session_id: str, session: Session) -> None:
        connection()
        pk, sk = _key(session_id)
        SessionItem(
            pk=pk,
            sk=sk,
            username=session.username,
            name=session.name,
            global_staff=session.global_staff,
            expires_at=int(session.expires_at.timestamp()),
        ).save()

    def end(self, session_id: str) -> None:
        connection()
        pk, sk = _key(session_id)
        SessionItem(pk=pk, sk=sk).delete()


def _key(session_id: str) -> tuple[str, str]:
    return f"SESSION#{hashlib.sha256(session_id.encode()).hexdigest()}", "SESSION"
