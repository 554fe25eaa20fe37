"""Encrypts the LMS's tokens in a session (JWE, AES-256-GCM), so that readers of the table cannot use them. The key is
made from the sign-in application's secret. A refresh token is useless without this secret, and a new secret ends all
earlier tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

from certificates.lms_api.oauth import Application
from certificates.lms_api.values import LmsTokens

_PURPOSE = b"certificates: tokens of sessions, 1"


class CannotUnseal(Exception):
    """The tokens were encrypted with another secret, or altered."""


def seal_tokens(tokens: LmsTokens, application: Application) -> str:
    from joserfc import jwe

    values = {"access": tokens.access, "refresh": tokens.refresh, "expires_at": tokens.expires_at.isoformat()}
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, json.dumps(values).encode(), _key(application))


def unseal_tokens(sealed: str, application: Application) -> LmsTokens:
    """Raises CannotUnseal."""
    from joserfc import jwe
    from joserfc.errors import JoseError

    try:
        values = json.loads(jwe.decrypt_compact(sealed, _key(application)).plaintext or b"")
    except (JoseError, ValueError) as error:
        raise CannotUnseal from error
    return LmsTokens(values["access"], values["refresh"], datetime.fromisoformat(values["expires_at"]))


def _key(application: Application):  # type: ignore[no-untyped-def]
    from joserfc.jwk import OctKey

    digest = hmac.new(application.client_secret.encode(), _PURPOSE + application.client_id.encode(), hashlib.sha256)
    return OctKey.import_key(digest.digest())
