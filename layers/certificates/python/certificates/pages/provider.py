"""Providers of sign-in: the interface of all kinds, and the values about a person who comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

if TYPE_CHECKING:
    from certificates.access import Rights
    from certificates.lms_api.values import LmsTokens


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Values that the browser keeps while the person is at the provider."""

    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True)
class FromLms:
    """The LMS's part about a person: tokens that act for the person, and rights."""

    tokens: LmsTokens = field(repr=False)
    rights: Rights


@dataclass(frozen=True, slots=True)
class Person:
    """The person, as the provider says. `username` is that of the LMS."""

    username: str
    name: str
    global_staff: bool
    lms: FromLms | None = None


class Provider(Protocol):
    """A provider of sign-in."""

    def leave(self, redirect_uri: str, to: str) -> tuple[str, SignInAttempt]:
        """The address of the provider's page, and the values to keep until the person comes back."""

    def arrive(self, query: str, attempt: SignInAttempt, redirect_uri: str) -> Person:
        """The person who came back with this query. Raises NotAllowed `sign-in-failed`."""


def written(attempt: SignInAttempt) -> str:
    """An attempt as the value of a cookie."""
    return urlencode({"state": attempt.state, "nonce": attempt.nonce, "verifier": attempt.verifier, "to": attempt.to})
