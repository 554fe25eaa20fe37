"""Signing in by OpenID Connect: authorization code, PKCE, `state` and `nonce`.

oauthlib writes and reads the requests of OAuth 2.0, joserfc checks the ID token. The client is public: it has PKCE
instead of a secret.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from certificates.errors import NotAllowed
from certificates.http.caller import is_administrator
from certificates.pages.provider import Person, SignInAttempt

TIMEOUT_SECONDS = 5
OPENID_SCOPES = ("openid", "profile")
LEEWAY_SECONDS = 60
_ANSWERS_IN_ANOTHER_FORM = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What the libraries raise if the provider answers with JSON of another form."""


@dataclass(frozen=True, slots=True)
class OpenIdConnect:
    """An issuer with a description at `.well-known/openid-configuration`."""

    issuer: str
    client_id: str
    username_claim: str

    def leave(self, redirect_uri: str, to: str) -> tuple[str, SignInAttempt]:
        from oauthlib.oauth2 import WebApplicationClient

        client = WebApplicationClient(self.client_id)
        verifier = client.create_code_verifier(64)
        attempt = SignInAttempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), verifier, to)
        address = client.prepare_request_uri(
            _endpoint(self.issuer, "authorization_endpoint"),
            redirect_uri=redirect_uri,
            scope=list(OPENID_SCOPES),
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=client.create_code_challenge(verifier, "S256"),
            code_challenge_method="S256",
        )
        return str(address), attempt

    def arrive(self, query: str, attempt: SignInAttempt, redirect_uri: str) -> Person:
        from joserfc.errors import JoseError
        from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

        client = WebApplicationClient(self.client_id)
        try:
            code = client.parse_request_uri_response(f"{redirect_uri}?{query}", state=attempt.state)["code"]
            body = client.prepare_request_body(code=code, redirect_uri=redirect_uri, code_verifier=attempt.verifier)
            answer = _asked(_endpoint(self.issuer, "token_endpoint"), body)
            tokens = client.parse_request_body_response(answer, scope=list(OPENID_SCOPES))
            claims = self._checked(tokens["id_token"], aud=self.client_id)
            if claims.get("nonce") != attempt.nonce:
                raise NotAllowed("sign-in-failed", "The answer of the sign-in page belongs to another attempt.")
            access = self._of_access_token(tokens["access_token"])
        except (OAuth2Error, JoseError, *_ANSWERS_IN_ANOTHER_FORM) as error:
            raise NotAllowed("sign-in-failed", "Signing in did not work. Try again.") from error
        # Both tokens come from the issuer. The claims of the ID token have priority.
        all_claims = {**access, **claims}
        username = str(all_claims.get(self.username_claim) or "")
        if not username:
            raise NotAllowed("sign-in-failed", "Your account has no username that this site knows.")
        return Person(username, str(claims.get("name") or ""), is_administrator(all_claims))

    def _of_access_token(self, token: str) -> Mapping[str, Any]:
        """The claims of an access token that is a JWT of the issuer. Cognito has the username only there."""
        if token.count(".") != 2:
            return {}
        return self._checked(token)

    def _checked(self, token: str, **wanted: str) -> dict[str, Any]:
        """The claims of a token that the issuer signed and that is valid now. Raises JoseError."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            decoded = _decoded(token, _keys(self.issuer))
        except (JoseError, ValueError):
            # The issuer may have other keys by now.
            _keys.cache_clear()
            decoded = _decoded(token, _keys(self.issuer))
        essential: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS, iss={"essential": True, "value": self.issuer}, exp={"essential": True}, **essential
        )
        registry.validate(decoded.claims)
        return dict(decoded.claims)


def _decoded(token: str, keys: str) -> Any:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    return jwt.decode(token, KeySet.import_key_set(json.loads(keys)), algorithms=["RS256", "ES256"])


def _endpoint(issuer: str, name: str) -> str:
    """Raises NotAllowed `sign-in-failed` if the issuer does not describe itself."""
    try:
        address = _configuration(issuer)[name]
    except (KeyError, TypeError, ValueError, RecursionError):
        address = None
    if not isinstance(address, str):
        _configuration.cache_clear()
        raise NotAllowed("sign-in-failed", "The sign-in page does not answer.")
    return address


@cache
def _configuration(issuer: str) -> Any:
    return json.loads(_asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))


@cache
def _keys(issuer: str) -> str:
    return _asked(_endpoint(issuer, "jwks_uri"))


def _asked(address: str, body: str | None = None) -> str:
    """The issuer's answer. Raises NotAllowed `sign-in-failed` if there is none, or a refusal."""
    import urllib3

    http = urllib3.PoolManager(timeout=TIMEOUT_SECONDS, retries=urllib3.Retry(1, redirect=0))
    headers = {"Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = http.request("GET" if body is None else "POST", address, body=body, headers=headers)
    except urllib3.exceptions.HTTPError as error:
        raise NotAllowed("sign-in-failed", "The sign-in page does not answer.") from error
    if answer.status != 200:
        raise NotAllowed("sign-in-failed", f"The sign-in page answered {answer.status}.")
    return answer.data.decode()
