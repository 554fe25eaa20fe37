"""The encrypted token in the session of a person who signed in at the LMS. One request renews it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from certificates import runtime
from certificates.access import LmsSession, Session
from certificates.aws.session_store import SessionStore
from certificates.errors import LmsUnavailable, NotSignedIn
from certificates.lms_api.calls import Calls
from certificates.lms_api.connection import TOKEN_MARGIN, LmsConnection
from certificates.lms_api.oauth import Application, GrantRefused, claims_of
from certificates.lms_api.values import LmsTokens
from certificates.pages.sealing import CannotUnseal, seal_tokens, unseal_tokens

RENEWAL_SECONDS = 15
"""How long only one request may use the refresh token: longer than the time limit for the LMS's answer."""

_LOOK_EVERY = 0.25


@dataclass(slots=True)
class SessionBearer:
    """The person's own token. A refresh token works once, so of concurrent requests only one may use it."""

    session: Session
    kept: LmsSession
    lms: LmsConnection
    calls: Calls

    def token(self) -> str:
        tokens = self._opened(self.kept)
        return tokens.access if tokens.expires_at - TOKEN_MARGIN > runtime.now() else self.renewed()

    def renewed(self) -> str:
        """A new token. Raises NotSignedIn if the session has ended, LmsUnavailable."""
        store, spent = SessionStore(), self.kept.tokens
        for _ in range(int(RENEWAL_SECONDS / _LOOK_EVERY)):
            current = store.session(self.session.session_id)
            if current is None or current.lms is None:
                raise _signed_out()
            if current.lms.tokens != spent:
                self.kept = current.lms
                return self._opened(self.kept).access
            if store.claim_renewal(self.session.session_id, spent, now=runtime.now(), seconds=RENEWAL_SECONDS):
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
