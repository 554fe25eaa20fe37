"""Signing in at the LMS: OAuth 2.0's authorization code, with a client that has a secret. PKCE is sent, but not relied
on: with a form of consent, the LMS may lose the challenge. The state in the browser and the secret protect the code.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from certificates import runtime
from certificates.errors import NotAllowed
from certificates.lms_api.connection import LmsConnection
from certificates.lms_api.oauth import GrantRefused, claims_of
from certificates.lms_api.values import LmsTokens
from certificates.pages.provider import FromLms, Person, SignInAttempt

LMS_SCOPES = ("profile",)
"""The smallest scope. The LMS's views ignore scopes: a token has all rights of its person."""


@dataclass(frozen=True, slots=True)
class LmsSignIn:
    """An LMS, which is no OpenID provider. The person is in the token that comes over TLS in exchange for the code."""

    lms: LmsConnection

    def leave(self, redirect_uri: str, to: str) -> tuple[str, SignInAttempt]:
        from oauthlib.oauth2 import WebApplicationClient

        client = WebApplicationClient(self.lms.secrets.secret().login.client_id)
        verifier = client.create_code_verifier(64)
        attempt = SignInAttempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), verifier, to)
        address = client.prepare_request_uri(
            f"{self.lms.base_url}/oauth2/authorize",
            redirect_uri=redirect_uri,
            scope=list(LMS_SCOPES),
            state=attempt.state,
            code_challenge=client.create_code_challenge(verifier, "S256"),
            code_challenge_method="S256",
            # This asks for the form of consent that does not lose the challenge.
            approval_prompt="auto",
        )
        return str(address), attempt

    def arrive(self, query: str, attempt: SignInAttempt, redirect_uri: str) -> Person:
        """Raises NotAllowed `sign-in-failed` or `account-not-active`, LmsUnavailable."""
        from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

        login = self.lms.secrets.secret().login
        try:
            client = WebApplicationClient(login.client_id)
            code = client.parse_request_uri_response(f"{redirect_uri}?{query}", state=attempt.state)["code"]
            calls = self.lms.calls()
            tokens = login.exchange(calls, code, redirect_uri, attempt.verifier, now=runtime.now())
        except (OAuth2Error, GrantRefused, KeyError, ValueError) as error:
            raise NotAllowed("sign-in-failed", "Signing in did not work. Try again.") from error
        claims = claims_of(tokens.access)
        username = str(claims.get("preferred_username") or "")
        if not username:
            raise NotAllowed("sign-in-failed", "Your account has no username that this site knows.")
        if claims.get("email_verified") is False:
            raise NotAllowed("account-not-active", "Confirm your e-mail address in the LMS first, then sign in again.")
        rights = self.lms.as_bearer(JustArrived(tokens), calls).rights()
        return Person(username, str(claims.get("name") or ""), rights.global_staff, FromLms(tokens, rights))


@dataclass(frozen=True, slots=True)
class JustArrived:
    """A person with a new token. If the LMS refuses it now, there is no other."""

    tokens: LmsTokens

    def token(self) -> str:
        return self.tokens.access

    def renewed(self) -> str:
        raise NotAllowed("sign-in-failed", "Signing in did not work. Try again.")
