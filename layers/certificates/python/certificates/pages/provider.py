"""Where people sign in: what every kind of provider does, and what is known of a person who comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from certificates.access import Rights
from certificates.lms_api.values import LmsTokens


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """What a browser keeps between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True)
class FromLms:
    """What the LMS gives with a person: tokens that act for them, and what they may do."""

    tokens: LmsTokens = field(repr=False)
    rights: Rights


@dataclass(frozen=True, slots=True)
class Person:
    """Who the provider says it is; `username` is the LMS's."""

    username: str
    name: str
    global_staff: bool
    lms: FromLms | None = None


class Provider(Protocol):
    """Where people sign in."""

    def leave(self, redirect_uri: str, to: str) -> tuple[str, SignInAttempt]:
        """The provider's page to go to, and what to keep until the person comes back."""

    def arrive(self, query: str, attempt: SignInAttempt, redirect_uri: str) -> Person:
        """Who came back with this query. Raises NotAllowed `sign-in-failed`."""


def written(attempt: SignInAttempt) -> str:
    """An attempt as the value of a cookie."""
    return urlencode({"state": attempt.state, "nonce": attempt.nonce, "verifier": attempt.verifier, "to": attempt.to})
