"""The caller, from the claims that API Gateway's JWT authorizer verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.access import Caller
from certificates.errors import NotSignedIn

ADMINISTRATOR = "administrator"


def caller(event: Mapping[str, Any], username_claim: str) -> Caller:
    """The caller of an HTTP API event. Raises NotSignedIn if the event has no verified claims or no username.

    Global staff have the claim `administrator` (Open edX), or are in the Cognito group `administrator`.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims: Mapping[str, object] = (authorizer.get("jwt") or {}).get("claims") or {}
    username = claims.get(username_claim)
    if not isinstance(username, str) or not username.strip():
        raise NotSignedIn("not-signed-in", "Sign in: no username came with the token.")
    return Caller(username, is_administrator(claims))


def is_administrator(claims: Mapping[str, object]) -> bool:
    """Whether these claims are those of global staff. `claims` are from a token, or as the authorizer writes them."""
    return _is_true(claims.get(ADMINISTRATOR)) or ADMINISTRATOR in _groups(claims)


def _is_true(claim: object) -> bool:
    """The authorizer writes `true` as text. A list or an object never counts as true, whatever it contains."""
    return claim is True or (isinstance(claim, str) and claim.lower() == "true")


def _groups(claims: Mapping[str, object]) -> list[str]:
    """The caller's Cognito groups. The authorizer writes `[one two]`; a group's name has no blanks."""
    groups = claims.get("cognito:groups")
    if isinstance(groups, list):
        return [str(group) for group in groups]
    return groups.removeprefix("[").removesuffix("]").split(" ") if isinstance(groups, str) else []
