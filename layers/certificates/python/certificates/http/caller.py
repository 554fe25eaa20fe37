"""Who is calling: read from the claims that API Gateway's JWT authorizer has verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.access import Caller
from certificates.errors import NotSignedIn

ADMINISTRATOR = "administrator"


def caller(event: Mapping[str, Any], username_claim: str) -> Caller:
    """The caller of an HTTP API event. Raises NotSignedIn when no verified claims, or no username, came with it.

    Global staff are those with the claim `administrator` (Open edX), or in the Cognito group of that name.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims: Mapping[str, object] = (authorizer.get("jwt") or {}).get("claims") or {}
    username = claims.get(username_claim)
    if not isinstance(username, str) or not username.strip():
        raise NotSignedIn("not-signed-in", "Sign in: no username came with the token.")
    return Caller(username, is_administrator(claims))


def is_administrator(claims: Mapping[str, object]) -> bool:
    """Whether these claims are global staff's. `claims` as a token has them, or as the authorizer writes them."""
    return _is_true(claims.get(ADMINISTRATOR)) or ADMINISTRATOR in _groups(claims)


def _is_true(claim: object) -> bool:
    """The authorizer writes a claim that is true as text. A list or an object is no such claim, whatever is in it."""
    return claim is True or (isinstance(claim, str) and claim.lower() == "true")


def _groups(claims: Mapping[str, object]) -> list[str]:
    """The caller's Cognito groups, which the authorizer writes as `[one two]`: a group's name holds no blank."""
    groups = claims.get("cognito:groups")
    if isinstance(groups, list):
        return [str(group) for group in groups]
    return groups.removeprefix("[").removesuffix("]").split(" ") if isinstance(groups, str) else []
