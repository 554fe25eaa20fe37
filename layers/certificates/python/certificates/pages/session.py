"""Sessions of people who are signed in: the browser has an opaque cookie, the session is an item of the table."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from certificates.access import LmsSession, Session

SESSION_COOKIE = "__Host-session"
LANGUAGE_COOKIE = "__Host-language"
LIFETIME = timedelta(hours=8)

_YEAR_SECONDS = 31_536_000


def cookies_of(event: dict[str, Any]) -> dict[str, str]:
    """API Gateway puts a request's cookies only into `cookies` (payload format 2.0)."""
    pairs = (cookie.partition("=") for cookie in event.get("cookies") or ())
    return {name.strip(): value.strip() for name, _, value in pairs}


def session_of(cookies: dict[str, str], now: datetime) -> Session | None:
    """The session of a browser. None: there is none, or it has expired."""
    session_id = cookies.get(SESSION_COOKIE)
    if not session_id:
        return None
    from certificates.aws.session_store import SessionStore

    session = SessionStore().session(session_id)
    # DynamoDB may remove an expired item days later.
    return session if session is not None and session.expires_at > now else None


def begin_session(username: str, name: str, *, global_staff: bool, now: datetime, lms: LmsSession | None = None) -> str:
    """Begin a session, and return its cookie."""
    from certificates.aws.session_store import SessionStore

    session_id = secrets.token_urlsafe(32)
    session = Session(
        username=username,
        name=name,
        global_staff=global_staff,
        expires_at=now + LIFETIME,
        session_id=session_id,
        lms=lms,
    )
    SessionStore().begin(session)
    return cookie(SESSION_COOKIE, session_id, LIFETIME.total_seconds())


def end_session(cookies: dict[str, str]) -> str:
    """End the session everywhere, and return a cookie that replaces the session's."""
    session_id = cookies.get(SESSION_COOKIE)
    if session_id:
        from certificates.aws.session_store import SessionStore

        SessionStore().end(session_id)
    return cookie(SESSION_COOKIE, "", 0)


def language_cookie(tag: str) -> str:
    return cookie(LANGUAGE_COOKIE, tag, _YEAR_SECONDS)


def cookie(name: str, value: str, seconds: float) -> str:
    """A cookie for this host only, not for scripts. Browsers send it with links from other sites, but not with their
    posts."""
    return f"{name}={value}; Path=/; Max-Age={seconds:.0f}; Secure; HttpOnly; SameSite=Lax"
