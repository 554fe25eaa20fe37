"""Sessions of people who are signed in to the pages. DynamoDB removes them when their time is over."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from certificates.access import Session
from certificates.aws import writes
from certificates.aws.reads import get_items
from certificates.aws.table import Item, Key


class SessionItem(Item):
    username = UnicodeAttribute()
    name = UnicodeAttribute()
    global_staff = BooleanAttribute()
    expires_at = NumberAttribute()


class SessionStore:
    """A session is found by a digest of its id: whoever reads the table cannot take a session's place."""

    def session(self, session_id: str) -> Session | None:
        key = _key(session_id)
        raw = get_items([key]).get(key)
        if raw is None:
            return None
        item = SessionItem.read(raw)
        return Session(
            username=item.username,
            name=item.name,
            global_staff=item.global_staff,
            expires_at=datetime.fromtimestamp(item.expires_at, UTC),
        )

    def begin(self, session_id: str, session: Session) -> None:
        pk, sk = _key(session_id)
        begun = SessionItem(
            pk=pk,
            sk=sk,
            username=session.username,
            name=session.name,
            global_staff=session.global_staff,
            expires_at=int(session.expires_at.timestamp()),
        )
        writes.write_one(writes.put(begun))

    def end(self, session_id: str) -> None:
        writes.write_one(writes.delete(_key(session_id)))


def _key(session_id: str) -> Key:
    return f"SESSION#{hashlib.sha256(session_id.encode()).hexdigest()}", "SESSION"
