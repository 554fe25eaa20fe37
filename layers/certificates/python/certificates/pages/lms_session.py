"""A session from the LMS: tokens that act for the person, and rights that are read again every few minutes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from certificates import runtime
from certificates.access import LmsSession, Session
from certificates.aws.session_store import SessionStore
from certificates.backend import Backend
from certificates.errors import LmsUnavailable, NotSignedIn
from certificates.lms_api.calls import Calls, Manner
from certificates.lms_api.connection import TOKEN_MARGIN, LmsConnection
from certificates.lms_api.oauth import Application, GrantRefused, claims_of
from certificates.lms_api.reading import LmsReader
from certificates.lms_api.values import LmsTokens
from certificates.pages.sealing import CannotUnseal, seal_tokens, unseal_tokens
from certificates.telemetry import logger

RIGHTS_ARE_GOOD_FOR = timedelta(minutes=5)
"""After this time, people who are no longer staff in the LMS are no longer staff here."""

RENEWAL_SECONDS = 15
"""How long one request may use the refresh token alone: longer than the time limit of the LMS's answer."""

BY_THE_WAY = Manner(total_seconds=3, call_seconds=3, attempts=1, longest_wait=0)

_LOOK_EVERY = 0.25


def reader_of(session: Session | None, backend: Backend) -> LmsReader | None:
    """Reads the LMS as the person of this session; None where there is no LMS, or they did not sign in there."""
    if session is None or session.lms is None or backend.lms is None:
        return None
    calls = backend.lms.calls()
    return backend.lms.as_bearer(SessionBearer(session, session.lms, backend.lms, calls), calls)


def with_fresh_rights(session: Session, backend: Backend, now: datetime) -> Session:
    """The session with rights that are at most minutes old. Raises LmsUnavailable if they cannot be read, NotSignedIn
    if the LMS does not accept the person any more.
    """
    reader = reader_of(session, backend)
    if reader is None or session.lms is None or now - session.lms.rights_read_at < RIGHTS_ARE_GOOD_FOR:
        return session
    rights = reader.rights()
    SessionStore().keep_rights(session.session_id, rights, now)
    lms = replace(session.lms, rights=rights, rights_read_at=now)
    return replace(session, global_staff=rights.global_staff, lms=lms)


def give_back(session: Session | None, lms: LmsConnection) -> None:
    """Tell the LMS that the refresh token is not needed any more. If the LMS does not answer, the session still
    ends."""
    if session is None or session.lms is None:
        return
    application, calls = lms.secrets.secret().login, lms.calls(BY_THE_WAY)
    try:
        refresh = unseal_tokens(session.lms.tokens, application).refresh
        if refresh is not None:
            application.revoke(calls, refresh)
    except (CannotUnseal, LmsUnavailable) as error:
        logger.info("token not given back", extra={"why": type(error).__name__})


@dataclass(slots=True)
class SessionBearer:
    """The person's own token. A refresh token is good once: of requests at the same time, one alone refreshes."""

    session: Session
    kept: LmsSession
    lms: LmsConnection
    calls: Calls

    def token(self) -> str:
        tokens = self._opened(self.kept)
        return tokens.access if tokens.expires_at - TOKEN_MARGIN > runtime.now() else self.renewed()

    def renewed(self) -> str:
        """Raises NotSignedIn where the session is over, LmsUnavailable."""
        store, spent = SessionStore(), self.kept.tokens
        for _ in range(int(RENEWAL_SECONDS / _LOOK_EVERY)):
            current = store.session(self.session.session_id)
            if current is None or current.lms is None:
                raise _signed_out()
            if current.lms.tokens != spent:
                self.kept = current.lms
                return self._opened(self.kept).access
            if store.claim_renewal(self.session.session_id, now=runtime.now(), seconds=RENEWAL_SECONDS):
                return self._refreshed(store)
            time.sleep(_LOOK_EVERY)
        raise LmsUnavailable("The LMS takes too long to answer.", RENEWAL_SECONDS)

    def _refreshed(self, store: SessionStore) -> str:
        refresh = self._opened(self.kept).refresh
        try:
            if refresh is None:
                raise GrantRefused("no refresh token")
            tokens = self._application().refresh(self.calls, refresh, now=runtime.now())
            if claims_of(tokens.access).get("email_verified") is False:
                raise GrantRefused("the account is no longer active")
        except GrantRefused as refused:
            store.end(self.session.session_id)
            raise _signed_out() from refused
        kept = seal_tokens(tokens, self._application())
        if not store.keep_tokens(self.session.session_id, kept):
            raise _signed_out()
        self.kept = replace(self.kept, tokens=kept)
        return tokens.access

    def _opened(self, kept: LmsSession) -> LmsTokens:
        try:
            return unseal_tokens(kept.tokens, self._application())
        except CannotUnseal as error:
            raise _signed_out() from error

    def _application(self) -> Application:
        return self.lms.secrets.secret().login


def _signed_out() -> NotSignedIn:
    return NotSignedIn("not-signed-in", "Your session has ended. Sign in again.")
