"""A session from the LMS: tokens that act for the person, and rights that are read again every few minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from certificates.access import Session
from certificates.errors import LmsUnavailable
from certificates.telemetry import logger

if TYPE_CHECKING:
    from certificates.backend import Backend
    from certificates.lms_api.connection import LmsConnection
    from certificates.lms_api.reading import LmsReader

RIGHTS_ARE_GOOD_FOR = timedelta(minutes=5)
"""After this time, people who are no longer staff in the LMS are no longer staff here."""


def reader_of(session: Session | None, backend: Backend) -> LmsReader | None:
    """A reader for the person of this session, None without an LMS, or if the person did not sign in there."""
    if session is None or session.lms is None or backend.lms is None:
        return None
    # Imported only with an LMS.
    from certificates.pages.session_bearer import SessionBearer

    calls = backend.lms.calls()
    return backend.lms.as_bearer(SessionBearer(session, session.lms, backend.lms, calls), calls)


def with_fresh_rights(session: Session, backend: Backend, now: datetime) -> Session:
    """The session with rights that are at most minutes old. Raises LmsUnavailable if they cannot be read, NotSignedIn
    if the LMS does not accept the person any more.
    """
    reader = reader_of(session, backend)
    if reader is None or session.lms is None or now - session.lms.rights_read_at < RIGHTS_ARE_GOOD_FOR:
        return session
    from certificates.aws.session_store import SessionStore

    rights = reader.rights()
    SessionStore().keep_rights(session.session_id, rights, now)
    lms = replace(session.lms, rights=rights, rights_read_at=now)
    return replace(session, global_staff=rights.global_staff, lms=lms)


def give_back(session: Session | None, lms: LmsConnection) -> None:
    """Tell the LMS that the refresh token is not needed any more. If the LMS does not answer, the session still
    ends."""
    if session is None or session.lms is None:
        return
    from certificates.lms_api.calls import Manner
    from certificates.pages.sealing import CannotUnseal, unseal_tokens

    by_the_way = Manner(total_seconds=3, call_seconds=3, attempts=1, longest_wait=0)
    application, calls = lms.secrets.secret().login, lms.calls(by_the_way)
    try:
        refresh = unseal_tokens(session.lms.tokens, application).refresh
        if refresh is not None:
            application.revoke(calls, refresh)
    except (CannotUnseal, LmsUnavailable) as error:
        logger.info("token not given back", extra={"why": type(error).__name__})
