"""Sessions of people who are signed in to the pages. DynamoDB removes expired sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from certificates.access import LmsSession, Rights, Session
from certificates.aws import writes
from certificates.aws.item_model import Item
from certificates.aws.reads import get_items
from certificates.aws.table import Key
from certificates.errors import Raced


class SessionItem(Item):
    """`tokens` are encrypted. Until `renewing_until` (seconds), one request alone uses the refresh token."""

    username = UnicodeAttribute()
    name = UnicodeAttribute()
    global_staff = BooleanAttribute()
    expires_at = NumberAttribute()
    tokens = UnicodeAttribute(null=True)
    rights = JSONAttribute(null=True)
    rights_read_at = NumberAttribute(null=True)
    renewing_until = NumberAttribute(null=True)


class SessionStore:
    """A session is stored under a digest of its id: a reader of the table cannot use the session."""

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
            session_id=session_id,
            lms=_lms(item),
        )

    def begin(self, session: Session) -> None:
        pk, sk = _key(session.session_id)
        lms = session.lms
        begun = SessionItem(
            pk=pk,
            sk=sk,
            username=session.username,
            name=session.name,
            global_staff=session.global_staff,
            expires_at=int(session.expires_at.timestamp()),
            tokens=lms.tokens if lms else None,
            rights=_stored(lms.rights) if lms else None,
            rights_read_at=int(lms.rights_read_at.timestamp()) if lms else None,
        )
        writes.write_one(writes.put(begun))

    def claim_renewal(self, session_id: str, spent: str, *, now: datetime, seconds: int) -> bool:
        """Whether the caller may use the refresh token in `spent`, the stored tokens. It works once. For `seconds` no
        other request may use it. False, too, if another request has replaced the tokens meanwhile.
        """
        free = SessionItem.renewing_until.does_not_exist() | (SessionItem.renewing_until < int(now.timestamp()))
        until = int((now + timedelta(seconds=seconds)).timestamp())
        return self._change(session_id, [SessionItem.renewing_until.set(until)], (SessionItem.tokens == spent) & free)

    def keep_tokens(self, session_id: str, tokens: str) -> bool:
        """Replace the used tokens. False: the session has ended."""
        return self._change(session_id, [SessionItem.tokens.set(tokens), SessionItem.renewing_until.remove()])

    def keep_rights(self, session_id: str, rights: Rights, read_at: datetime) -> bool:
        actions = [
            SessionItem.rights.set(_stored(rights)),
            SessionItem.rights_read_at.set(int(read_at.timestamp())),
            SessionItem.global_staff.set(rights.global_staff),
        ]
        return self._change(session_id, actions)

    def _change(self, session_id: str, actions: Iterable[Action], condition: Condition | None = None) -> bool:
        there = SessionItem.username.exists()
        try:
            writes.write_one(
                writes.update(_key(session_id), actions, there if condition is None else there & condition)
            )
        except Raced:
            return False
        return True

    def end(self, session_id: str) -> None:
        writes.write_one(writes.delete(_key(session_id)))


def _lms(item: SessionItem) -> LmsSession | None:
    if item.tokens is None or item.rights_read_at is None:
        return None
    return LmsSession(
        tokens=item.tokens,
        rights=_rights(item.rights, global_staff=item.global_staff),
        rights_read_at=datetime.fromtimestamp(item.rights_read_at, UTC),
    )


_LISTED = ("course_ids", "orgs", "beta_tester_in")


def _stored(rights: Rights) -> dict[str, list[str]]:
    return {name: sorted(getattr(rights, name)) for name in _LISTED}


def _rights(stored: Mapping[str, Iterable[str]], *, global_staff: bool) -> Rights:
    held = {name: frozenset(stored[name]) for name in _LISTED}
    return Rights(global_staff=global_staff, **held)


def _key(session_id: str) -> Key:
    return f"SESSION#{hashlib.sha256(session_id.encode()).hexdigest()}", "SESSION"
