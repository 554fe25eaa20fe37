"""Who is calling: read from the claims that API Gateway's JWT authorizer has verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.access import Caller
from certificates.errors import NotSignedIn

ADMINISTRATOR = "administrator"


def caller(event: Mapping[str, Any], username_claim: str) -> Caller:
    """The caller of an HTTP API event. Raises NotSignedIn when no verified claims, or no username, came with it.

    Claims arrive as text. Global staff are those with the claim `administrator` (Open edX), or in the Cognito group of
    that name, which the authorizer writes as `[one two]`.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims: Mapping[str, str] = (authorizer.get("jwt") or {}).get("claims") or {}
    username = str(claims.get(username_claim) or "")
    if not username:
        raise NotSignedIn("not-signed-in", "Sign in: no username came with the token.")
    groups = str(claims.get("cognito:groups", "")).strip("[]").replace(",", " ").split()
    return Caller(username, str(claims.get(ADMINISTRATOR, "")).lower() == "true" or ADMINISTRATOR in groups)
