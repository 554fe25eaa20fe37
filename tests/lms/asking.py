"""Short calls for clients of the LMS: sign in, a token, a page."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from tests.lms.fake import KEY, LOGIN_APPLICATION, SERVICE_APPLICATION, FakeLms

IN_QUERY = quote(KEY, safe="")
VERIFIER = "v" * 64
CHALLENGE = "w1TpKUdYE9hUAcNSeeSRFioHDxfUxuHho_JHAfZ_vDM"


@dataclass
class Asking:
    lms: FakeLms

    def authorize(self, username: str, **changed: str) -> httpx.Response:
        """The authorization page for a browser of this person."""
        return self.lms.signed_in(username).get("/oauth2/authorize", params=self.wanted(**changed))

    def wanted(self, **changed: str) -> dict[str, str]:
        usual = {
            "response_type": "code",
            "client_id": LOGIN_APPLICATION[0],
            "redirect_uri": self.lms.callback,
            "scope": "user_id profile email",
            "state": "s1",
        }
        return {name: value for name, value in (usual | changed).items() if value}

    def code(self, username: str, **changed: str) -> str:
        return code_in(self.authorize(username, **changed))

    def token(self, **form: str) -> httpx.Response:
        usual = {"client_id": LOGIN_APPLICATION[0], "client_secret": LOGIN_APPLICATION[1], "token_type": "jwt"}
        kept = {name: value for name, value in (usual | form).items() if value}
        return self.lms.http.post(f"{self.lms.url}/oauth2/access_token", data=kept)

    def exchange(self, code: str, **form: str) -> httpx.Response:
        return self.token(
            **{"grant_type": "authorization_code", "code": code, "redirect_uri": self.lms.callback} | form
        )

    def service(self, **form: str) -> httpx.Response:
        client_id, secret = SERVICE_APPLICATION
        return self.token(grant_type="client_credentials", client_id=client_id, client_secret=secret, **form)

    def get(self, path: str, token: str | None = None, *, scheme: str = "JWT") -> httpx.Response:
        """As the service user, unless another token is given."""
        token = token or self.service().json()["access_token"]
        return self.lms.http.get(f"{self.lms.url}{path}", headers={"Authorization": f"{scheme} {token}"})

    def token_of(self, username: str) -> str:
        return str(self.exchange(self.code(username)).json()["access_token"])


def code_in(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def claims_of(token: str) -> dict[str, Any]:
    return _part(token, 1)


def header_of(token: str) -> dict[str, Any]:
    return _part(token, 0)


def _part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    return dict(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
