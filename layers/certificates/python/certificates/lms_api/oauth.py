"""OAuth 2.0 of the LMS, which is no OpenID provider: codes, tokens, and a token's claims about its person. Tokens are
always requested as JWTs, because the LMS will drop opaque tokens. Their claims are trusted, because they come directly
from the LMS over TLS; there is no public key for a check. A JWT from a browser is never read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from certificates.errors import LmsUnavailable
from certificates.lms_api.calls import AFTER_AN_OUTAGE_SECONDS, Calls, Reply, wait_of
from certificates.lms_api.values import LmsTokens

TOKEN_PATH = "/oauth2/access_token"  # noqa: S105 - an address
_TOO_MANY = frozenset({403, 429})
"""The LMS's answers if one address asks for too many tokens."""


class GrantRefused(Exception):
    """The code or the refresh token does not work any more. `reason` is the LMS's own word, such as `invalid_grant`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LmsMisconfigured(LmsUnavailable):
    """The LMS refuses an application's secret, or the service user needs another right. An operator must correct it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, AFTER_AN_OUTAGE_SECONDS)


@dataclass(frozen=True, slots=True)
class Application:
    """One of the two OAuth applications that the operator made in the LMS."""

    client_id: str
    client_secret: str = field(repr=False)

    def exchange(self, calls: Calls, code: str, redirect_uri: str, verifier: str, *, now: datetime) -> LmsTokens:
        """The tokens for a code. Raises GrantRefused, LmsUnavailable."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._tokens(calls, {**form, "code_verifier": verifier}, now)

    def refresh(self, calls: Calls, refresh_token: str, *, now: datetime) -> LmsTokens:
        """New tokens. The old refresh token no longer works, even without an answer. Raises GrantRefused,
        LmsUnavailable."""
        return self._tokens(calls, {"grant_type": "refresh_token", "refresh_token": refresh_token}, now)

    def service(self, calls: Calls, *, now: datetime) -> LmsTokens:
        """A token of the service user. Raises LmsUnavailable."""
        try:
            return self._tokens(calls, {"grant_type": "client_credentials"}, now)
        except GrantRefused as refused:
            raise LmsMisconfigured(f"The LMS gives the service no token: {refused.reason}.") from refused

    def revoke(self, calls: Calls, refresh_token: str) -> None:
        """Raises LmsUnavailable."""
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        calls.ask("POST", "/oauth2/revoke_token", form={**form, **self._credentials()}, again=False)

    def _credentials(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def _tokens(self, calls: Calls, form: Mapping[str, str], now: datetime) -> LmsTokens:
        asked = {**form, "token_type": "jwt", **self._credentials()}
        # Not repeated: a code and a refresh token work once, even if the answer is lost.
        reply = calls.ask("POST", TOKEN_PATH, form=asked, again=False)
        if reply.status == 200:
            return _read_tokens(reply, now)
        if reply.status == 401:
            raise LmsMisconfigured("The LMS refuses the application's id and secret.")
        if reply.status in _TOO_MANY:
            raise LmsUnavailable("The LMS is asked for too many tokens at this moment.", wait_of(reply), busy=True)
        raise GrantRefused(str(_object(reply).get("error") or reply.status))


USUAL_SECONDS_OF_A_TOKEN = 300
MOST_SECONDS_OF_A_TOKEN = 86_400
"""The LMS may say more, or nonsense. A token is renewed at least so often."""


def _read_tokens(reply: Reply, now: datetime) -> LmsTokens:
    answer = _object(reply)
    access, refresh, seconds = answer.get("access_token"), answer.get("refresh_token"), answer.get("expires_in")
    if not isinstance(access, str) or str(answer.get("token_type")).upper() != "JWT":
        raise LmsUnavailable("The LMS gave no JWT.", AFTER_AN_OUTAGE_SECONDS)
    seconds = min(max(seconds, 0), MOST_SECONDS_OF_A_TOKEN) if isinstance(seconds, int) else USUAL_SECONDS_OF_A_TOKEN
    return LmsTokens(access, refresh if isinstance(refresh, str) else None, now + timedelta(seconds=seconds))


def _object(reply: Reply) -> dict[str, Any]:
    answer = reply.json()
    if not isinstance(answer, dict):
        raise LmsUnavailable("The LMS gave an answer of another form.", AFTER_AN_OUTAGE_SECONDS)
    return answer


def claims_of(access_token: str) -> Mapping[str, Any]:
    """The claims of a token that just came from the LMS. Raises LmsUnavailable if it is no JWT."""
    try:
        payload = access_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError) as error:
        raise LmsUnavailable("The LMS gave no JWT.", AFTER_AN_OUTAGE_SECONDS) from error
    if not isinstance(claims, dict):
        raise LmsUnavailable("The LMS gave no JWT.", AFTER_AN_OUTAGE_SECONDS)
    return claims
