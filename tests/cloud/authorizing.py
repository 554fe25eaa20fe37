"""The development issuer's sign-in page: it asks for no password, and you pick a person.

The rest follows OpenID Connect: a code works once, for its client, its address and its verifier (PKCE).
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.cloud.people import PEOPLE, Person

ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


@dataclass(frozen=True)
class Code:
    username: str
    asked: Mapping[str, str]


class Codes:
    """Codes that were given out and not used yet."""

    def __init__(self) -> None:
        self._given: dict[str, Code] = {}

    def give(self, username: str, asked: Mapping[str, str]) -> str:
        """The address to which the browser returns."""
        code = secrets.token_urlsafe(16)
        self._given[code] = Code(username, asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def take(self, form: Mapping[str, str]) -> Code | None:
        """The person of a code, if the client that brings the code is the client that asked for it."""
        code = self._given.pop(form.get("code", ""), None)
        if code is None:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        same = {"client_id", "redirect_uri"}
        if challenge != code.asked["code_challenge"] or any(form.get(name) != code.asked[name] for name in same):
            return None
        return code


def page(asked: Mapping[str, str], css: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(asked.get(name, ""))}">' for name in ASKED
    )
    people = "".join(f"<li>{_button(person)}</li>" for person in PEOPLE)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Development sign-in</title><link rel="icon" href="data:,"><style>{css}{_STYLE}</style></head>
<body><main class="width narrow-page">
<div class="notice"><p><strong>Development sign-in.</strong> It asks for no password and exists only in the local
cloud.</p></div>
<h1>Who would you like to be?</h1>
<p class="lead">People of the sample run. You go on to the page you asked for.</p>
<form method="post" action="/authorize">{hidden}<ul>{people}</ul>
<details><summary>Someone else, by username</summary>
<label for="other">Username</label><input id="other" name="other" autocomplete="off">
<button class="button">Sign in</button></details></form></main></body></html>"""


def _button(person: Person) -> str:
    name, shows, role, username = map(html.escape, (person.name, person.shows, person.role, person.username))
    return (
        f'<button class="person" name="username" value="{username}"><span><bdi class="display">{name}</bdi>'
        f'<small>{shows}</small></span><span class="role"><b>{role}</b><bdi class="mono">{username}</bdi></span>'
        "</button>"
    )


_STYLE = """
.narrow-page { max-inline-size: 784px; }
.person { all: unset; box-sizing: border-box; display: flex; justify-content: space-between;
  gap: 16px; inline-size: 100%; padding: 16px 8px; border-block-end: 1px solid var(--line); cursor: pointer; }
.person:hover { background: var(--wash); } .person:focus-visible { outline: 3px solid var(--accent); }
.person .display { font-size: 1.375rem; } .person small { display: block; color: var(--ink-2); }
.person .role { text-align: end; font-size: .875rem; } .person .role b { display: block; font-weight: 500; }
details { margin-block: 24px; } summary { cursor: pointer; padding-block: 8px; }
"""
