"""The development issuer: an OIDC provider on loopback that gives anyone a token in anyone's name.

    GET /.well-known/openid-configuration     where the keys are
    GET /jwks.json                            the keys of this start
    GET /token/<username>                     a token, as plain text; ?administrator=true makes it global staff's
    GET, POST /authorize                      a page where one picks a person, for pages that sign in
    POST /token                               the tokens of that person, for the code of that page

A token's claims are those of an Open edX access token: `sub` and `preferred_username` name the learner, `administrator`
marks global staff. API Gateway hands every claim to a function as a string.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.cloud import authorizing, loopback
from tests.cloud.loopback import Quiet
from tests.cloud.people import EVERYTHING, person
from tests.cloud.server import LOOPBACK

AUDIENCE = "certificates"
PAGES = "pages"
"""The client for signing in to the pages."""

STYLES = Path(__file__).parents[2] / "layers/certificates/python/certificates/pages/assets/pages.css"
LIFETIME_SECONDS = 3600


class Issuer:
    """Signs tokens with keys that are made at the start. Tokens from earlier starts are refused, like forged ones."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{LOOPBACK}:{port}"
        self.key = new_key()
        self.codes = authorizing.Codes()

    def token(self, username: str, *, administrator: bool = False, key: RSAKey | None = None, **changed: Any) -> str:
        """A signed token. `changed` claims replace the usual ones; None removes a claim. `key` replaces its key."""
        key = key or self.key
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": username,
            "preferred_username": username,
            "administrator": administrator,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        } | changed
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, present, key)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks.json",
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "code_challenge_methods_supported": ["S256"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
        }

    def tokens(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The client's ID token and an access token of the API, for a code; None for a code that is not valid."""
        code = self.codes.take(form)
        if code is None:
            return None
        someone = person(code.username)
        administrator = someone.role == EVERYTHING
        mine = {"aud": PAGES, "nonce": code.asked["nonce"], "name": someone.name}
        return {
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
            "id_token": self.token(code.username, administrator=administrator, **mine),
            "access_token": self.token(code.username, administrator=administrator),
        }

    def keys(self) -> dict[str, Any]:
        return dict(KeySet([self.key]).as_dict(private=False))


def new_key(kid: str | None = None) -> RSAKey:
    """A key pair. Without an id of another key, its id is made from the key."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
    return RSAKey.import_key(key.as_dict(private=True, kid=kid or key.thumbprint()))


@contextmanager
def serving(port: int) -> Iterator[Issuer]:
    """Serves an issuer on loopback until the block ends. Raises PortInUse."""
    issuer = Issuer(port)
    with loopback.serving(port, handler(issuer)):
        yield issuer


def handler(issuer: Issuer) -> type[Quiet]:
    class Handler(Quiet):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/.well-known/openid-configuration":
                self.answer("application/json", json.dumps(issuer.discovery()))
            elif asked.path == "/jwks.json":
                self.answer("application/json", json.dumps(issuer.keys()))
            elif asked.path.startswith("/token/"):
                administrator = parse_qs(asked.query).get("administrator") == ["true"]
                username = unquote(asked.path.removeprefix("/token/"))
                self.answer("text/plain", issuer.token(username, administrator=administrator))
            elif asked.path == "/authorize":
                wanted = dict(parse_qsl(asked.query))
                self.answer("text/html; charset=utf-8", authorizing.page(wanted, STYLES.read_text()))
            elif asked.path == "/display.woff2":
                self.answer("font/woff2", STYLES.with_name("display.woff2").read_bytes())
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode()))
            if self.path == "/authorize":
                self.send_response(303)
                self.send_header("location", issuer.codes.give(form.get("other") or form["username"], form))
                self.end_headers()
            elif self.path == "/token":
                tokens = issuer.tokens(form)
                said = tokens or {"error": "invalid_grant"}
                self.answer("application/json", json.dumps(said), 200 if tokens else 400)
            else:
                self.send_error(404)

        def answer(self, content_type: str, content: str | bytes, status: int = 200) -> None:
            body = content.encode() if isinstance(content, str) else content
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
